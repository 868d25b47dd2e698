"""The picture of a page: every word read is framed, and each value beside what became of it.

Blue: a word; purple: who the patient is; green: a value in its range; red: out of it; amber, with
a question mark: a person is asked.
"""

from __future__ import annotations

import html
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from scripts.demo_parts.outcome import samples, standing
from scripts.demo_parts.site import Site
from scripts.picture_parts.browser import Tab

from chartlift.artefacts import read_manifest, read_record
from chartlift.finding import Coding, Evidence, LabResult
from chartlift.model import Box, PageImage
from chartlift.record import Record
from chartlift.runs import Workspace
from chartlift.store import LocalRoot

SAMPLE = "lab_english.pdf"
SCALE = 0.42
"""Picture pixels for one pixel of the page."""
MARGIN = 60
"""Pixels of the page left around its words."""
LABELS = 560
COLUMNS = {"value": 10, "code": 150, "rule": 310, "confidence": 430}
"""Width of what stands beside the page, in picture pixels."""
STYLE = """
body { margin: 0; background: #fff; font: 17px "DejaVu Sans", sans-serif; }
svg { display: block; }
.word { fill: none; stroke: #2f6fd0; stroke-width: 1; opacity: .55; }
.value { fill: #17935522; stroke: #179355; stroke-width: 2.5; }
.abnormal { fill: #d0342c22; stroke: #d0342c; }
.doubted { fill: #e08a0033; stroke: #e08a00; }
.who { fill: #7b3fb522; stroke: #7b3fb5; }
.link { fill: none; stroke: #9aa4b2; stroke-width: 1; stroke-dasharray: 2 4; }
text { fill: #1b2733; dominant-baseline: middle; }
.code { fill: #5a6675; }
.head { font-weight: bold; }
"""


class Mark(NamedTuple):
    """A value on the page, and what stands beside it."""

    evidence: Evidence
    style: str
    text: str
    code: Coding | None

    @property
    def box(self) -> Box:
        """Where the value stands; a page's value always has a box."""
        if self.evidence.box is None:
            raise ValueError("a value read from a page has a box")
        return self.evidence.box


def picture_of_page(tab: Tab, site: Site) -> bytes:
    """The first page of the English laboratory report with its frames, as PNG."""
    root = LocalRoot(site.store)
    sample = next(sample for sample in samples() if sample.name == SAMPLE)
    workspace = Workspace(root, sample.document_id, standing(root, sample.document_id).n)
    chain = workspace.chain()
    page = read_manifest(workspace, chain).pages[0]
    image = site.store / workspace.shelf.artefact("split", chain.split, str(page.image))
    record = read_record(workspace, chain)
    frame = _frame(record, page)
    with tempfile.TemporaryDirectory(prefix="chartlift-") as folder:
        drawing = Path(folder, "page.html")
        drawing.write_text(_draw(record, page, image, frame), encoding="utf-8")
        tab.resize(round(frame.width * SCALE) + LABELS, round(frame.height * SCALE))
        tab.call("Page.enable")
        tab.call("Page.navigate", url=drawing.as_uri())
        tab.wait("document.readyState == 'complete' && document.fonts.status == 'loaded'")
        return tab.picture()


def _frame(record: Record, page: PageImage) -> Box:
    boxes = [word.box for word in record.pages[0].words]
    return Box(
        max(min(box.left for box in boxes) - MARGIN, 0),
        max(min(box.top for box in boxes) - MARGIN, 0),
        min(max(box.right for box in boxes) + MARGIN, page.width),
        min(max(box.bottom for box in boxes) + MARGIN, page.height),
    )


def _draw(record: Record, page: PageImage, image: Path, frame: Box) -> str:
    marks = tuple(_marks(record))
    parts = [
        f'<image href="{image.as_uri()}" width="{page.width}" height="{page.height}"/>',
        *(_rectangle("word", word.box) for word in record.pages[0].words),
        *(_rectangle(f"value {mark.style}", mark.box, grow=5) for mark in marks),
    ]
    width, height = frame.width * SCALE, frame.height * SCALE
    named = [mark for mark in marks if mark.text]
    labels = "".join(_label(mark, frame, width) for mark in named)
    top = min(mark.box.top for mark in named) - frame.top
    labels += _line(COLUMNS, "head", width, top * SCALE - 20)
    return f"""<!doctype html><meta charset="utf-8"><style>{STYLE}</style>
<svg width="{width + LABELS}" height="{height}">
<svg width="{width}" height="{height}"
  viewBox="{frame.left} {frame.top} {frame.width} {frame.height}">
{"".join(parts)}</svg>{labels}</svg>"""


def _marks(record: Record) -> Iterator[Mark]:
    for evidence in record.patient.evidence.values():
        yield Mark(evidence, "who", "", None)
    asked = {reason.finding for reason in record.review.reasons}
    for lab in record.categories.lab_results:
        if lab.id in asked:
            yield Mark(lab.evidence, "doubted", f"{_text(lab)} ?", lab.code)
        else:
            yield Mark(lab.evidence, "abnormal" if lab.abnormal else "", _text(lab), lab.code)


def _text(lab: LabResult) -> str:
    value = lab.raw_value if lab.value is None else f"{lab.comparator or ''}{lab.value}"
    return " ".join(filter(None, (value, lab.unit)))


def _rectangle(style: str, box: Box, grow: int = 0) -> str:
    return (
        f'<rect class="{style}" x="{box.left - grow}" y="{box.top - grow}" '
        f'width="{box.width + 2 * grow}" height="{box.height + 2 * grow}" '
        'vector-effect="non-scaling-stroke"/>'
    )


def _label(mark: Mark, frame: Box, width: float) -> str:
    y = (mark.box.center[1] - frame.top) * SCALE
    x = (mark.box.right - frame.left) * SCALE + 6
    code = f"LOINC {mark.code.code}" if mark.code else "no code"
    texts = (mark.text, code, mark.evidence.rule, f"{mark.evidence.confidence:.2f}")
    return f'<path class="link" d="M{x} {y}H{width + 4}"/>' + _line(texts, "code", width, y)


def _line(texts: Iterable[str], style: str, width: float, y: float) -> str:
    return "".join(
        f'<text class="{style}" x="{width + x}" y="{y}">{html.escape(text)}</text>'
        for text, x in zip(texts, COLUMNS.values(), strict=True)
    )
