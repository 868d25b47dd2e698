import numpy as np

from chartlift.geometry import identity
from chartlift.layout.pieces import Rect
from chartlift.model import Raster
from chartlift.reading.cutout import Cutout, clear_rulings, cut_out, follow_ink
from chartlift.reading.doubtful import Doubtful

FAR = (-np.inf, np.inf)


def paper(*bars: tuple[int, int, int, int]) -> Raster:
    """White paper of 400 x 100 pixels with black bars (left, top, right, bottom)."""
    pixels = np.full((100, 400), 255, np.uint8)
    for left, top, right, bottom in bars:
        pixels[top:bottom, left:right] = 0
    return Raster(pixels, 300, identity())


def cut(raster: Raster, rect: Rect, reach: tuple[float, float] = FAR) -> Cutout | None:
    return cut_out(raster, Doubtful((0,), rect, reach, 30.0, in_table=True))


def test_ink_that_goes_on_beyond_the_words_comes_along() -> None:
    cutout = cut(paper((100, 30, 120, 60), (124, 30, 150, 60)), Rect(100, 25, 122, 65))
    assert cutout is not None
    assert cutout.left + int(np.flatnonzero(cutout.ink.any(axis=0))[-1]) == 149


def test_ink_beyond_a_clear_space_or_a_neighbour_does_not() -> None:
    letters = (100, 30, 120, 60), (160, 30, 180, 60)
    apart = cut(paper(*letters), Rect(100, 25, 122, 65))
    assert apart is not None
    assert apart.ink.sum() == 20 * 30
    near = cut(paper((100, 30, 120, 60), (124, 30, 150, 60)), Rect(99, 25, 122, 65), (0, 122))
    assert near is not None
    assert near.ink.sum() == 20 * 30


def test_empty_paper_and_places_off_the_page_give_no_picture() -> None:
    assert cut(paper(), Rect(100, 25, 122, 65)) is None
    assert cut(paper(), Rect(500, 25, 520, 65)) is None
    assert cut(paper(), Rect(100, 25, 101, 26)) is None


def test_an_upright_ruling_becomes_paper_and_parts_the_print_around_it() -> None:
    cutout = cut(
        paper((100, 30, 120, 60), (130, 0, 133, 100), (140, 30, 160, 60)), Rect(100, 25, 160, 65)
    )
    assert cutout is not None
    assert cutout.breaks
    assert all(120 < cutout.left + place < 140 for place in cutout.breaks)
    assert cutout.pixels[:, 131 - cutout.left].min() > 200


def test_letters_are_no_rulings_and_specks_no_ink() -> None:
    raster = paper((100, 10, 104, 90), (200, 50, 202, 52))
    ink, walls = clear_rulings(raster.pixels.copy())
    assert walls == []
    assert ink[:, 100:104].any()
    assert not ink[:, 200:202].any()


def test_the_picture_does_not_share_the_page_s_pixels() -> None:
    raster = paper((100, 30, 120, 60), (130, 0, 133, 100))
    before = raster.pixels.copy()
    assert cut(raster, Rect(100, 25, 160, 65)) is not None
    assert (raster.pixels == before).all()


def test_ink_is_followed_over_small_gaps_to_both_sides() -> None:
    ink = np.zeros(100, np.bool_)
    ink[[10, 30, 34, 38, 42, 60]] = True
    assert follow_ink(ink, (33, 39), 5) == (30, 43)
    assert follow_ink(ink, (33, 39), 3) == (34, 39)
    assert follow_ink(ink, (70, 90), 5) == (0, 0)
