"""The systems that are compared: each reads one picture and says what stands on it.

Peers are told a page's languages and resolution; chartlift tells languages by itself. All run on
one thread a page.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import logging
import os
import shutil
import subprocess
import tempfile
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from benchmarks.material import ROOT, STORE
from benchmarks.metrics import GridCell
from chartlift import stages
from chartlift.arrivals import Terms, take_in
from chartlift.frozen import from_json
from chartlift.ledger import SeenFile
from chartlift.model import ReadPage
from chartlift.reading.versions import OCR_DATA, ocr_components
from chartlift.runs import Workspace, hash_site_key
from chartlift.settings import load_settings
from chartlift.store import LocalRoot, page_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.material import Sample

SECONDS = 120
"""After so many CPU seconds a program is ended, and its page counts as read empty."""
ENVIRONMENT = {**os.environ, "OMP_THREAD_LIMIT": "1", "OMP_NUM_THREADS": "1"}
UNHURRIED: dict[str, object] = {"page_seconds": 240, "max_file_size_mb": 2000}
"""Settings of chartlift: what else runs on the machine shall not cut a page short."""
READS_PAGES = (
    *(
        "imaging",
        "ocr",
        "layout",
        "reading",
        "data/engines",
        "data/pipeline.toml",
    ),
    *(f"data/{place}" for place in OCR_DATA),
    *("model.py", "geometry.py", "languages.py", "settings.py", "vocab.py"),
)
"""What of chartlift a reading depends on."""


class ReadWord(NamedTuple):
    """A word and how sure the system is of it."""

    text: str
    confidence: float


class Reading(NamedTuple):
    """What a system says of a page."""

    text: str
    words: tuple[ReadWord, ...] = ()
    tables: tuple[tuple[GridCell, ...], ...] | None = None
    """None where the system knows no tables."""


class System(Protocol):
    """Something that reads pages."""

    @property
    def version(self) -> str:
        """Changes whenever the same page may be read otherwise."""

    def read(self, sample: Sample, picture: Path, /) -> Reading:
        """What stands on the page."""


class Chartlift:
    """chartlift's own stages up to the words, in this process, by one profile."""

    def __init__(self, profile: str) -> None:
        self.settings = load_settings({"profile": profile, **UNHURRIED})

    @property
    def version(self) -> str:
        """A hash of the code and data that read, and of the engines' versions."""
        return _hash(source_version() + repr(sorted(ocr_components(self.settings).items())))

    def read(self, _: Sample, picture: Path, /) -> Reading:
        """What stands on the page; its languages are not told."""
        (page,) = self.pages_of(picture)
        tables = tuple(
            tuple(
                GridCell(c.row, c.column, " ".join(page.ocr.words[i].text for i in c.words), c.box)
                for c in table.cells
            )
            for table in page.layout.tables
        )
        words = tuple(ReadWord(word.text, word.confidence) for word in page.ocr.words)
        return Reading(page.text, words, tables)

    def pages_of(self, file: Path) -> Iterator[ReadPage]:
        """A file's pages as they are read, by the stages that Airflow runs."""
        with tempfile.TemporaryDirectory(prefix="chartlift-benchmark-") as folder:
            root, stat = LocalRoot(Path(folder)), file.stat()
            seen = SeenFile(file.as_uri(), stat.st_size, stat.st_mtime)
            terms = Terms(self.settings, hash_site_key(b"benchmark"), datetime.now(UTC))
            with file.open("rb") as incoming:
                taken = take_in(root, seen, incoming, terms)
            workspace = Workspace(root, taken.document_id, taken.n)
            for first, last in stages.split_document(workspace):
                for number in range(first, last + 1):
                    stages.preprocess_pages(workspace, (number, number))
                    stages.ocr_pages(workspace, (number, number))
                    yield self._page(workspace, number)

    @staticmethod
    def _page(workspace: Workspace, number: int) -> ReadPage:
        chain = workspace.chain()
        key = workspace.shelf.artefact("ocr", chain.ocr, page_name(number, "json"))
        return from_json(ReadPage, workspace.root.read(key))


class Tesseract:
    """The Tesseract program with one page segmentation mode and the page's resolution."""

    def __init__(self, psm: int) -> None:
        self.psm = psm

    @property
    def version(self) -> str:
        """Of the program."""
        asked = subprocess.run(["tesseract", "--version"], capture_output=True, check=True)
        return _hash(asked.stdout.decode().splitlines()[0] + f" psm {self.psm}")

    def read(self, sample: Sample, picture: Path, /) -> Reading:
        """What stands on the page."""
        asked = (
            *("tesseract", str(picture), "-", "--dpi", str(sample.dpi)),
            *("--psm", str(self.psm), "-l", sample.languages),
        )
        return Reading(_output(asked))


class OcrMyPdf:
    """OCRmyPDF with deskewing and turning of pages, in an environment of its own."""

    @property
    def version(self) -> str:
        """Of the package."""
        return _hash(_output((ocrmypdf_program(), "--version")) + "deskew rotate")

    def read(self, sample: Sample, picture: Path, /) -> Reading:
        """What stands on the page."""
        with tempfile.TemporaryDirectory() as folder:
            side = Path(folder, "text.txt")
            options = (
                *("--deskew", "--rotate-pages", "--output-type", "pdf", "--jobs", "1", "--quiet"),
                *("--image-dpi", str(sample.dpi), "-l", sample.languages),
            )
            _output((ocrmypdf_program(), *options, "--sidecar", str(side), str(picture),
                     str(Path(folder, "out.pdf"))))  # fmt: skip
            return Reading(side.read_text(encoding="utf-8") if side.exists() else "")


class RapidOcr:
    """RapidOCR's own pipeline as it comes, but for its classifier, which flips upright lines."""

    def __init__(self, *, by_rows: bool = False) -> None:
        self.by_rows = by_rows
        """Whether its lines are put in rows, as its user would have to: they come in no rows."""

    @property
    def version(self) -> str:
        """Of the package and what runs its models."""
        packages = map(importlib.metadata.version, ("rapidocr", "onnxruntime"))
        return _hash("".join(packages) + " rows" * self.by_rows)

    def read(self, _: Sample, picture: Path, /) -> Reading:
        """What stands on the page; it is not told any language."""
        found = _rapidocr()(str(picture), use_cls=False)
        scored = zip(found.txts or (), found.scores or (), strict=True)
        words = tuple(ReadWord(text, float(score)) for text, score in scored)
        if self.by_rows and words:
            corners = [[(float(x), float(y)) for x, y in box] for box in found.boxes]
            words = tuple(words[place] for place in in_rows(corners))
        return Reading("\n".join(word.text for word in words), words)


def in_rows(lines: Sequence[Sequence[tuple[float, float]]]) -> list[int]:
    """The places of lines, given by their corners, from top to bottom and in rows to the right.

    A line is in the row of the one before it whose middle is less than half a height away.
    """
    lefts = [min(x for x, _ in line) for line in lines]
    tops, bottoms = ([pick(y for _, y in line) for line in lines] for pick in (min, max))
    middles = [(top + bottom) / 2 for top, bottom in zip(tops, bottoms, strict=True)]
    rows: list[list[int]] = []
    for place in sorted(range(len(lines)), key=lambda n: middles[n]):
        first = rows[-1][0] if rows else place
        tall = max(bottoms[n] - tops[n] for n in (place, first))
        if rows and middles[place] - middles[first] < tall / 2:
            rows[-1].append(place)
        else:
            rows.append([place])
    return [place for row in rows for place in sorted(row, key=lambda n: lefts[n])]


@cache
def _rapidocr() -> Any:  # noqa: ANN401 - the package is not typed
    from rapidocr import RapidOCR  # noqa: PLC0415 - it would count in the memory of all others

    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    threads = "EngineConfig.onnxruntime."
    return RapidOCR(
        params={
            "Global.log_level": "error",
            f"{threads}intra_op_num_threads": 1,
            f"{threads}inter_op_num_threads": 1,
        }
    )


SYSTEMS = {
    "auto": lambda: Chartlift("auto"),
    "fast": lambda: Chartlift("fast"),
    "classic": lambda: Chartlift("classic"),
    "tesseract psm 3": lambda: Tesseract(3),
    "tesseract psm 6": lambda: Tesseract(6),
    "ocrmypdf": OcrMyPdf,
    "rapidocr": RapidOcr,
    "rapidocr in rows": lambda: RapidOcr(by_rows=True),
}


@cache
def system(name: str) -> System:
    """One of `SYSTEMS`, made once in this process."""
    return SYSTEMS[name]()


def ocrmypdf_program() -> str:
    """OCRmyPDF's program: on PATH, or in an environment that is made here the first time."""
    found = shutil.which("ocrmypdf")
    own = STORE / "ocrmypdf" / "bin" / "ocrmypdf"
    if found or own.exists():
        return found or str(own)
    uv, folder = ROOT / ".venv" / "bin" / "uv", str(own.parents[1])
    subprocess.run([uv, "venv", "-q", folder], check=True)
    subprocess.run([uv, "pip", "install", "-q", "--python", folder, "ocrmypdf"], check=True)
    return str(own)


@cache
def source_version() -> str:
    """A hash of chartlift's files that have to do with reading."""
    folder = ROOT / "include" / "chartlift"
    files = sorted(
        file
        for name in READS_PAGES
        for file in ([folder / name] if (folder / name).is_file() else (folder / name).rglob("*"))
        if file.suffix in {".py", ".toml", ".csv"}
    )
    return _hash("".join(file.read_text(encoding="utf-8") for file in files))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _output(command: Sequence[str]) -> str:
    """What a program prints; nothing where it fails or takes too much time."""
    try:
        done = subprocess.run(
            ("prlimit", f"--cpu={SECONDS}", *command),
            capture_output=True,
            check=True,
            env=ENVIRONMENT,
        )
    except subprocess.CalledProcessError:
        return ""
    return done.stdout.decode(errors="replace")
