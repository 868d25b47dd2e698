"""Fingerprints: what each stage's output depends on, in sixteen digits.

A stage's fingerprint is the hash of the versions of its components, the settings it uses, what
the plan adds to it, and the fingerprint of its input. A stage whose output stands under its
fingerprint is skipped, so a retry goes on where it stopped, and a change of rules re-runs
extraction and later stages, and no OCR.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from chartlift.errors import VersionSkew
from chartlift.extract.assemble import extract_components
from chartlift.fhir.versions import fhir_components
from chartlift.frozen import to_json
from chartlift.imaging.split import split_components
from chartlift.model import Fingerprint
from chartlift.reading.versions import ocr_components, prepare_components
from chartlift.runs import Chain, Plan, Workspace
from chartlift.settings import Settings

SPLIT_SETTINGS = (
    *("max_file_size_mb", "max_pages", "allowed_extensions"),
    *("force_ocr", "page_seconds"),
)
PREPARE_SETTINGS = ("profile",)
OCR_SETTINGS = (
    *("profile", "languages", "ocr_config", "page_seconds"),
    *("ocr_fallback_engine", "ocr_fallback_below", "reread_word_below"),
)
EXTRACT_SETTINGS = ("review_below", "ocr_fallback_below", "site_time_zone")
FHIR_SETTINGS = ("site_time_zone", "facilities")


def compute_chain(plan: Plan) -> Chain:
    """The fingerprints a run of this plan has with the versions of this very process."""
    settings = plan.settings
    source = {
        "document": plan.document_id,
        "type": plan.file_type,
        "declared": plan.declared_extension or "",
        "again": str(plan.split_again),
    }
    split = _fingerprint(split_components() | source, settings, SPLIT_SETTINGS, "")
    prepare = _fingerprint(prepare_components(settings), settings, PREPARE_SETTINGS, split)
    reading = ocr_components(settings) | {"again": str(plan.ocr_again)}
    ocr = _fingerprint(reading, settings, OCR_SETTINGS, prepare)
    extract = _fingerprint(extract_components(), settings, EXTRACT_SETTINGS, ocr)
    keyed = fhir_components() | {"site key": plan.site_key_hash}
    fhir = _fingerprint(keyed, settings, FHIR_SETTINGS, extract)
    return Chain(split=split, prepare=prepare, ocr=ocr, extract=extract, fhir=fhir)


def require_chain(workspace: Workspace) -> tuple[Plan, Chain]:
    """The run's plan and chain, where this run is current and this process fits its chain.

    Raises:
        Superseded: a higher run owns the document.
        VersionSkew: this process has other versions than the one that split the document.
    """
    workspace.require_current()
    plan, chain = workspace.plan(), workspace.chain()
    if compute_chain(plan) != chain:
        raise VersionSkew
    return plan, chain


def _fingerprint(
    components: Mapping[str, str], settings: Settings, names: tuple[str, ...], input_print: str
) -> Fingerprint:
    chosen = settings.model_dump(mode="json", include=set(names))
    parts = [sorted(components.items()), sorted(chosen.items()), input_print]
    return Fingerprint(hashlib.sha256(to_json(parts)).hexdigest()[:16])
