"""The stages of one run, each one function: read inputs, call the library, write outputs.

    split >> (preprocess >> ocr over page ranges) >> extract >> map >> load >> verdict

Every stage may run twice and be killed at any point: outputs stand under fingerprints, a page is
stored as soon as it is done, and what is there already is skipped. What the stages pass on
directly is page ranges and counts; everything else goes through the object store.
"""

from __future__ import annotations

import hashlib
import logging
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from chartlift import __version__
from chartlift.artefacts import count_results, read_bundle, read_manifest, read_record, with_words
from chartlift.chain import compute_chain, require_chain
from chartlift.errors import MissingSiteKey, NoReadablePage, is_input_error
from chartlift.extract.assemble import DocumentFacts, extract_record
from chartlift.frozen import from_json, to_json
from chartlift.imaging.pnm import FILE_EXTENSION
from chartlift.imaging.raster import decode, encode
from chartlift.imaging.split import page_ranges, require_size, split_source
from chartlift.model import OcrPage, PageImage, PageLayout, PageRange, PreparedPage, ReadPage
from chartlift.reading.prepare import prepare_page
from chartlift.reading.recognise import read_page, read_text_layer
from chartlift.reading.versions import ocr_components
from chartlift.runs import (
    INCOMPLETE,
    KILLED,
    Chain,
    LoadReport,
    Plan,
    Verdict,
    VerdictKind,
    Workspace,
    hash_site_key,
    write_verdict,
)
from chartlift.store import Root, page_name

if TYPE_CHECKING:
    from chartlift.fhir.mapper import MappingContext
    from chartlift.fhir.sink import FhirSink

log = logging.getLogger(__name__)

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "tiff": "image/tiff",
    "bmp": "image/bmp",
    "heic": "image/heic",
}


def split_document(workspace: Workspace) -> tuple[PageRange, ...]:
    """Turn the source into page images, fix the run's chain, and return its page ranges.

    Raises:
        InputError: the document is refused; its code says why.
    """
    workspace.require_current()
    root, shelf, plan = workspace.root, workspace.shelf, workspace.plan()
    require_size(plan.file_size, plan.settings)
    chain = compute_chain(plan)
    manifest_key = shelf.artefact("split", chain.split, "manifest.json")
    if not root.exists(manifest_key):
        with tempfile.TemporaryDirectory(prefix="chartlift-") as spool:
            source, folder = Path(spool, "source"), Path(spool, "pages")
            root.download(shelf.source(plan.file_type), source)
            folder.mkdir()
            manifest = split_source(
                source,
                folder,
                file_type=plan.file_type,
                settings=plan.settings,
                declared_extension=plan.declared_extension,
            )
            for made in sorted(folder.iterdir()):
                root.upload(shelf.artefact("split", chain.split, made.name), made)
        root.write(manifest_key, to_json(manifest))
    root.write(shelf.run(workspace.n, "chain.json"), to_json(chain))
    return page_ranges(len(read_manifest(workspace, chain).pages))


def preprocess_pages(workspace: Workspace, pages: PageRange) -> int:
    """Prepare a range of pages for recognition; returns how many were prepared.

    Pages that carry their own text, or could not be rendered, need no preparation.
    """
    plan, chain = require_chain(workspace)
    root, shelf, prepared_count = workspace.root, workspace.shelf, 0
    for page in _page_range(workspace, chain, pages):
        done = shelf.artefact("prepare", chain.prepare, page_name(page.number, "json"))
        if page.text_layer is not None or page.image is None or root.exists(done):
            continue
        picture = root.read(shelf.artefact("split", chain.split, page.image))
        raster, prepared = prepare_page(page, picture, profile=plan.settings.profile)
        image = page_name(page.number, FILE_EXTENSION)
        root.write(shelf.artefact("prepare", chain.prepare, image), encode(raster))
        root.write(done, to_json(prepared))
        prepared_count += 1
    return prepared_count


def ocr_pages(workspace: Workspace, pages: PageRange) -> int:
    """Read a range of prepared pages, storing each as soon as it is read; returns how many."""
    plan, chain = require_chain(workspace)
    root, shelf, read_count = workspace.root, workspace.shelf, 0
    for page in _page_range(workspace, chain, pages):
        done = shelf.artefact("ocr", chain.ocr, page_name(page.number, "json"))
        if root.exists(done):
            continue
        root.write(done, to_json(_read(workspace, plan, chain, page)))
        read_count += 1
        log.info("document %s page %d read", workspace.document_id, page.number)
    return read_count


def extract_findings(workspace: Workspace) -> int:
    """Find what the pages say and store the result document; returns how many findings.

    Raises:
        NoReadablePage: not one page could be read.
    """
    plan, chain = require_chain(workspace)
    root, shelf = workspace.root, workspace.shelf
    key = shelf.artefact("extract", chain.extract, "result.json")
    if not root.exists(key):
        names = [page_name(p.number, "json") for p in read_manifest(workspace, chain).pages]
        read = [from_json(ReadPage, root.read(shelf.artefact("ocr", chain.ocr, n))) for n in names]
        if all(page.ocr.unreadable for page in read):
            raise NoReadablePage(found=len(read))
        facts = DocumentFacts(
            document_id=plan.document_id,
            file_type=plan.file_type,
            extracted_at=plan.planned_at,
            fingerprint=chain.extract,
        )
        root.write(key, to_json(extract_record(read, facts, settings=plan.settings)))
    return len(read_record(workspace, chain).findings())


def map_to_fhir(workspace: Workspace, *, site_key: bytes) -> int:
    """Map the result document to a validated bundle; returns how many resources it has.

    Raises:
        InvalidBundle: the bundle is not valid; nothing of it is stored.
        MissingSiteKey: the site key is not the one the run was planned with.
    """
    plan, chain = require_chain(workspace)
    if hash_site_key(site_key) != plan.site_key_hash:
        raise MissingSiteKey
    root, shelf = workspace.root, workspace.shelf
    key = shelf.artefact("fhir", chain.fhir, "bundle.json")
    if not root.exists(key):
        # Half a second of imports that only this stage needs; each task is a process of its own.
        from chartlift.fhir.mapper import map_record
        from chartlift.fhir.validate import require_valid

        bundle = map_record(
            read_record(workspace, chain), _context(workspace, plan, chain, site_key)
        )
        require_valid(bundle)
        root.write(key, to_json(bundle))
    return len(read_bundle(workspace, chain)["entry"])


def load_bundle(workspace: Workspace, *, sink: FhirSink | None) -> int:
    """Store the bundle as NDJSON, and send it to the FHIR server where one is connected.

    Returns how many resources the server has confirmed; 0 without a server.

    Raises:
        Superseded: a higher run came to own the document; nothing is sent.
    """
    from chartlift.fhir.ndjson import by_type  # of FHIR, the other stages load nothing

    _, chain = require_chain(workspace)
    root, shelf = workspace.root, workspace.shelf
    bundle = read_bundle(workspace, chain)
    for kind, lines in by_type(bundle).items():
        root.write(shelf.run(workspace.n, f"ndjson/{kind}.ndjson"), lines)
    workspace.require_current()
    confirmed = sink.put_bundle(bundle) if sink else 0
    report = LoadReport(resources=len(bundle["entry"]), confirmed=confirmed)
    root.write(shelf.run(workspace.n, "load.json"), to_json(report))
    return confirmed


def record_verdict(workspace: Workspace, failures: Mapping[str, str | None]) -> Verdict:
    """Give the run its verdict, whatever happened above.

    Args:
        workspace: the run.
        failures: failed stage to its error code, in the stages' order; None where it was killed.

    Raises:
        Superseded: a higher run owns the document; this one gets no verdict.
    """
    workspace.require_current()
    counts = count_results(workspace)
    if failures:
        code = next((code for code in failures.values() if code), KILLED)
        kind = VerdictKind.QUARANTINED if is_input_error(code) else VerdictKind.FAILED
        verdict = Verdict(kind=kind, code=code, counts=counts)
    elif not workspace.root.exists(workspace.shelf.run(workspace.n, "load.json")):
        verdict = Verdict(kind=VerdictKind.FAILED, code=INCOMPLETE, counts=counts)
    else:
        kind = VerdictKind.NEEDS_REVIEW if counts.reasons else VerdictKind.INGESTED
        verdict = Verdict(kind=kind, counts=counts)
    write_verdict(workspace, verdict)
    return verdict


def _read(workspace: Workspace, plan: Plan, chain: Chain, page: PageImage) -> ReadPage:
    if page.unreadable is not None:
        return _unreadable(page)
    if page.text_layer is not None:
        return read_text_layer(with_words(workspace, chain, page))
    root, shelf = workspace.root, workspace.shelf
    folder = "prepare", chain.prepare
    facts = root.read(shelf.artefact(*folder, page_name(page.number, "json")))
    prepared = from_json(PreparedPage, facts)
    image = root.read(shelf.artefact(*folder, page_name(page.number, FILE_EXTENSION)))
    return read_page(page, decode(image, prepared), prepared, settings=plan.settings)


def _unreadable(page: PageImage) -> ReadPage:
    ocr = OcrPage(
        number=page.number,
        width=page.width,
        height=page.height,
        dpi=page.dpi,
        source="ocr",
        engine=None,
        unreadable=page.unreadable,
    )
    return ReadPage(ocr=ocr, layout=PageLayout())


def _context(workspace: Workspace, plan: Plan, chain: Chain, site_key: bytes) -> MappingContext:
    from chartlift.fhir.mapper import MappingContext  # as its caller does, for this stage only

    root, shelf = workspace.root, workspace.shelf
    source = shelf.source(plan.file_type)
    result = shelf.artefact("extract", chain.extract, "result.json")
    return MappingContext(
        site_key=site_key,
        facilities=plan.settings.facilities,
        planned_at=plan.planned_at,
        time_zone=plan.settings.site_time_zone,
        source_address=f"{root.address}/{source}",
        result_address=f"{root.address}/{result}",
        content_type=MEDIA_TYPES[plan.file_type],
        file_size=plan.file_size,
        source_sha1=_sha1(root, source),
        software_version=__version__,
        component_versions=ocr_components(plan.settings),
    )


def _sha1(root: Root, key: str) -> bytes:
    # FHIR R4 Attachment.hash is SHA-1 by definition.
    with tempfile.TemporaryDirectory(prefix="chartlift-") as spool:
        copy = Path(spool, "source")
        root.download(key, copy)
        with copy.open("rb") as stream:
            return hashlib.file_digest(stream, lambda: hashlib.sha1(usedforsecurity=False)).digest()


def _page_range(workspace: Workspace, chain: Chain, pages: PageRange) -> tuple[PageImage, ...]:
    first, last = pages
    return read_manifest(workspace, chain).pages[first - 1 : last]
