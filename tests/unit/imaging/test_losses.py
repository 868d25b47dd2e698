import io
import zlib
from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from tests.unit.imaging.papers import (
    A4,
    LINES,
    Sheet,
    pdf,
    placed,
    saved,
    scanned,
    split_bytes,
    typed,
)

from chartlift.errors import DamagedFile, RenderFailed
from chartlift.imaging.jpeg_ends import is_cut
from chartlift.imaging.packed_streams import has_broken_stream

MANY = [f"{line} and more, number {number}" for number in range(8) for line in LINES]


def grain(size: tuple[int, int] = (800, 600)) -> Image.Image:
    """A scan of paper that has grain to its edges, and some print."""
    paper = Image.effect_noise(size, 12).point(lambda level: level + 90)
    paper.paste(20, (size[0] // 10, size[1] // 10, size[0] // 2, size[1] // 5))
    return paper


def letter(
    data: bytes, how: str, *, size: tuple[int, int] = (800, 600), **described: object
) -> bytes:
    """A page of words with an image in its lower half, then a page of words."""
    document = pdf(Sheet(typed() + placed(400, 300, 100, 100), image=grain(size)), Sheet(typed()))
    with pikepdf.open(io.BytesIO(document)) as opened:
        image = opened.pages[0].obj.Resources.XObject.Im
        parms = described.pop("parms", None)
        image.write(data, filter=pikepdf.Name(how), decode_parms=parms)
        for key, value in described.items():
            image[f"/{key}"] = value
        return stored(opened)


def stored(document: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    document.save(out, compress_streams=False)
    return out.getvalue()


def codes(data: bytes, folder: Path) -> list[str | None]:
    return [page.unreadable for page in split_bytes(data, folder).pages]


SCAN = saved(grain(), "JPEG", quality=80)
FLATE = zlib.compress(grain().tobytes())
JPX = saved(grain(), "JPEG2000")


def test_a_letter_with_a_sound_image_is_read(tmp_path: Path) -> None:
    for number, (data, how) in enumerate([(SCAN, "/DCTDecode"), (FLATE, "/FlateDecode")]):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert codes(letter(data, how), folder) == [None, None]


LOST = {
    "a JPEG cut in its middle": (SCAN[: len(SCAN) // 2], "/DCTDecode", "damaged-file"),
    "pixels cut in their middle": (FLATE[: len(FLATE) // 2], "/FlateDecode", "damaged-file"),
    "an image that nobody can decode": (JPX[: len(JPX) // 3], "/JPXDecode", "render-failed"),
}


@pytest.mark.parametrize("name", LOST)
def test_a_letter_that_lost_its_image_is_not_read_without_it(name: str, tmp_path: Path) -> None:
    data, how, code = LOST[name]
    assert codes(letter(data, how), tmp_path) == [code, None]


def fax(picture: Image.Image) -> bytes:
    """The picture as a fax's data, without a file around them."""
    bilevel = picture.point(lambda level: 255 * (level > 128)).convert("1")
    rows = {278: picture.height}  # one strip
    file = saved(bilevel, "TIFF", compression="group4", tiffinfo=rows)
    with Image.open(io.BytesIO(file)) as image:
        [start], [length] = image.tag_v2[273], image.tag_v2[279]
    return file[start : start + length]


def faxed(picture: Image.Image, data: bytes) -> bytes:
    parms = pikepdf.Dictionary(K=-1, Columns=picture.width, Rows=picture.height, BlackIs1=True)
    return letter(data, "/CCITTFaxDecode", parms=parms, BitsPerComponent=1)


def test_a_fax_that_ends_in_its_middle_is_not_read(tmp_path: Path) -> None:
    picture = grain()
    data = fax(picture)
    assert codes(faxed(picture, data), tmp_path) == [None, None]
    assert codes(faxed(picture, data[: len(data) // 2]), tmp_path) == ["damaged-file", None]


def test_a_fax_that_ends_in_black_is_read(tmp_path: Path) -> None:
    picture = grain()
    picture.paste(0, (0, 500, 800, 600))
    assert codes(faxed(picture, fax(picture)), tmp_path) == [None, None]


def test_a_page_with_a_word_covered_on_purpose_keeps_its_text_layer(tmp_path: Path) -> None:
    content = typed(MANY) + b" 1 g 55 752 52 22 re f"
    [page] = split_bytes(pdf(Sheet(content)), tmp_path).pages
    assert page.words
    assert page.words[0].text == "glucose"  # it was "Fasting glucose"


def test_a_page_most_of_whose_words_no_renderer_shows_is_not_read(tmp_path: Path) -> None:
    content = typed(MANY) + b" 1 g 50 50 500 690 re f 0 g 50 50 400 3 re f"
    with pytest.raises(RenderFailed):
        split_bytes(pdf(Sheet(content)), tmp_path)


def test_words_that_a_scan_covers_are_no_loss(tmp_path: Path) -> None:
    sheet = Sheet(typed(MANY) + placed(*A4) + b"0 0 m 9 9 l S", image=scanned())
    assert codes(pdf(sheet), tmp_path) == [None]


def packed(contents: list[bytes]) -> bytes:
    """A page whose content is several deflated streams, then a page of words."""
    with pikepdf.open(io.BytesIO(pdf(Sheet(typed()), Sheet(typed())))) as opened:
        streams = [opened.make_stream(b"") for _ in contents]
        for stream, content in zip(streams, contents, strict=True):
            stream.write(content, filter=pikepdf.Name.FlateDecode)
        opened.pages[0].obj.Contents = pikepdf.Array(streams)
        return stored(opened)


UPPER, LOWER = zlib.compress(typed(MANY[:10])), zlib.compress(b"1 0 0 1 0 -300 cm " + typed(MANY))
LESS = {
    "cut": LOWER[: len(LOWER) // 2],
    "overwritten": LOWER[:100] + bytes(40) + LOWER[140:],
    "with a false checksum": LOWER[:-1] + bytes([LOWER[-1] ^ 1]),
}


@pytest.mark.parametrize("name", LESS)
def test_a_page_that_lost_part_of_its_content_is_not_read(name: str, tmp_path: Path) -> None:
    assert codes(packed([UPPER, LOWER]), tmp_path) == [None, None]
    assert codes(packed([UPPER, LESS[name]]), tmp_path) == ["damaged-file", None]


def test_a_page_one_of_whose_streams_is_no_stream_any_more_is_not_read(tmp_path: Path) -> None:
    data = packed([UPPER, LOWER])
    at = data.index(b"stream", data.index(UPPER) + len(UPPER) + len(b"\nendstream"))
    assert codes(data[:at] + b"xxxxxx" + data[at + 6 :], tmp_path) == ["damaged-file", None]


def test_a_page_whose_content_is_nowhere_is_not_a_blank_page(tmp_path: Path) -> None:
    data = pdf(Sheet(typed()), Sheet(typed()))
    [at] = [n for n in range(len(data)) if data.startswith(b"/Contents 6 0 R", n)] or [-1]
    assert at > 0
    lost = data[:at] + b"/Contents 9 0 R" + data[at + 15 :]
    assert codes(lost, tmp_path) == [None, "render-failed"]


def test_a_page_without_content_in_a_damaged_document_is_not_a_blank_page(tmp_path: Path) -> None:
    sound = pdf(Sheet(typed()), Sheet(b"q Q"))
    assert codes(sound, tmp_path) == [None, None]
    assert codes(sound[: sound.rindex(b"startxref") - 40], tmp_path) == [None, "render-failed"]


def sound_jpegs() -> list[bytes]:
    made = []
    for width, height in [(9, 9), (16, 16), (17, 33), (65, 41), (640, 480)]:
        grey = grain((width, height))
        for picture in (grey, Image.merge("RGB", (grey, grey.rotate(180), grey))):
            made += [
                saved(picture, "JPEG", quality=30),
                saved(picture, "JPEG", quality=95, subsampling=0, optimize=True),
                saved(picture, "JPEG", quality=75, restart_marker_rows=1),
                saved(picture, "JPEG", progressive=True),
            ]
    return made


@pytest.mark.parametrize("jpeg", sound_jpegs())
def test_a_sound_jpeg_is_not_called_cut(jpeg: bytes) -> None:
    with Image.open(io.BytesIO(jpeg)) as image:
        image.load()
        assert not is_cut(jpeg, image)


@pytest.mark.parametrize(
    "damaged",
    [
        SCAN[:20_000] + SCAN[24_000:],
        SCAN[:20_000] + SCAN[16_000:],
        SCAN[:20_000] + b"\xff\xd9" + SCAN[20_002:],
    ],
    ids=["a piece missing", "a piece twice", "an end in its middle"],
)
def test_a_jpeg_whose_pixels_do_not_end_where_its_data_do_is_cut(damaged: bytes) -> None:
    with Image.open(io.BytesIO(damaged)) as image:
        image.load()
        assert is_cut(damaged, image)


def test_a_fax_with_lines_that_cannot_be_decoded_is_not_read(tmp_path: Path) -> None:
    grainy = Image.effect_noise((200, 300), 90).resize((800, 1200)).convert("1", dither=0)
    data = bytearray(saved(grainy, "TIFF", compression="group4"))
    assert codes(bytes(data), tmp_path) == [None]
    for at in range(1000, len(data) - 1000, 1000):
        data[at : at + 40] = b"\x5a\xa5" * 20
    with pytest.raises(DamagedFile):
        split_bytes(bytes(data), tmp_path)


@pytest.mark.parametrize(
    ("data", "broken"),
    [
        (pdf(Sheet(typed()), Sheet(typed())), False),
        (packed([UPPER, LOWER]), False),
        (packed([UPPER, LESS["cut"]]), True),
        (packed([UPPER, LESS["with a false checksum"]]), True),
        (pdf(Sheet(typed())).replace(b"endobj", b"endoby", 1), True),
    ],
)
def test_a_broken_stream_is_noticed(data: bytes, *, broken: bool, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(data)
    assert has_broken_stream(tmp_path / "file") is broken
