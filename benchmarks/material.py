"""The pages benchmarks read: drawn ones, and the real ones of a data folder, each with its truth.

Each half, `tuning` or `report`, is apart: drawn pages by their seeds, real ones by their place in
the sorted list of files (even places for tuning) or by the document they come from.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import simplejson
from PIL import Image

from benchmarks.metrics import GridCell
from benchmarks.pages.damages import damage
from benchmarks.pages.drawing import LANGUAGES
from benchmarks.pages.series import series
from benchmarks.pages.truth import write_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.pages.truth import Page

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"
STORE = ROOT / ".local" / "benchmarks"
"""Pages and readings that were made once; git ignores it."""
CLEAN_EACH = 3
"""Every so many drawn pages of a language are read without a damage too."""
TUNING_DOCUMENT = "docx1_p1", "docx1_page1", "camlis_p04"
"""The document pages whose Khmer lines and pages are for tuning."""
REAL = (
    ("FUNSD", "en_funsd_forms/*.png", 100),
    ("SROIE", "en_sroie_receipts/*.jpg", 150),
    ("faxes", "med_synthetic_faxes/*.tif", 204),
)
"""Real pages: their name, their pictures in the data folder, their dots per inch."""
TESSERACT = {"eng": "eng", "fra": "fra", "khm": "khm+eng"}


class Sample(NamedTuple):
    """A page to read."""

    name: str
    group: str
    """`drawn eng`, `drawn fra`, `drawn khm`, or the set of real pages."""
    damage: str
    language: str
    dpi: int
    path: str
    """Of its picture; beside a drawn one stands its truth."""

    @property
    def languages(self) -> str:
        """What a peer is told that the page is written in, in Tesseract's codes."""
        return TESSERACT[self.language]

    @property
    def drawn(self) -> bool:
        """Whether the truth is exact in every character, so that numbers and cells count."""
        return self.group.startswith("drawn")


class Truth(NamedTuple):
    """What stands on a sample."""

    texts: tuple[str, ...]
    """One for each order in which the page may as well be read."""
    case: bool = True
    numbers: bool = True
    """Whether numbers are whole in the truth."""
    tables: tuple[tuple[GridCell, ...], ...] = ()


def samples(half: str, drawn: int, data: Path = DATA) -> Iterator[Sample]:
    """All pages of a half, of which so many are drawn in each language."""
    yield from drawn_samples(half, drawn)
    yield from real_samples(half, data)


def drawn_samples(half: str, count: int) -> Iterator[Sample]:
    """So many pages in each language, under each damage in turn, and every third clean too."""
    folder = STORE / "pages" / generator_version()
    folder.mkdir(parents=True, exist_ok=True)
    for number, (page, its_turn) in enumerate(series(half, count)):
        wants_clean = number // len(LANGUAGES) % CLEAN_EACH == 0
        for name in sorted({its_turn} | ({"clean"} if wants_clean else set())):
            yield _drawn(page, name, folder)


def _drawn(page: Page, name: str, folder: Path) -> Sample:
    path = folder / f"{page.seed}_{name}.png"
    if not path.with_suffix(".json").exists():
        made = write_page(damage(page, name), folder)
        made.replace(path)
        made.with_suffix(".json").replace(path.with_suffix(".json"))
    dpi, language = _truth_of(path)["dpi"], page.language
    return Sample(path.stem, f"drawn {language}", name, language, dpi, str(path))


@cache
def generator_version() -> str:
    """A hash of what draws the pages."""
    parts = sorted((Path(__file__).parent / "pages").rglob("*.*"))
    code = b"".join(p.read_bytes() for p in parts if p.suffix in {".py", ".toml"})
    return hashlib.sha256(code).hexdigest()[:12]


def real_samples(half: str, data: Path = DATA) -> Iterator[Sample]:
    """The real pages of a half; none where there is no data folder."""
    forms = sorted((data / "en_funsd_forms").glob("*.png"))
    receipts = sorted((data / "en_sroie_receipts").glob("*.jpg"))
    faxes = sorted((data / "med_synthetic_faxes").glob("*.tif"))
    for group, paths, dpi in (
        ("FUNSD", forms, 100),
        ("SROIE", receipts, 150),
        ("faxes", faxes, 204),
    ):
        for path in paths[half == "report" :: 2]:
            yield Sample(path.name.split(".")[0], group, "real", "eng", dpi, str(path))
    for path in sorted((data / "km_printed_pages").glob("*.png")):
        if path.stem.startswith(TUNING_DOCUMENT) == (half == "tuning"):
            yield Sample(path.stem, "Khmer pages", "real", "khm", 200, str(path))


def printed_lines(half: str, data: Path = DATA) -> Iterator[Sample]:
    """Khmer lines cut out of printed pages."""
    for folder in ("km_printed_lines", "km_lab_manual_lines"):
        for path in sorted((data / folder).glob("*.png")):
            if path.stem.startswith(TUNING_DOCUMENT) == (half == "tuning"):
                yield Sample(path.stem, "printed Khmer lines", "real", "khm", 200, str(path))


def handwritten_lines(half: str, data: Path = DATA) -> Iterator[Sample]:
    """Khmer lines cut out of handwritten pages."""
    paths = sorted((data / "km_handwritten_lines").glob("*.jpg"))
    for path in paths[half == "report" :: 2]:
        yield Sample(path.stem, "handwritten Khmer lines", "real", "khm", 200, str(path))


def truth_of(sample: Sample) -> Truth:
    """What stands on a sample."""
    path = Path(sample.path)
    if not sample.drawn:
        text = path.with_name(f"{path.name.split('.')[0]}.gt.txt")
        if not text.exists():
            text = path.with_suffix(".gt.txt")
        return Truth(
            (text.read_text(encoding="utf-8"),),
            case=sample.group != "SROIE",
            numbers=sample.group != "FUNSD",  # its truth splits numbers
        )
    truth = _truth_of(path)
    tables = tuple(
        tuple(
            GridCell(cell["row"], cell["column"], cell["text"], tuple(cell["box"]))
            for cell in table["cells"]
        )
        for table in truth["tables"]
    )
    return Truth(tuple(dict.fromkeys((truth["text"], truth["row_text"]))), tables=tables)


def picture_of(sample: Sample, folder: Path) -> Path:
    """A PNG of the sample that says its dots per inch; the sample's own, where that does."""
    if sample.drawn:
        return Path(sample.path)
    path = folder / f"{hashlib.sha256(sample.path.encode()).hexdigest()[:16]}.png"
    if not path.exists():
        with Image.open(sample.path) as image:
            made = path.with_suffix(".part.png")
            image.convert("L").save(made, dpi=(sample.dpi, sample.dpi))
            made.replace(path)
    return path


def _truth_of(path: Path) -> dict[str, Any]:
    return dict(simplejson.loads(path.with_suffix(".json").read_text(encoding="utf-8")))
