from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.unit.imaging.papers import picture_of, saved, scanned, split_bytes

from chartlift.imaging.sheet import believed_dpi


def bar_of(image: Image.Image) -> tuple[float, float]:
    """Centre of what is dark, as shares of the picture's width and height."""
    rows, columns = np.nonzero(np.asarray(image.convert("L")) < 100)
    return float(columns.mean()) / image.width, float(rows.mean()) / image.height


def test_every_frame_of_a_tiff_is_a_page(tmp_path: Path) -> None:
    frames = [scanned(), scanned((600, 900)).convert("1"), scanned((500, 500)).convert("RGB")]
    data = saved(frames[0], "TIFF", save_all=True, append_images=frames[1:])
    pages = split_bytes(data, tmp_path).pages
    assert [(p.number, p.width, p.height) for p in pages] == [
        (1, 827, 1169),
        (2, 600, 900),
        (3, 500, 500),
    ]
    assert all(bar_of(picture_of(tmp_path, p.number))[0] < 0.4 for p in pages)


def test_a_reduced_copy_inside_a_tiff_is_no_page(tmp_path: Path) -> None:
    small = scanned((80, 110))
    small.encoderinfo = {"tiffinfo": {254: 1}}
    data = saved(scanned(), "TIFF", save_all=True, append_images=[small])
    assert len(split_bytes(data, tmp_path).pages) == 1


def test_one_frame_cut_off_leaves_the_others(tmp_path: Path) -> None:
    frames = [Image.effect_noise((300, 400), 60) for _ in range(3)]
    data = bytearray(saved(frames[0], "TIFF", save_all=True, append_images=frames[1:]))
    with Image.open(__import__("io").BytesIO(bytes(data))) as image:
        image.seek(1)
        strip_offsets = image.tag_v2[273]
    entry = data.find(strip_offsets[0].to_bytes(4, "little"))
    data[entry : entry + 4] = (len(data) + 10_000).to_bytes(4, "little")
    pages = split_bytes(bytes(data), tmp_path).pages
    assert [page.unreadable for page in pages] == [None, "damaged-file", None]


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_a_picture_lying_on_its_side_is_turned_as_its_exif_says(kind: str, tmp_path: Path) -> None:
    upright = scanned((600, 900))
    exif = Image.Exif()
    exif[0x0112] = 6
    tag = {"tiffinfo": {0x0112: 6}} if kind == "TIFF" else {"exif": exif}
    lying = upright.transpose(Image.Transpose.ROTATE_90)
    page = split_bytes(saved(lying, kind, dpi=(100, 100), **tag), tmp_path).pages[0]
    assert (page.width, page.height) == (600, 900)
    assert bar_of(picture_of(tmp_path)) == pytest.approx(bar_of(upright), abs=0.01)


def test_sixteen_bits_keep_their_contrast(tmp_path: Path) -> None:
    ramp = np.linspace(0, 65535, 256, dtype=np.uint16)
    deep = Image.fromarray(np.tile(ramp, (64, 1)))
    split_bytes(saved(deep, "PNG"), tmp_path)
    assert np.abs(np.asarray(picture_of(tmp_path))[0].astype(int) - np.arange(256)).max() <= 1


def test_a_twelve_bit_scan_is_not_read_as_black(tmp_path: Path) -> None:
    deep = Image.fromarray(np.tile(np.array([0, 4095], dtype=np.uint16), (64, 32)))
    split_bytes(saved(deep, "TIFF"), tmp_path)
    assert picture_of(tmp_path).getextrema() == (0, 255)


def test_a_cmyk_jpeg_has_white_paper_and_black_ink(tmp_path: Path) -> None:
    split_bytes(saved(scanned().convert("CMYK"), "JPEG"), tmp_path)
    image = picture_of(tmp_path).convert("L")
    assert image.getpixel((800, 1100)) > 235
    assert image.getpixel((200, 170)) < 40


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "PA"])
def test_what_is_transparent_shows_white_paper(mode: str, tmp_path: Path) -> None:
    clear = Image.new("RGBA", (100, 100), (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), (10, 10, 40, 40))
    if mode in ("P", "PA"):
        clear = clear.quantize(4)
    data = saved(clear if mode in ("RGBA", "P") else clear.convert("LA"), "PNG")
    split_bytes(data, tmp_path)
    image = picture_of(tmp_path)
    assert image.mode == "L"
    assert (image.getpixel((90, 90)), image.getpixel((20, 20))) == (255, 0)


@pytest.mark.parametrize("mode", ["1", "P", "RGB"])
def test_a_picture_without_colour_becomes_grey(mode: str, tmp_path: Path) -> None:
    split_bytes(saved(scanned().convert(mode), "BMP"), tmp_path)
    assert picture_of(tmp_path).mode == "L"


def test_colour_is_kept(tmp_path: Path) -> None:
    stamped = scanned().convert("RGB")
    stamped.paste((200, 20, 30), (500, 500, 600, 600))
    split_bytes(saved(stamped, "PNG"), tmp_path)
    assert picture_of(tmp_path).getpixel((550, 550)) == (200, 20, 30)


def test_a_heic_photo_is_read(tmp_path: Path) -> None:
    import pillow_heif

    heif = pillow_heif.from_pillow(scanned((800, 1100)).convert("RGB"))
    heif.save(tmp_path / "photo.heic", quality=80)
    page = split_bytes((tmp_path / "photo.heic").read_bytes(), tmp_path).pages[0]
    assert (page.width, page.height) == (800, 1100)
    assert bar_of(picture_of(tmp_path)) == pytest.approx((0.3, 0.15), abs=0.01)


def test_a_fax_of_normal_resolution_gets_square_pixels(tmp_path: Path) -> None:
    fax = scanned((1728, 1078)).convert("1")
    page = split_bytes(saved(fax, "TIFF", compression="group4", dpi=(204, 98)), tmp_path).pages[0]
    assert (page.width, page.height, page.dpi) == (1728, 2244, 204)


@pytest.mark.parametrize(
    ("size", "claimed", "dpi"),
    [
        ((2480, 3508), 300, 300),
        ((2480, 3508), None, 300),
        ((1240, 1754), 96, 150),  # a sheet of 18 inches is no claim to believe
        ((4032, 3024), 72, 366),  # a telephone's 72
        ((600, 2000), None, 171),  # a receipt
        ((595, 842), 72, 72),
        ((200, 60), None, 72),
        ((2480, 3508), 5000, 300),
    ],
)
def test_dots_an_inch_are_believed_where_they_make_a_sheet_of_paper(
    size: tuple[int, int], claimed: float | None, dpi: int
) -> None:
    assert believed_dpi(*size, claimed) == dpi
