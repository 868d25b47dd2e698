from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.unit.imaging.papers import (
    LINES,
    Sheet,
    pdf,
    picture_of,
    placed,
    scanned,
    split_bytes,
    typed,
)

from chartlift.errors import RenderFailed
from chartlift.imaging.sheet import MOST_RENDERED_PIXELS
from chartlift.model import Box, PageImage
from chartlift.settings import load_settings

WORDS = tuple(word for line in LINES for word in line.split())


def only_page(sheet: Sheet, folder: Path) -> PageImage:
    (page,) = split_bytes(pdf(sheet), folder).pages
    return page


def darkest(image: Image.Image, box: Box) -> int:
    return int(np.asarray(image.convert("L"))[box.top : box.bottom, box.left : box.right].min())


def test_a_drawn_page_has_three_hundred_dots_an_inch(tmp_path: Path) -> None:
    page = only_page(Sheet(typed(), size=(612, 792)), tmp_path)
    assert (page.width, page.height, page.dpi) == (2550, 3300, 300)
    assert picture_of(tmp_path).size == (2550, 3300)


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_words_of_a_text_layer_stand_on_their_ink(rotate: int, tmp_path: Path) -> None:
    page = only_page(Sheet(typed(), rotate=rotate), tmp_path)
    assert page.words is not None
    # A turned page's text runs its own way; the order of reading is the layout's business.
    assert sorted(word.text for word in page.words) == sorted(WORDS)
    image = picture_of(tmp_path)
    grey = np.array(image.convert("L"))
    for word in page.words:
        assert darkest(image, word.box) < 60
        grey[word.box.top : word.box.bottom, word.box.left : word.box.right] = 255
    # Nothing but the blurred edges of letters is left outside the boxes.
    assert (grey < 100).sum() == 0


def test_a_turned_page_is_rendered_as_a_viewer_shows_it(tmp_path: Path) -> None:
    page = only_page(Sheet(typed(), rotate=90), tmp_path)
    assert (page.width, page.height) == (3508, 2479)
    assert page.words is not None
    first = page.words[0].box
    assert first.left > page.width * 0.8
    assert first.top < page.height * 0.2
    assert first.height > first.width


def test_boxes_follow_the_crop_box(tmp_path: Path) -> None:
    page = only_page(Sheet(typed(), extra={"/CropBox": [50, 400, 450, 800]}), tmp_path)
    assert (page.width, page.height) == (1667, 1667)
    assert page.words is not None
    assert all(darkest(picture_of(tmp_path), word.box) < 60 for word in page.words)


def test_text_layer_words_are_certain_and_say_where_they_come_from(tmp_path: Path) -> None:
    page = only_page(Sheet(typed()), tmp_path)
    assert {(w.confidence, w.engine) for w in page.words or ()} == {(1.0, "text-layer")}


def test_force_ocr_leaves_the_text_layer_alone(tmp_path: Path) -> None:
    settings = load_settings({"force_ocr": True})
    (page,) = split_bytes(pdf(Sheet(typed())), tmp_path, settings=settings).pages
    assert page.words is None


UNTRUSTED = {
    "a scan under an invisible text layer": Sheet(
        placed(595, 842) + typed(mode=3), image=scanned()
    ),
    "a scan over a text layer": Sheet(typed() + placed(595, 842), image=scanned()),
    "a drawn page with a large image": Sheet(typed() + placed(400, 400, 80, 100), image=scanned()),
    "white words on white paper": Sheet(typed(grey=1) + b" 0 g 20 20 40 40 re f"),
    "some words that nobody sees": Sheet(typed() + b" 1 0 0 1 0 -200 cm " + typed(LINES, grey=1)),
    "invisible words beside a drawing": Sheet(typed(mode=3) + b" 20 20 40 40 re f"),
    "too few words": Sheet(typed(["Page 1"])),
    "an annotation": Sheet(typed(), annotated=True),
    "control characters": Sheet(typed([*LINES, "\x01\x02\x03\x04\x05"])),
}


@pytest.mark.parametrize("name", UNTRUSTED)
def test_a_text_layer_in_doubt_is_not_taken(name: str, tmp_path: Path) -> None:
    page = only_page(UNTRUSTED[name], tmp_path)
    assert page.words is None
    assert page.image == "0001.pnm.zst"


def test_a_logo_does_not_cost_a_page_its_text_layer(tmp_path: Path) -> None:
    sheet = Sheet(typed() + placed(120, 60, 440, 770), image=scanned())
    assert only_page(sheet, tmp_path).words is not None


@pytest.mark.parametrize(("pixels", "dpi"), [(827, 100), (1654, 200), (413, 100), (6612, 400)])
def test_a_scan_is_rendered_at_its_own_resolution(pixels: int, dpi: int, tmp_path: Path) -> None:
    image = scanned((pixels, round(pixels * 842 / 595)))
    page = only_page(Sheet(placed(595, 842), image=image), tmp_path)
    assert page.dpi == pytest.approx(dpi, abs=1)


def test_a_sheet_larger_than_a2_is_rendered_with_fewer_dots(tmp_path: Path) -> None:
    page = only_page(Sheet(typed(), size=(2384, 3370)), tmp_path)
    assert page.dpi < 200
    assert 0.95 * MOST_RENDERED_PIXELS < page.width * page.height <= MOST_RENDERED_PIXELS


def test_an_empty_page_is_blank_and_read(tmp_path: Path) -> None:
    page = only_page(Sheet(), tmp_path)
    assert page.unreadable is None
    assert picture_of(tmp_path).getextrema() == (255, 255)


def test_the_scanned_back_of_a_sheet_is_blank_and_read(tmp_path: Path) -> None:
    back = Sheet(placed(595, 842), image=Image.new("L", (827, 1169), 255))
    assert only_page(back, tmp_path).unreadable is None


def test_a_page_whose_text_no_renderer_shows_is_never_a_blank_picture(tmp_path: Path) -> None:
    lost = Sheet(b"1 0 0 1 5000 5000 cm " + typed())
    pages = split_bytes(pdf(Sheet(typed()), lost), tmp_path).pages
    assert [page.unreadable for page in pages] == [None, "render-failed"]
    (tmp_path / "alone").mkdir()
    with pytest.raises(RenderFailed):
        split_bytes(pdf(lost), tmp_path / "alone")


def test_an_image_that_cannot_be_decoded_is_never_a_blank_picture(tmp_path: Path) -> None:
    data = pdf(Sheet(placed(595, 842), image=scanned()), compress_streams=False)
    raw = scanned().tobytes()
    broken = data.replace(raw, b"", 1)
    assert len(broken) < len(data)
    with pytest.raises(RenderFailed):
        split_bytes(broken, tmp_path)
