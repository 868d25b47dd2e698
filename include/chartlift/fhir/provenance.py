"""Where a value comes from: identifiers, labels and the evidence each resource carries."""

from __future__ import annotations

from decimal import Decimal

from chartlift.fhir.chart import Chart
from chartlift.fhir.datatypes import Resource, coding, extension
from chartlift.fhir.definitions import load_terms
from chartlift.fhir.identity import in_document, reference
from chartlift.finding import Coding, Evidence, Finding
from chartlift.frozen import Frozen

RESULT_PATH = "DocumentReference.content[1].attachment"
"""The result document, whose `raw_text` a text span counts in."""


class Systems(Frozen):
    """The identifier systems of ours."""

    extraction: str
    software: str
    facility: str
    scan: str
    device: str


class Extensions(Frozen):
    """The extensions that carry evidence."""

    evidence: str
    derivation: str


class Status(Frozen):
    """How far a resource may be trusted without a person."""

    auto_accepted: Coding
    needs_review: Coding


class Scope(Frozen):
    """Whether other documents speak of the same resource."""

    shared: Coding
    document: Coding


class Security(Frozen):
    """What a reader must know of how a resource came about."""

    device: Coding
    doubted: Coding


class Terms(Frozen):
    """`data/fhir/terms.toml`."""

    systems: Systems
    extensions: Extensions
    status: Status
    scope: Scope
    security: Security


def terms() -> Terms:
    """The terms all resource types share."""
    return load_terms("terms", Terms)


def software_name(chart: Chart) -> str:
    """The software as its identifier and `meta.source` name it."""
    return f"chartlift-{chart.context.software_version}"


def labels(chart: Chart, *, doubted: bool = False, shared: bool | None = None) -> Resource:
    """The `meta` of a resource; `shared` is given for persons and places only."""
    words = terms()
    tags = [words.status.needs_review if doubted else words.status.auto_accepted]
    if shared is not None:
        tags.append(words.scope.shared if shared else words.scope.document)
    security = [words.security.device, *([words.security.doubted] if doubted else [])]
    source = f"{words.systems.device}/{software_name(chart)}#{chart.record.document_id[:16]}"
    return {
        "source": source,
        "security": [coding(label) for label in security],
        "tag": [coding(tag) for tag in tags],
    }


def identifier(chart: Chart, local: str) -> list[Resource]:
    """The identifier of something this document says."""
    value = in_document(chart.record.document_id, local)
    return [{"system": terms().systems.extraction, "value": value}]


def evidence_of(chart: Chart, finding: Finding, raw: str | None) -> list[Resource]:
    """The extensions that lead from a finding's resource back to the page."""
    return evidence(chart, finding.evidence, finding=finding, raw=raw)


def evidence(
    chart: Chart,
    source: Evidence,
    *,
    finding: Finding | None = None,
    raw: str | None = None,
    element: str | None = None,
) -> list[Resource]:
    """The extensions that lead from a value back to the page.

    Args:
        chart: the document.
        source: where the value was read.
        finding: the finding, whose confidence, notes and flags are told too.
        raw: the value as read, where the page's words do not tell it.
        element: the element of the resource the value went to, where there are several.
    """
    words = terms().extensions
    text = _read_text(chart, source) or raw
    span = _span(chart, source, text)
    scan = reference(chart.document_reference_id)
    return [
        extension(
            words.derivation,
            reference__Reference=scan,
            path__String=RESULT_PATH,
            offset__Integer=span[0] if span else None,
            length__Integer=span[1] - span[0] if span else None,
        ),
        extension(
            words.evidence,
            element__String=element,
            page__PositiveInt=source.page,
            bbox__String=",".join(str(edge) for edge in source.box) if source.box else None,
            rawText__String=text,
            ocrConfidence__Decimal=_score(source.confidence),
            extractionConfidence__Decimal=_score(finding.confidence) if finding else None,
            rule__String=source.rule,
            engine__String=source.engine,
            note__Code=tuple(note.value for note in finding.notes) if finding else None,
            flag__Code=tuple(flag.value for flag in finding.flags) if finding else None,
        ),
    ]


def _read_text(chart: Chart, source: Evidence) -> str | None:
    if source.span:
        return chart.record.raw_text[slice(*source.span)] or None
    page = next((page for page in chart.record.pages if page.number == source.page), None)
    if page is None or not source.words:
        return None
    return " ".join(page.words[index].text for index in source.words) or None


def _span(chart: Chart, source: Evidence, text: str | None) -> tuple[int, int] | None:
    if source.span or text is None:
        return source.span
    # Without a span of its own, a text that stands once in the document has only one place.
    whole = chart.record.raw_text
    start = whole.find(text)
    if start < 0 or whole.find(text, start + 1) >= 0:
        return None
    return start, start + len(text)


def _score(confidence: float) -> Decimal:
    return Decimal(str(round(confidence, 4)))
