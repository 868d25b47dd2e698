"""Where bundles are sent to; the library knows what a server must promise, and no HTTP."""

from __future__ import annotations

from typing import Protocol

from chartlift.fhir.datatypes import Resource


class FhirSink(Protocol):
    """A FHIR R4 server that takes transactions."""

    def put_bundle(self, bundle: Resource) -> int:
        """Send the bundle as one transaction; the same bundle may be sent any number of times.

        Returns how many resources the server has confirmed, counted in its response.

        Raises:
            FhirUnavailable: the server does not answer; nothing is known of the bundle.
            FhirConflict: another writer keeps changing a shared resource; nothing was written.
            FhirRefused: the server refused the bundle or the login; nothing was written.
        """
        ...
