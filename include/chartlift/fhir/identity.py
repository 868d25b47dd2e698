"""Resource ids: the same thing keeps its id, and an id betrays no document and no number."""

from __future__ import annotations

import hashlib
import hmac
import uuid

from chartlift.model import DocumentId


def resource_id(site_key: bytes, kind: str, identity: str, *, subject: str | None = None) -> str:
    """A UUIDv8 from HMAC-SHA256 over resource type, subject's id and identity.

    Whoever lacks the site key cannot guess an id; another subject gives another id, so that no
    PUT moves a resource to another patient. Shape after RFC 9562, section 5.8.
    """
    parts = (kind, identity) if subject is None else (kind, subject, identity)
    digest = bytearray(hmac.new(site_key, "|".join(parts).encode(), hashlib.sha256).digest()[:16])
    digest[6] = (digest[6] & 0x0F) | 0x80
    digest[8] = (digest[8] & 0x3F) | 0x80
    return str(uuid.UUID(bytes=bytes(digest)))


def in_document(document_id: DocumentId, local: str) -> str:
    """The identity of something one document says; `local` is a finding's id or a fixed word."""
    return f"{document_id[:32]}:{local}"


def record_number_identity(facility: str, number: str) -> str:
    """The identity of a patient by a facility's record number, however it is spaced or cased."""
    return f"{facility}|{''.join(number.split()).upper()}"


def reference(identifier: str) -> dict[str, str]:
    """A FHIR reference to a resource of the same bundle."""
    return {"reference": f"urn:uuid:{identifier}"}
