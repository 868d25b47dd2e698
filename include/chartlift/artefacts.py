"""Reading what the stages of a run have stored: typed, and only through the run's chain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from chartlift.errors import PageTimeout, RenderFailed
from chartlift.frozen import from_json, parse_json
from chartlift.model import PageImage, PageManifest, PageWords, ReadPage
from chartlift.record import Record
from chartlift.runs import Chain, Counts, LoadReport, Workspace
from chartlift.store import page_name

if TYPE_CHECKING:
    from chartlift.fhir.datatypes import Resource

GIVEN_UP = frozenset({PageTimeout.code, RenderFailed.code})
"""Codes of pages that another moment, or a less busy machine, may well read."""


def read_manifest(workspace: Workspace, chain: Chain) -> PageManifest:
    """The pages the split stage made.

    Raises:
        ObjectMissing: split has not run.
    """
    key = workspace.shelf.artefact("split", chain.split, "manifest.json")
    return from_json(PageManifest, workspace.root.read(key))


def with_words(workspace: Workspace, chain: Chain, page: PageImage) -> PageImage:
    """The page of a manifest together with the words of its text layer, where it has one."""
    if page.text_layer is None:
        return page
    key = workspace.shelf.artefact("split", chain.split, page.text_layer)
    words = from_json(PageWords, workspace.root.read(key)).words
    return page.model_copy(update={"words": words})


@dataclass(frozen=True)
class StoredPages:
    """The pages the OCR stage stored, in order: read one at a time, as often as they are asked for.

    Raises while it is gone through:
        ObjectMissing: a page has not been read.
    """

    workspace: Workspace
    chain: Chain

    def __iter__(self) -> Iterator[ReadPage]:
        """The pages, from the first on."""
        root, shelf = self.workspace.root, self.workspace.shelf
        for page in read_manifest(self.workspace, self.chain).pages:
            key = shelf.artefact("ocr", self.chain.ocr, page_name(page.number, "json"))
            yield from_json(ReadPage, root.read(key))


def read_record(workspace: Workspace, chain: Chain) -> Record:
    """The result document the extract stage stored.

    Raises:
        ObjectMissing: extract has not run.
    """
    key = workspace.shelf.artefact("extract", chain.extract, "result.json")
    return from_json(Record, workspace.root.read(key))


def read_bundle(workspace: Workspace, chain: Chain) -> Resource:
    """The bundle the map stage stored, decimals as printed.

    Raises:
        ObjectMissing: map has not run.
    """
    key = workspace.shelf.artefact("fhir", chain.fhir, "bundle.json")
    bundle: Resource = parse_json(workspace.root.read(key))
    return bundle


def stage_to_repeat(workspace: Workspace) -> Literal["split", "ocr"] | None:
    """The first stage of a run that gave pages up for lack of time or of a renderer.

    What it stored is true of that moment only: a later run makes it anew, under a fingerprint of
    its own. None where no page was lost that way.
    """
    if not workspace.root.exists(workspace.shelf.run(workspace.n, "chain.json")):
        return None
    chain = workspace.chain()
    pages = read_manifest(workspace, chain).pages
    if any(page.unreadable in GIVEN_UP for page in pages):
        return "split"
    keys = (
        workspace.shelf.artefact("ocr", chain.ocr, page_name(page.number, "json")) for page in pages
    )
    stored = (key for key in keys if workspace.root.exists(key))
    read = (from_json(ReadPage, workspace.root.read(key)).ocr for key in stored)
    return "ocr" if any(page.unreadable in GIVEN_UP for page in read) else None


def count_results(workspace: Workspace) -> Counts:
    """What the run has made so far, however far it came."""
    root, shelf, n = workspace.root, workspace.shelf, workspace.n
    if not root.exists(shelf.run(n, "chain.json")):
        return Counts()
    chain = workspace.chain()
    counts = Counts(pages=len(read_manifest(workspace, chain).pages))
    if root.exists(shelf.artefact("extract", chain.extract, "result.json")):
        record = read_record(workspace, chain)
        counts = counts.model_copy(
            update={
                "unreadable": sum(page.unreadable is not None for page in record.pages),
                "findings": len(record.findings()),
                "reasons": len(record.review.reasons),
                "confidence": record.average_confidence,
            }
        )
    if root.exists(shelf.run(n, "load.json")):
        load = from_json(LoadReport, root.read(shelf.run(n, "load.json")))
        counts = counts.model_copy(update={"resources": load.resources, "loaded": load.confirmed})
    return counts
