import io
from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from tests.unit.imaging.papers import (
    Sheet,
    file_of,
    pdf,
    picture_of,
    placed,
    saved,
    scanned,
    split_bytes,
    typed,
)

from chartlift.errors import DamagedFile
from chartlift.model import PageImage

SIZE = (1240, 1754)
"""A4 at 150 dots an inch."""
PAPER = placed(595, 842)


def grained(mode: str = "L", size: tuple[int, int] = SIZE) -> Image.Image:
    """A scan with the grain of real paper, so that no part of its file is short."""
    grain = Image.effect_noise(size, 12).point(lambda level: level + 90)
    grain.paste(20, (size[0] // 10, size[1] // 10, size[0] // 2, size[1] // 5))
    if mode == "RGB":
        return Image.merge("RGB", (grain, grain.point(lambda level: level * 0.8), grain))
    return grain.convert(mode)


SCAN = saved(grained(), "JPEG", quality=85)


def only_page(sheet: Sheet, folder: Path) -> PageImage:
    (page,) = split_bytes(pdf(sheet), folder).pages
    return page


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("progressive", [False, True])
def test_a_page_that_is_one_jpeg_keeps_its_bytes(
    mode: str, *, progressive: bool, tmp_path: Path
) -> None:
    jpeg = saved(grained(mode), "JPEG", quality=85, progressive=progressive)
    page = only_page(Sheet(PAPER, image=jpeg), tmp_path)
    assert (page.image, page.width, page.height, page.dpi) == ("0001.jpg", *SIZE, 150)
    assert file_of(tmp_path).read_bytes() == jpeg


def test_a_jpeg_packed_once_more_keeps_its_bytes(tmp_path: Path) -> None:
    import zlib

    both = pikepdf.Array([pikepdf.Name.FlateDecode, pikepdf.Name.DCTDecode])
    with pikepdf.open(io.BytesIO(pdf(Sheet(PAPER, image=SCAN)))) as document:
        image = document.pages[0].obj.Resources.XObject.Im
        image.write(zlib.compress(SCAN), filter=both)
        out = io.BytesIO()
        document.save(out)
    split_bytes(out.getvalue(), tmp_path)
    assert file_of(tmp_path).read_bytes() == SCAN


def test_words_a_scanner_laid_over_its_scan_change_nothing(tmp_path: Path) -> None:
    only_page(Sheet(PAPER + typed(mode=3), image=SCAN), tmp_path)
    assert file_of(tmp_path).read_bytes() == SCAN


def test_a_scan_without_loss_keeps_its_pixels(tmp_path: Path) -> None:
    scan = grained()
    page = only_page(Sheet(PAPER, image=scan), tmp_path)
    assert (page.image, page.width, page.height, page.dpi) == ("0001.pnm.zst", *SIZE, 150)
    assert picture_of(tmp_path).tobytes() == scan.tobytes()


def test_a_bilevel_scan_keeps_its_pixels(tmp_path: Path) -> None:
    fax = scanned((1240, 1754)).point(lambda level: 255 * (level > 99))
    only_page(Sheet(PAPER, image=fax), tmp_path)
    assert picture_of(tmp_path).tobytes() == fax.tobytes()


def test_a_jpeg_file_keeps_its_bytes(tmp_path: Path) -> None:
    split_bytes(SCAN, tmp_path)
    assert file_of(tmp_path).name == "0001.jpg"
    assert file_of(tmp_path).read_bytes() == SCAN


LYING = Image.Exif()
LYING[0x0112] = 6
RENDERED = {
    "a turned page": Sheet(PAPER, rotate=90, image=SCAN),
    "a mirrored image": Sheet(b"q -595 0 0 842 595 0 cm /Im Do Q", image=SCAN),
    "an image upside down": Sheet(b"q -595 0 0 -842 595 842 cm /Im Do Q", image=SCAN),
    "a clipped image": Sheet(b"q 0 0 300 842 re W n " + PAPER + b" Q", image=SCAN),
    "a masked image": Sheet(PAPER, image=SCAN, described={"/Mask": pikepdf.Array([0, 60])}),
    "an inverted image": Sheet(PAPER, image=SCAN, described={"/Decode": pikepdf.Array([1, 0])}),
    "an image shown through": Sheet(b"/Faint gs " + PAPER, image=SCAN),
    "a note on the page": Sheet(PAPER, image=SCAN, annotated=True),
    "words printed over the image": Sheet(PAPER + typed(), image=SCAN),
    "a line drawn over the image": Sheet(PAPER + b"0 0 m 595 842 l S", image=SCAN),
    "an image drawn twice": Sheet(PAPER + PAPER, image=SCAN),
    "an image smaller than its page": Sheet(placed(560, 800, 10, 10), image=SCAN),
    "an image larger than its page": Sheet(placed(640, 900, -20, -20), image=SCAN),
    "four inks": Sheet(PAPER, image=saved(grained("CMYK"), "JPEG")),
    "a tag that turns the image": Sheet(PAPER, image=saved(grained(), "JPEG", exif=LYING)),
    "pixels that are not square": Sheet(PAPER, image=saved(grained(size=(1240, 900)), "JPEG")),
    "too few dots": Sheet(PAPER, image=saved(grained(size=(413, 585)), "JPEG")),
    "too many dots": Sheet(PAPER, image=saved(scanned((3720, 5262)), "JPEG")),
    "a size its file does not have": Sheet(PAPER, image=SCAN, described={"/Height": 1700}),
}


@pytest.mark.parametrize("name", RENDERED)
def test_a_page_that_is_more_than_its_image_is_rendered(name: str, tmp_path: Path) -> None:
    sheet = RENDERED[name]
    states = pikepdf.Dictionary(Faint=pikepdf.Dictionary(ca=0.5))
    with pikepdf.open(io.BytesIO(pdf(sheet))) as document:
        document.pages[0].obj.Resources.ExtGState = states
        out = io.BytesIO()
        document.save(out)
    [page] = split_bytes(out.getvalue(), tmp_path).pages
    assert (page.unreadable, page.image) == (None, "0001.pnm.zst")


def test_an_image_whose_mask_hides_some_of_it_is_rendered(tmp_path: Path) -> None:
    with pikepdf.open(io.BytesIO(pdf(Sheet(PAPER, image=SCAN)))) as document:
        mask = scanned((60, 85)).point(lambda level: 255 - level)
        image = document.pages[0].obj.Resources.XObject.Im
        image.SMask = document.make_stream(mask.tobytes(), dict(image))
        image.SMask.Width, image.SMask.Height = mask.size
        del image.SMask.Filter
        out = io.BytesIO()
        document.save(out)
    [page] = split_bytes(out.getvalue(), tmp_path).pages
    assert page.image == "0001.pnm.zst"


def as_page(jpeg: bytes) -> bytes:
    """A PDF page of a JPEG whose size may not be told any more."""
    document = pdf(Sheet(PAPER, image=SCAN))
    with pikepdf.open(io.BytesIO(document)) as opened:
        opened.pages[0].obj.Resources.XObject.Im.write(jpeg, filter=pikepdf.Name.DCTDecode)
        out = io.BytesIO()
        opened.save(out)
    return out.getvalue()


def struck(jpeg: bytes) -> bytes:
    """The JPEG with an end marker in its middle: decoders warn, and leave the rest grey."""
    return jpeg[: len(jpeg) // 2] + b"\xff\xd9" + jpeg[len(jpeg) // 2 + 2 :]


LOST = {
    "cut in its middle": SCAN[: len(SCAN) // 2],
    "cut and closed": SCAN[: len(SCAN) // 2] + b"\xff\xd9",
    "struck by an end marker": struck(SCAN),
    "progressive and cut": saved(grained(), "JPEG", progressive=True)[:-9000],
}


@pytest.mark.parametrize("name", LOST)
def test_a_scan_whose_jpeg_ends_early_does_not_pass(name: str, tmp_path: Path) -> None:
    with pytest.raises(DamagedFile):
        split_bytes(as_page(LOST[name]), tmp_path)


@pytest.mark.parametrize("name", LOST)
def test_a_jpeg_file_that_ends_early_does_not_pass(name: str, tmp_path: Path) -> None:
    with pytest.raises(DamagedFile):
        split_bytes(LOST[name], tmp_path)


@pytest.mark.parametrize("tail", [b"", b"\n", bytes(12)])
def test_a_scan_that_lacks_nothing_but_its_end_marker_is_read(tail: bytes, tmp_path: Path) -> None:
    [page] = split_bytes(as_page(SCAN[:-2] + tail), tmp_path).pages
    assert page.image == "0001.jpg"
    assert picture_of(tmp_path).tobytes() == Image.open(io.BytesIO(SCAN)).tobytes()


def raw(mode: str) -> tuple[bytes, dict[str, object]]:
    """A picture's pixels as a PDF keeps them, with what says how."""
    stamped = scanned((827, 1169)).convert("RGB")
    stamped.paste((200, 20, 30), (500, 500, 600, 600))
    if mode == "1":
        return stamped.convert("1").tobytes(), {"BitsPerComponent": 1, "ColorSpace": "/DeviceGray"}
    if mode == "4":
        nibbles = [level // 16 for level in stamped.convert("L").resize((828, 1169)).tobytes()]
        data = bytes(16 * high + low for high, low in zip(nibbles[::2], nibbles[1::2], strict=True))
        return data, {"Width": 828, "BitsPerComponent": 4, "ColorSpace": "/DeviceGray"}
    if mode == "16":
        data = b"".join(bytes((level, level)) for level in stamped.convert("L").tobytes())
        return data, {"BitsPerComponent": 16, "ColorSpace": "/DeviceGray"}
    if mode == "P":
        chosen = stamped.quantize(8)
        colours = pikepdf.String(bytes(chosen.getpalette() or [])[:24])
        indexed = pikepdf.Array(
            [pikepdf.Name.Indexed, pikepdf.Name.DeviceRGB, len(bytes(colours)) // 3 - 1, colours]
        )
        return chosen.tobytes(), {"BitsPerComponent": 8, "ColorSpace": indexed}
    names = {"RGB": "/DeviceRGB", "CMYK": "/DeviceCMYK"}
    return stamped.convert(mode).tobytes(), {"BitsPerComponent": 8, "ColorSpace": names[mode]}


@pytest.mark.parametrize("mode", ["1", "4", "16", "P", "RGB", "CMYK"])
def test_a_scan_of_any_make_shows_black_and_red_on_white(mode: str, tmp_path: Path) -> None:
    data, keys = raw(mode)
    with pikepdf.open(io.BytesIO(pdf(Sheet(PAPER, image=scanned((827, 1169)))))) as document:
        image = document.pages[0].obj.Resources.XObject.Im
        image.write(data)
        for key, value in keys.items():
            image[f"/{key}"] = pikepdf.Name(value) if isinstance(value, str) else value
        out = io.BytesIO()
        document.save(out)
    [page] = split_bytes(out.getvalue(), tmp_path).pages
    picture = picture_of(tmp_path).convert("RGB")
    assert abs(page.width - 827) <= 1
    assert min(picture.getpixel((800, 1100))) > 235
    assert max(picture.getpixel((200, 170))) < 70
    if mode in ("P", "RGB", "CMYK"):
        red, green, blue = picture.getpixel((550, 550))
        assert (red > 160, green < 90, blue < 90) == (True, True, True)


def test_the_scanned_back_of_a_sheet_is_read_with_its_grain(tmp_path: Path) -> None:
    back = saved(Image.effect_noise(SIZE, 3).point(lambda level: level + 100), "JPEG")
    assert only_page(Sheet(PAPER, image=back), tmp_path).image == "0001.jpg"
