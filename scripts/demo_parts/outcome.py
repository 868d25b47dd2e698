"""What became of the samples: their verdicts beside the expected ones, and their traces."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from scripts.demo_parts.clients import FhirServer
from scripts.demo_parts.site import ROOT, Site

from chartlift.artefacts import read_bundle
from chartlift.frozen import parse_json
from chartlift.model import DocumentId
from chartlift.runs import Chain, Mode, Verdict, VerdictKind, Workspace, highest_run, read_verdict
from chartlift.store import Root, Shelf

SAMPLES = ROOT / "samples"
STEPS = 5
SCANS = (".pdf", ".png", ".jpg", ".tif")


@dataclass(frozen=True)
class Sample:
    """A sample scan, and the verdict it is to get."""

    path: Path
    document_id: DocumentId
    kind: VerdictKind
    code: str | None

    @property
    def name(self) -> str:
        """The file's name: the samples are invented, and this is the user's own terminal."""
        return self.path.name


class Standing(NamedTuple):
    """How a sample stands: its newest run that is not dry, 0 for none, and how that ended."""

    n: int = 0
    verdict: Verdict | None = None

    def meets(self, sample: Sample) -> bool:
        """Whether the verdict is the expected one, code included."""
        given = self.verdict
        return given is not None and (given.kind, given.code) == (sample.kind, sample.code)


class OnServer(NamedTuple):
    """What the FHIR server's search finds of one document."""

    named: int = 0
    """Resources in the document's bundle."""
    found: int = 0
    """Those of them that the server has."""
    doubled: int = 0
    """Further resources under the same identifier: must be 0."""


def samples(folder: Path = SAMPLES) -> tuple[Sample, ...]:
    """The sample scans with what their truths expect."""
    return tuple(_sample(path) for path in sorted(folder.iterdir()) if path.suffix in SCANS)


def drop(wanted: Sequence[Sample], folder: Path) -> tuple[str, ...]:
    """Copy the samples that are not in the scan folder yet; returns the names of the copied."""
    return tuple(sample.name for sample in wanted if _drop(sample.path, folder))


def standing(root: Root, document_id: DocumentId) -> Standing:
    """How the document stands in the store."""
    for n in range(highest_run(root, document_id), 0, -1):
        if Workspace(root, document_id, n).plan().mode is not Mode.DRY_RUN:
            return Standing(n, read_verdict(root, document_id, n))
    return Standing()


def steps_done(root: Root, sample: Sample, stands: Standing) -> int:
    """How far the sample has come, of STEPS: planned, split, extracted, mapped, ended."""
    if stands.verdict is not None:
        return STEPS
    if stands.n == 0:
        return 0
    split = root.exists(Shelf(sample.document_id).run(stands.n, "chain.json"))
    return 1 + split + len(artefacts(root, sample, stands.n))


def artefacts(root: Root, sample: Sample, n: int) -> dict[str, str]:
    """The keys of the result and of the bundle, those that exist, by their names."""
    workspace = Workspace(root, sample.document_id, n)
    if n == 0 or not root.exists(workspace.shelf.run(n, "chain.json")):
        return {}
    chain = workspace.chain()
    keys = {
        "result.json": workspace.shelf.artefact("extract", chain.extract, "result.json"),
        "bundle.json": workspace.shelf.artefact("fhir", chain.fhir, "bundle.json"),
    }
    return {name: key for name, key in keys.items() if root.exists(key)}


def link_results(site: Site, sample: Sample, keys: Mapping[str, str]) -> Path | None:
    """Links to the sample's result and bundle under its own name; None where it has neither."""
    if not keys:
        return None
    folder = site.results / sample.path.stem
    folder.mkdir(exist_ok=True, mode=0o700)
    for name, key in keys.items():
        link = folder / name
        link.unlink(missing_ok=True)
        link.symlink_to(os.path.relpath(site.store / key, folder))
    return folder


def on_server(root: Root, sample: Sample, n: int, server: FhirServer) -> OnServer:
    """Search the server for each resource of the document's bundle.

    What carries an identifier of ours is searched by it, so that a second one would be found.
    """
    if "bundle.json" not in artefacts(root, sample, n):
        return OnServer()
    workspace = Workspace(root, sample.document_id, n)
    queries = list(_queries(workspace, workspace.chain()))
    counts = [server.count(kind, query) for kind, query in queries]
    return OnServer(
        named=len(counts),
        found=sum(count > 0 for count in counts),
        doubled=sum(max(count - 1, 0) for count in counts),
    )


def _sample(path: Path) -> Sample:
    truth = parse_json(path.with_suffix(".truth.json").read_bytes())
    return Sample(
        path=path,
        document_id=DocumentId(_digest(path)),
        kind=VerdictKind(truth["verdict"]),
        code=truth["code"],
    )


def _drop(source: Path, folder: Path) -> bool:
    target = folder / source.name
    if target.exists() and _digest(target) == _digest(source):
        return False
    draft = folder / f".{source.name}"  # hidden files are passed over by the scan
    shutil.copyfile(source, draft)
    draft.replace(target)
    return True


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _queries(workspace: Workspace, chain: Chain) -> Iterator[tuple[str, dict[str, str]]]:
    mine = f"{workspace.document_id[:32]}:"
    for entry in read_bundle(workspace, chain)["entry"]:
        resource = entry["resource"]
        ours = [i for i in resource.get("identifier", []) if i["value"].startswith(mine)]
        query = (
            {"identifier": f"{ours[0]['system']}|{ours[0]['value']}"}
            if ours
            else {"_id": resource["id"]}
        )
        yield resource["resourceType"], query
