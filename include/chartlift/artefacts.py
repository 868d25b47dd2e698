"""Reading what the stages of a run have stored: typed, and only through the run's chain."""

from __future__ import annotations

from chartlift.fhir.mapper import Resource
from chartlift.model import PageManifest, from_json, parse_json
from chartlift.record import Record
from chartlift.runs import Chain, Counts, LoadReport, Workspace


def read_manifest(workspace: Workspace, chain: Chain) -> PageManifest:
    """The pages the split stage made.

    Raises:
        ObjectMissing: split has not run.
    """
    key = workspace.shelf.artefact("split", chain.split, "manifest.json")
    return from_json(PageManifest, workspace.root.read(key))


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
