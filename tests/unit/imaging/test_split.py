import hashlib
from pathlib import Path

import pytest
from PIL import Image
from tests.unit.imaging.papers import (
    LINES,
    Sheet,
    pdf,
    picture_of,
    placed,
    png_of,
    saved,
    scanned,
    split_bytes,
    typed,
)

from chartlift.errors import (
    DamagedFile,
    EmptyFile,
    EncryptedFile,
    ExtensionMismatch,
    FileTooLarge,
    InputError,
    NoPages,
    NoReadablePage,
    PageTooLarge,
    TooManyPages,
    UnsupportedType,
)
from chartlift.imaging.split import page_ranges, split_components
from chartlift.settings import load_settings


def test_the_same_file_gives_the_same_pictures_byte_for_byte(tmp_path: Path) -> None:
    data = pdf(Sheet(typed()), Sheet(placed(595, 842), image=scanned()))
    prints = []
    for name in ("first", "second"):
        folder = tmp_path / name
        folder.mkdir()
        manifest = split_bytes(data, folder)
        files = sorted((folder / "pages").iterdir())
        prints.append(
            (manifest, [(f.name, hashlib.sha256(f.read_bytes()).digest()) for f in files])
        )
    assert prints[0] == prints[1]
    names = ["0001.pnm.zst", "0001.words.json", "0002.pnm.zst"]
    assert [name for name, _ in prints[0][1]] == names


def test_pictures_are_for_their_owner_alone(tmp_path: Path) -> None:
    split_bytes(saved(scanned(), "PNG"), tmp_path)
    assert (tmp_path / "pages" / "0001.pnm.zst").stat().st_mode & 0o077 == 0


REFUSED = {
    "zero bytes": (b"", EmptyFile),
    "text": (b"Glucose 5.8 mmol/L", UnsupportedType),
    "a GIF": (saved(scanned(), "GIF"), UnsupportedType),
    "a PDF that ends in its first object": (pdf(Sheet(typed()))[:60], DamagedFile),
    "a PNG cut off": (saved(scanned(), "PNG")[:400], DamagedFile),
    "a JPEG cut off": (saved(Image.effect_noise((600, 800), 50), "JPEG")[:9000], DamagedFile),
    "a TIFF cut off": (saved(scanned(), "TIFF")[:5000], DamagedFile),
    "a PDF with a password": (
        pdf(Sheet(typed()), encryption=__import__("pikepdf").Encryption(owner="o", user="u")),
        EncryptedFile,
    ),
    "a PDF without pages": (pdf(), NoPages),
    "a PDF page of 200 inches": (pdf(Sheet(typed(), size=(14400, 14400))), PageTooLarge),
    "a PNG of 50,000 x 50,000": (png_of(50_000, 50_000), PageTooLarge),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_document_is_refused_with_its_own_code(name: str, tmp_path: Path) -> None:
    data, error = REFUSED[name]
    with pytest.raises(InputError) as caught:
        split_bytes(data, tmp_path)
    assert type(caught.value) is error
    assert list((tmp_path / "pages").iterdir()) == []


def test_a_file_that_carries_another_types_extension_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExtensionMismatch):
        split_bytes(saved(scanned(), "PNG"), tmp_path, declared_extension=".pdf")


def test_a_type_that_is_not_allowed_here_is_refused(tmp_path: Path) -> None:
    settings = load_settings({"allowed_extensions": "pdf,jpg"})
    split_bytes(saved(scanned(), "JPEG"), tmp_path, settings=settings)
    with pytest.raises(UnsupportedType):
        split_bytes(saved(scanned(), "PNG"), tmp_path, settings=settings)


def test_a_file_above_the_limit_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    settings = load_settings({"max_file_size_mb": 1})
    with pytest.raises(FileTooLarge) as caught:
        split_bytes(b"%PDF-1.4" + bytes(1_100_000), tmp_path, settings=settings)
    assert (caught.value.found, caught.value.limit) == (1_100_008, 1_048_576)


def test_six_thousand_pages_are_too_many(tmp_path: Path) -> None:
    with pytest.raises(TooManyPages) as caught:
        split_bytes(pdf(*[Sheet()] * 6000), tmp_path)
    assert (caught.value.found, caught.value.limit) == (6000, 5000)


def test_a_pdf_with_an_owners_password_only_is_read(tmp_path: Path) -> None:
    import pikepdf

    data = pdf(Sheet(typed()), encryption=pikepdf.Encryption(owner="secret", user=""))
    (page,) = split_bytes(data, tmp_path).pages
    assert page.words


def test_one_bad_page_leaves_the_good_ones(tmp_path: Path) -> None:
    data = pdf(Sheet(typed()), Sheet(typed(), size=(14400, 14400)), Sheet(typed()))
    pages = split_bytes(data, tmp_path).pages
    assert [page.unreadable for page in pages] == [None, "page-too-large", None]
    assert [page.image for page in pages] == ["0001.pnm.zst", None, "0003.pnm.zst"]
    assert [len(page.words or ()) for page in pages] == [13, 0, 13]


def test_a_document_of_bad_pages_only_has_no_readable_page(tmp_path: Path) -> None:
    with pytest.raises(NoReadablePage):
        split_bytes(pdf(*[Sheet(size=(14400, 14400))] * 3), tmp_path)


def test_a_truncated_pdf_whose_pages_are_all_there_is_repaired(tmp_path: Path) -> None:
    data = pdf(*[Sheet(typed([*LINES, f"Page {n}"])) for n in range(3)])
    cut = data[: data.rindex(b"startxref") - 40]
    assert [page.unreadable for page in split_bytes(cut, tmp_path).pages] == [None] * 3


def test_short_documents_have_one_page_a_task() -> None:
    assert page_ranges(1) == ((1, 1),)
    assert page_ranges(16) == tuple((n, n) for n in range(1, 17))


@pytest.mark.parametrize("count", [17, 31, 64, 65, 100, 255, 256, 257, 1000, 4999, 5000])
def test_ranges_hold_every_page_once_and_are_never_more_than_64(count: int) -> None:
    ranges = page_ranges(count)
    assert [n for first, last in ranges for n in range(first, last + 1)] == list(
        range(1, count + 1)
    )
    lengths = {last - first + 1 for first, last in ranges}
    assert max(lengths) - min(lengths) <= 1
    assert 16 <= len(ranges) <= 64


def test_a_longer_document_never_has_fewer_tasks() -> None:
    counts = [len(page_ranges(count)) for count in range(1, 600)]
    assert counts == sorted(counts)


def test_the_components_name_everything_that_parses_or_renders() -> None:
    components = split_components()
    assert set(components) >= {"split", "pypdfium2", "pdfium", "poppler", "pillow", "pikepdf"}
    assert all(components.values())


def test_a_page_keeps_the_resolution_it_was_made_with(tmp_path: Path) -> None:
    manifest = split_bytes(saved(scanned((1654, 2339)), "PNG", dpi=(200, 200)), tmp_path)
    assert [page.dpi for page in manifest.pages] == [200]


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_picture_is_written_pixel_by_pixel(mode: str, tmp_path: Path) -> None:
    noise = Image.effect_noise((301, 203), 90)
    noise = noise if mode == "L" else Image.merge(mode, (noise, noise.rotate(90), noise))
    split_bytes(saved(noise, "PNG"), tmp_path)
    written = picture_of(tmp_path)
    assert (written.format, written.mode) == ("PPM", mode)
    assert written.tobytes() == noise.tobytes()
