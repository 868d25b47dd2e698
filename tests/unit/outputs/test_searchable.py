"""The searchable PDF as poppler and PDFium find it: words on their boxes, pages as they were."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageDraw
from tests.unit.imaging.papers import LINES, Sheet, pdf, placed, typed
from tests.unit.outputs.pages import (
    DPI,
    HEIGHT,
    KHMER,
    TEXTS,
    WIDTH,
    carried,
    page_of,
    pdfium_boxes,
    pdfium_text,
    poppler_text,
    poppler_words,
    turning,
    unreadable,
    words_of,
)

from chartlift.errors import DamagedFile, EncryptedFile
from chartlift.imaging.pictures import Picture, as_page
from chartlift.model import ReadPage, Word
from chartlift.outputs.orders import Original
from chartlift.outputs.pdf_file import PdfFile
from chartlift.outputs.searchable import write_searchable_pdf

POINT = 72 / DPI
ALL_TEXTS = [text for line in TEXTS for text in line]


def sheet(path: Path, mode: str = "RGB", **save: object) -> Path:
    """A picture that looks different each way it may be turned."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), (250, 245, 230))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((40, 30, 400, 90), fill=(160, 20, 20))
    draw.rectangle((40, 30, 90, 700), fill=(20, 20, 160))
    picture.convert(mode).save(path, dpi=(DPI, DPI), **save)
    return path


def as_split(source: Path) -> Picture:
    """A picture file's page as it is split off and read."""
    with Image.open(source) as picture:
        return as_page(picture)


def searchable(source: Path, pages: list[ReadPage], *, kind: str | None = None) -> Path:
    made = source.with_name(f"{source.name}.searchable.pdf")
    original = Original(str(source), kind or source.suffix[1:])
    write_searchable_pdf(original, pages, made, page_seconds=30)
    with pikepdf.open(made) as checked:
        assert checked.check_pdf_syntax() == []
    return made


def shown(path: Path, size: tuple[int, int], number: int = 1) -> Image.Image:
    """What PDFium shows of a page, in as many pixels."""
    document = pypdfium2.PdfDocument(path)
    width, _ = document[number - 1].get_size()
    # A hair less: PDFium rounds up, and a picture of one pixel more would be another.
    scale = (size[0] - 0.01) / width
    image = document[number - 1].render(scale=scale).to_pil().convert("RGB")
    document.close()
    assert image.size == size
    return image


def differ(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of two pictures, in grey levels."""
    return float(np.asarray(ImageChops.difference(one, other.convert("RGB"))).mean())


def every(lines: list[list[Word]]) -> list[Word]:
    return [word for line in lines for word in line]


@pytest.mark.parametrize("degrees", [0, 0.4, 2, -7, 90, 180, 270, 183])
def test_each_word_lies_on_its_box_whatever_way_the_page_is_turned(
    tmp_path: Path, degrees: float
) -> None:
    lines = carried(words_of(), turning(degrees))
    made = searchable(sheet(tmp_path / "a.png"), [page_of(lines)])
    found = dict(poppler_words(made))
    assert sorted(found) == sorted(ALL_TEXTS)
    for word in every(lines):
        box = [edge / POINT for edge in found[word.text]]
        # Poppler's boxes are level: a tilted word's is as high as the word, not as its corners.
        assert word.box.left - 2 <= box[0] < box[2] <= word.box.right + 2
        assert word.box.top - 2 <= box[1] < box[3] <= word.box.bottom + 2
        assert (box[2] - box[0]) * (box[3] - box[1]) > 0.5 * word.box.width * word.box.height


@pytest.mark.parametrize("degrees", [0, 2, -7, 90, 270])
def test_pdfium_finds_each_words_letters_in_its_box(tmp_path: Path, degrees: float) -> None:
    lines = carried(words_of([["abcd", "efg"], [KHMER]]), turning(degrees))
    made = searchable(sheet(tmp_path / "a.png"), [page_of(lines)])
    found = pdfium_boxes(made, WIDTH, HEIGHT)
    for word in every(lines):
        boxes = [found[letter] for letter in word.text]
        around = [min(e) for e in zip(*boxes, strict=True)][:2]
        around += [max(e) for e in zip(*boxes, strict=True)][2:]
        assert np.abs(np.subtract(around, word.box)).max() <= 3


def test_khmer_and_french_copy_out_as_they_were_read_in_reading_order(tmp_path: Path) -> None:
    made = searchable(sheet(tmp_path / "a.png"), [page_of(words_of())])
    lines = [" ".join(line) for line in TEXTS]
    assert poppler_text(made).split("\n")[:3] == lines
    assert [line.strip() for line in pdfium_text(made).splitlines()] == lines


@pytest.mark.parametrize("degrees", [2, -7])
def test_words_of_a_tilted_page_copy_out_whole(tmp_path: Path, degrees: float) -> None:
    lines = carried(words_of(), turning(degrees))
    made = searchable(sheet(tmp_path / "a.png"), [page_of(lines)])
    assert poppler_text(made).split() == ALL_TEXTS
    assert pdfium_text(made).split() == ALL_TEXTS


def test_a_letter_beyond_the_first_plane_and_a_thousand_letters_copy_out(tmp_path: Path) -> None:
    texts = ["𝛼µ²", *("".join(map(chr, range(at, at + 30))) for at in range(0x4E00, 0x51E8, 30))]
    page = page_of(words_of([[text] for text in texts]), size=(1000, 3600))
    made = searchable(sheet(tmp_path / "a.png"), [page])
    assert poppler_text(made).split() == texts
    assert "".join(pdfium_text(made).split()) == "".join(texts)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_jpeg_is_kept_as_it_is_and_shown_upright(tmp_path: Path, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = orientation, "Sok Dara"
    source = sheet(tmp_path / "a.jpg", quality=90, exif=exif, comment=b"Sok Dara")
    upright = as_split(source).image
    made = searchable(source, [page_of(words_of(), size=upright.size)], kind="jpeg")
    with pikepdf.open(made) as checked:
        picture = checked.pages[0].Resources.XObject["/Picture"]
        assert str(picture.Filter) == "/DCTDecode"
        stored = picture.read_raw_bytes()
    assert stored[-200:] == source.read_bytes()[-200:]
    assert b"Sok Dara" not in made.read_bytes()
    assert differ(shown(made, upright.size), upright) < 2


@pytest.mark.parametrize(
    ("name", "mode", "save"),
    [
        ("a.png", "RGB", {}),
        ("a.png", "L", {}),
        ("a.png", "P", {}),
        ("a.png", "RGBA", {}),
        ("a.png", "1", {}),
        ("a.bmp", "RGB", {}),
        ("a.tiff", "1", {"compression": "group4"}),
        ("a.tiff", "CMYK", {}),
        ("a.jpeg", "CMYK", {"quality": 95}),
        ("a.jpeg", "L", {"quality": 95, "progressive": True}),
    ],
)
def test_a_picture_of_any_kind_is_shown_as_it_was(
    tmp_path: Path, name: str, mode: str, save: dict[str, object]
) -> None:
    source = sheet(tmp_path / name, mode, **save)
    upright = as_split(source).image
    made = searchable(source, [page_of(words_of())])
    # Of inks PDFium makes other reds than Pillow; taken the wrong way round they differ by 100.
    assert differ(shown(made, upright.size), upright) < (5 if mode == "CMYK" else 1)
    assert poppler_text(made).split() == ALL_TEXTS
    width, height = pypdfium2.PdfDocument(made)[0].get_size()
    assert (width, height) == pytest.approx((WIDTH * POINT, HEIGHT * POINT))


def test_a_fax_keeps_its_own_pixels_though_they_are_not_square(tmp_path: Path) -> None:
    noise = np.random.default_rng(7).integers(0, 2, (490, 1728)).astype(bool)
    source = tmp_path / "a.tiff"
    Image.fromarray(noise).save(source, dpi=(204, 98), compression="group4")
    upright = as_split(source)
    page = page_of(words_of(), size=upright.image.size, dpi=upright.dpi)
    made = searchable(source, [page])
    with pikepdf.open(made) as checked:
        picture = pikepdf.PdfImage(checked.pages[0].Resources.XObject["/Picture"])
        assert (picture.width, picture.height, picture.bits_per_component) == (1728, 490, 1)
        assert np.array_equal(np.asarray(picture.as_pil_image()), noise)


def test_every_frame_is_a_page_and_one_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    first = Image.open(sheet(tmp_path / "first.png"))
    source = tmp_path / "a.tiff"
    first.save(source, save_all=True, append_images=[first, first], dpi=(DPI, DPI))
    pages = [page_of(words_of([["one"]])), unreadable(2), page_of(words_of([["three"]]), number=3)]
    made = searchable(source, pages)
    assert [text.strip() for text in poppler_text(made).split("\f")[:-1]] == [
        "one",
        "Page 2 could not be read: damaged-file",
        "three",
    ]


def test_a_page_that_took_too_long_is_shown_without_words(tmp_path: Path) -> None:
    source = sheet(tmp_path / "a.png")
    made = searchable(source, [unreadable(1, size=(WIDTH, HEIGHT))])
    assert differ(shown(made, (WIDTH, HEIGHT)), Image.open(source)) < 2
    assert poppler_text(made).strip() == ""


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", [None, [100, 50, 500, 700]])
def test_a_pdfs_pages_stay_and_words_lie_where_a_viewer_shows_them(
    tmp_path: Path, rotate: int, crop: list[int] | None
) -> None:
    source = tmp_path / "a.pdf"
    box = {} if crop is None else {"/CropBox": pikepdf.Array(crop)}
    source.write_bytes(pdf(Sheet(typed(), rotate=rotate, extra=box)))
    document = pypdfium2.PdfDocument(source)
    size = tuple(round(edge / POINT) for edge in document[0].get_size())
    before = document[0].render(scale=2).to_pil()
    page = page_of(words_of([["abcd", "efg"], [KHMER]]), size=(size[0], size[1]))
    made = searchable(source, [page])
    after = pypdfium2.PdfDocument(made)[0].render(scale=2).to_pil()
    assert ImageChops.difference(before, after).getbbox() is None
    found = pdfium_boxes(made, *size)
    for letter in "fg" + KHMER[0]:  # the sheet's own text has the others
        word = next(word for word in page.ocr.words if letter in word.text)
        left, top, right, bottom = found[letter]
        assert word.box.left - 3 <= left < right <= word.box.right + 3
        assert word.box.top - 3 <= top < bottom <= word.box.bottom + 3


def test_a_page_with_words_of_its_own_gets_no_second_layer(tmp_path: Path) -> None:
    source = tmp_path / "a.pdf"
    source.write_bytes(pdf(Sheet(typed()), Sheet(typed(["Scanned"]))))
    own = page_of(words_of([["Fasting"]]), source="text-layer", engine=None)
    made = searchable(source, [own, page_of(words_of([["twice"]]), number=2)])
    first, second, _ = poppler_text(made).split("\f")
    assert first.split() == " ".join(LINES).split()
    assert second.split() == ["twice", "Scanned"]


def test_the_words_another_program_laid_over_a_scan_go_and_nothing_seen_moves(
    tmp_path: Path,
) -> None:
    scan = Image.new("L", (80, 90), 200)
    mixed = b"BT /F1 20 Tf 60 300 Td 3 Tr (old) Tj 0 Tr (seen) Tj ET "
    content = (
        placed(595, 842) + b"q 3 Tr " + typed(["old"], mode=3) + b" Q " + mixed + typed(["new"])
    )
    source = tmp_path / "a.pdf"
    source.write_bytes(pdf(Sheet(content, image=scan)))
    before = pypdfium2.PdfDocument(source)[0].render().to_pil()
    made = searchable(source, [page_of(words_of([["read"]]))])
    after = pypdfium2.PdfDocument(made)[0].render().to_pil()
    assert ImageChops.difference(before, after).getbbox() is None
    assert sorted(poppler_text(made).split()) == ["new", "oldseen", "read"]


def test_laid_under_twice_a_page_has_its_words_once(tmp_path: Path) -> None:
    source = sheet(tmp_path / "a.png")
    pages = [page_of(words_of())]
    once = searchable(source, pages)
    assert poppler_text(searchable(once, pages)).split() == ALL_TEXTS


def test_invisible_words_in_a_form_go_too(tmp_path: Path) -> None:
    source, inner = tmp_path / "a.pdf", tmp_path / "inner.pdf"
    inner.write_bytes(pdf(Sheet(typed(["old"], mode=3)), Sheet(typed(["seen"]))))
    with pikepdf.open(inner) as forms, pikepdf.new() as document:
        document.add_blank_page(page_size=(595, 842))
        for form in forms.pages:
            document.pages[0].add_overlay(form)
        document.save(source)
    assert sorted(poppler_text(source).split()) == ["old", "seen"]
    made = searchable(source, [page_of(words_of([["read"]]))])
    assert sorted(poppler_text(made).split()) == ["read", "seen"]


def test_fonts_that_pages_inherit_stay_theirs(tmp_path: Path) -> None:
    source = tmp_path / "a.pdf"
    with source.open("wb") as out:
        # Not by pikepdf, which gives each page its own.
        file = PdfFile(out)
        tree = file.reserve()
        text = file.add_deflated("", typed(["Inherited"]).replace(b"/F1", b"/Invisible"))
        leaf = f"<< /Type /Page /Parent {tree} 0 R /Contents {text} 0 R >>"
        kids = f"[{file.add(leaf)} 0 R {file.add(leaf)} 0 R]"
        font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
        shared = f"/MediaBox [0 0 595 842] /Resources << /Font << /Invisible {font} >> >>"
        file.add(f"<< /Type /Pages /Count 2 /Kids {kids} {shared} >>", tree)
        file.finish(f"/Root {file.add(f'<< /Type /Catalog /Pages {tree} 0 R >>')} 0 R")
    pages = [page_of(words_of([["added"]]), number=number) for number in (1, 2)]
    assert poppler_text(source).split() == ["Inherited"] * 2
    assert poppler_text(searchable(source, pages)).split() == ["added", "Inherited"] * 2


def test_drawing_that_leaves_the_coordinates_changed_moves_no_word(tmp_path: Path) -> None:
    source = tmp_path / "a.pdf"
    source.write_bytes(
        pdf(Sheet(b"q q .5 0 0 .5 90 9 cm " + typed(["Odd"]) + b" Q Q Q 3 0 0 3 0 0 cm"))
    )
    size = (round(595 / POINT), round(842 / POINT))
    page = page_of(words_of([["word"]]), size=size)
    found = pdfium_boxes(searchable(source, [page]), *size)
    assert np.abs(np.subtract(found["w"][:2], page.ocr.words[0].box[:2])).max() <= 3


def test_no_name_in_the_documents_own_remarks_is_kept(tmp_path: Path) -> None:
    source = tmp_path / "a.pdf"
    with pikepdf.new() as document:
        document.add_blank_page()
        with document.open_metadata() as remarks:
            remarks["dc:title"] = "Sok Dara"
        document.docinfo["/Author"] = "Sok Dara"
        document.save(source, compress_streams=False)
    assert b"Sok Dara" in source.read_bytes()
    made = searchable(source, [page_of(words_of([["x"]]))])
    with pikepdf.open(made) as checked:
        assert "/Metadata" not in checked.Root
        assert {**checked.docinfo} == {"/Producer": checked.docinfo["/Producer"]}
    assert b"Sok Dara" not in made.read_bytes()


def test_the_same_pages_give_the_same_bytes(tmp_path: Path) -> None:
    for source in (sheet(tmp_path / "a.png"), tmp_path / "b.pdf"):
        if source.suffix == ".pdf":
            source.write_bytes(pdf(Sheet(placed(595, 842), image=Image.new("L", (80, 90), 9))))
        pages = [page_of(words_of())]
        assert searchable(source, pages).read_bytes() == searchable(source, pages).read_bytes()


def test_a_pdf_that_opens_without_a_password_keeps_its_protection(tmp_path: Path) -> None:
    source = tmp_path / "a.pdf"
    locked = pikepdf.Encryption(owner="secret", user="")
    source.write_bytes(pdf(Sheet(typed(["Protected"])), encryption=locked))
    made = searchable(source, [page_of(words_of([["word"]]))])
    with pikepdf.open(made) as checked:
        assert checked.is_encrypted
    assert poppler_text(made).split() == ["word", "Protected"]


def test_an_original_that_cannot_be_opened_again_is_refused_with_a_code(tmp_path: Path) -> None:
    source = tmp_path / "a.pdf"
    locked = pikepdf.Encryption(owner="secret", user="secret")
    source.write_bytes(pdf(Sheet(typed()), encryption=locked))
    with pytest.raises(EncryptedFile):
        searchable(source, [page_of(words_of())])
    for data in (b"%PDF-1.7 nothing", pdf(Sheet(), Sheet())):
        source.write_bytes(data)
        with pytest.raises(DamagedFile):
            searchable(source, [page_of(words_of())])
    picture = tmp_path / "a.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(DamagedFile):
        searchable(picture, [page_of(words_of())])
    assert list(tmp_path.glob("*.searchable.pdf")) == []
