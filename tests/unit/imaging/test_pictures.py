import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageChops
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
    with Image.open(io.BytesIO(bytes(data))) as image:
        image.seek(1)
        strip_offsets = image.tag_v2[273]
    entry = data.find(strip_offsets[0].to_bytes(4, "little"))
    data[entry : entry + 4] = (len(data) + 10_000).to_bytes(4, "little")
    pages = split_bytes(bytes(data), tmp_path).pages
    assert [page.unreadable for page in pages] == [None, "damaged-file", None]


TURNED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""What a camera held like that makes of an upright page (EXIF 2.3, tag 274)."""


@pytest.mark.parametrize("orientation", TURNED)
@pytest.mark.parametrize("kind", ["JPEG", "TIFF", "PNG"])
def test_a_picture_is_turned_as_its_exif_says(kind: str, orientation: int, tmp_path: Path) -> None:
    upright, how = scanned((600, 900)), TURNED[orientation]
    taken = upright if how is None else upright.transpose(how)
    exif = Image.Exif()
    exif[0x0112] = orientation
    tag = {"tiffinfo": {0x0112: orientation}} if kind == "TIFF" else {"exif": exif}
    page = split_bytes(saved(taken, kind, dpi=(100, 100), **tag), tmp_path).pages[0]
    assert (page.width, page.height) == (600, 900)
    assert bar_of(picture_of(tmp_path)) == pytest.approx(bar_of(upright), abs=0.01)


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_heic_photo_is_turned_as_its_exif_says(orientation: int, tmp_path: Path) -> None:
    upright, how = scanned((600, 900)), TURNED[orientation]
    taken = (upright if how is None else upright.transpose(how)).convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = orientation
    page = split_bytes(heic(taken, exif=exif.tobytes()), tmp_path).pages[0]
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


def heic(image: Image.Image, **options: object) -> bytes:
    heif, out = pillow_heif.from_pillow(image), io.BytesIO()
    heif.save(out, quality=80, **options)
    return out.getvalue()


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
def test_a_heic_photo_is_read(mode: str, tmp_path: Path) -> None:
    page = split_bytes(heic(scanned((800, 1100)).convert(mode)), tmp_path).pages[0]
    assert (page.width, page.height) == (800, 1100)
    assert bar_of(picture_of(tmp_path)) == pytest.approx((0.3, 0.15), abs=0.01)


def test_every_picture_of_a_heic_file_is_a_page(tmp_path: Path) -> None:
    heif = pillow_heif.from_pillow(scanned((400, 550)).convert("RGB"))
    heif.add_from_pillow(scanned((300, 500)).convert("RGB"))
    out = io.BytesIO()
    heif.save(out)
    pages = split_bytes(out.getvalue(), tmp_path).pages
    assert [(page.width, page.height) for page in pages] == [(400, 550), (300, 500)]


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF"])
def test_one_bit_becomes_black_on_white(kind: str, tmp_path: Path) -> None:
    bits = scanned().point(lambda level: 255 * (level > 99)).convert("1")
    split_bytes(saved(bits, kind), tmp_path)
    image = picture_of(tmp_path)
    assert (image.mode, image.getextrema()) == ("L", (0, 255))
    assert bar_of(image) == pytest.approx(bar_of(scanned()), abs=0.01)


@pytest.mark.parametrize("white", [0, 1])
def test_a_fax_is_black_on_white_whichever_bit_is_white(white: int, tmp_path: Path) -> None:
    # TIFF 6.0, tag 262: 0 is white for 0, 1 is black for 0.
    bits = scanned().point(lambda level: 255 * (level > 99)).convert("1")
    stored = bits if white == 1 else ImageChops.invert(bits)
    data = bytearray(saved(stored, "TIFF"))
    entry = data.find(struct.pack("<HHI", 262, 3, 1))
    data[entry + 8] = white
    split_bytes(bytes(data), tmp_path)
    assert bar_of(picture_of(tmp_path)) == pytest.approx(bar_of(scanned()), abs=0.01)


def test_four_inks_in_a_tiff_have_white_paper_and_black_ink(tmp_path: Path) -> None:
    split_bytes(saved(scanned().convert("CMYK"), "TIFF"), tmp_path)
    image = picture_of(tmp_path).convert("L")
    assert (image.getpixel((800, 1100)) > 235, image.getpixel((200, 170)) < 40) == (True, True)


def test_sixteen_bits_of_three_channels_keep_their_colours(tmp_path: Path) -> None:
    split_bytes(deep_png((0xC8C8, 0x1414, 0x1E1E)), tmp_path)
    assert picture_of(tmp_path).getpixel((5, 5)) == (200, 20, 30)


def deep_png(colour: tuple[int, int, int]) -> bytes:
    """A PNG of 16 x 16 pixels of one colour, sixteen bits a channel; Pillow writes none."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    rows = (b"\0" + struct.pack(">3H", *colour) * 16) * 16
    header = struct.pack(">IIBBBBB", 16, 16, 16, 2, 0, 0, 0)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def test_floating_point_greys_are_stretched_from_black_to_white(tmp_path: Path) -> None:
    ramp = np.tile(np.linspace(-0.5, 2.0, 256, dtype=np.float32), (64, 1))
    split_bytes(saved(Image.fromarray(ramp), "TIFF"), tmp_path)
    assert picture_of(tmp_path).getextrema() == (0, 255)


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF"])
def test_a_palette_keeps_its_colours(kind: str, tmp_path: Path) -> None:
    stamped = scanned().convert("RGB")
    stamped.paste((200, 20, 30), (500, 500, 600, 600))
    split_bytes(saved(stamped.quantize(8), kind), tmp_path)
    red, green, blue = picture_of(tmp_path).getpixel((550, 550))
    assert (red > 190, green < 30, blue < 40) == (True, True, True)


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_what_is_transparent_in_a_tiff_shows_white_paper(mode: str, tmp_path: Path) -> None:
    clear = Image.new("RGBA", (100, 100), (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), (10, 10, 40, 40))
    split_bytes(saved(clear.convert(mode), "TIFF"), tmp_path)
    image = picture_of(tmp_path)
    assert (image.getpixel((90, 90)), image.getpixel((20, 20))) == (255, 0)


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
