import io

import numpy as np
import pytest
import zstandard
from PIL import Image
from tests.unit.reading.drawn import lab_page, png, raster

from chartlift.errors import DamagedFile
from chartlift.geometry import carry
from chartlift.imaging import pnm
from chartlift.imaging.raster import decode, encode, from_picture, rescale, rotate, turn
from chartlift.model import PreparedPage, Raster, Way

MARK = (140, 60)


def _file(image: Image.Image, kind: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind)
    return buffer.getvalue()


def _marked() -> Raster:
    pixels = np.full((200, 300), 255, np.uint8)
    pixels[MARK[1] - 2 : MARK[1] + 3, MARK[0] - 2 : MARK[0] + 3] = 0
    return raster(pixels)


@pytest.mark.parametrize(
    "image",
    [
        Image.new("1", (40, 30), 1),
        Image.new("L", (40, 30), 255),
        Image.new("P", (40, 30), 0).convert("RGB").convert("P"),
        Image.new("LA", (40, 30), (0, 0)),
        Image.new("RGB", (40, 30), "white"),
        Image.new("RGBA", (40, 30), (0, 0, 0, 0)),
        Image.fromarray(np.full((30, 40), 65535, np.uint16)),
    ],
    ids=["1-bit", "grey", "palette", "grey-alpha", "rgb", "transparent", "16-bit"],
)
def test_a_picture_of_any_kind_becomes_grey_levels_of_its_own_size(image: Image.Image) -> None:
    read = from_picture(_file(image), dpi=300)

    assert read.pixels.shape == (30, 40)
    assert read.pixels.dtype == np.uint8


def test_the_splits_own_files_are_read_as_a_viewer_shows_them() -> None:
    colours = Image.effect_noise((40, 30), 90).convert("RGB").point(lambda level: level // 2 + 60)
    rows = [colours.tobytes()]

    read = from_picture(b"".join(pnm.pack(40, 30, 3, rows)), dpi=150)

    assert np.array_equal(read.pixels, np.asarray(colours.convert("L")))
    assert read.dpi == 150


def test_transparent_paper_is_white() -> None:
    assert from_picture(_file(Image.new("RGBA", (9, 9), (0, 0, 0, 0))), dpi=300).pixels.min() == 255


def test_a_16_bit_grey_keeps_its_level() -> None:
    grey = np.full((9, 9), 32768, np.uint16)
    grey[0, 0] = 65535

    assert from_picture(_file(Image.fromarray(grey)), dpi=300).pixels[5, 5] in {127, 128}


def test_a_cmyk_photo_is_read_as_it_looks() -> None:
    ink = Image.new("CMYK", (16, 16), (0, 0, 0, 255))

    assert from_picture(_file(ink, "JPEG"), dpi=300).pixels.max() < 40


@pytest.mark.parametrize("damage", [b"", b"no picture", png(lab_page())[:3000]])
def test_a_damaged_picture_is_an_input_error_and_not_a_crash(damage: bytes) -> None:
    with pytest.raises(DamagedFile):
        from_picture(damage, dpi=300)


def test_the_stored_file_gives_the_same_raster_and_the_same_bytes() -> None:
    page = rotate(raster(lab_page()), 2.0)
    prepared = PreparedPage(
        number=1,
        dpi=300,
        to_page=page.to_page,
        rotation=0,
        skew_degrees=-2.0,
        steps=("deskew",),
        rulings=(),
    )

    again = decode(encode(page), prepared)

    assert np.array_equal(again.pixels, page.pixels)
    assert again.to_page == page.to_page
    assert encode(again) == encode(page)


def test_a_stored_file_is_a_pgm_that_any_viewer_opens_once_unpacked() -> None:
    file = zstandard.decompress(encode(raster(lab_page())))

    with Image.open(io.BytesIO(file), formats=["PPM"]) as image:
        assert np.array_equal(np.asarray(image), lab_page())


@pytest.mark.parametrize(
    "stored",
    [
        b"",
        b"\x89PNG",
        encode(raster(lab_page()))[:-9],
        zstandard.compress(b"P5\n3 4\n255\n12 bytes,almost"),
        zstandard.compress(b"P5"),
        zstandard.compress(bytes(10)),
        zstandard.compress(bytes(3 * 72_000_000 + 41)),
    ],
    ids=[
        *("nothing", "another kind", "cut off", "too many pixels", "no pixels", "no picture"),
        "a bomb",
    ],
)
def test_a_stored_file_that_is_not_whole_is_a_damaged_file(stored: bytes) -> None:
    prepared = PreparedPage(
        number=1,
        dpi=300,
        to_page=Way(),
        rotation=0,
        skew_degrees=0,
        steps=(),
        rulings=(),
    )
    with pytest.raises(DamagedFile):
        decode(stored, prepared)


@pytest.mark.parametrize(
    "moved",
    [
        turn(_marked(), 90),
        turn(_marked(), 180),
        turn(_marked(), 270),
        rotate(_marked(), 6.0),
        rotate(_marked(), -6.0),
        rescale(_marked(), 2.0),
        rescale(_marked(), 0.5),
        rotate(turn(rescale(_marked(), 1.5), 90), 3.0),
    ],
    ids=["90", "180", "270", "right", "left", "larger", "smaller", "all"],
)
def test_a_mark_is_found_on_the_page_where_it_was_drawn(moved: Raster) -> None:
    rows, columns = np.nonzero(moved.pixels < 128)
    middle = np.array([[columns.mean() + 0.5, rows.mean() + 0.5]])

    assert np.abs(carry(moved.to_page, middle)[0] - (MARK[0] + 0.5, MARK[1] + 0.5)).max() < 1.0
