"""The form of `process_list`: a pasted list, a stored one, or a folder with a pattern."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Self

from airflow.sdk import Param

from chartlift.errors import InvalidList, ObjectMissing
from chartlift.ledger import read_list
from chartlift.runs import Mode
from chartlift.settings import Settings
from chartlift.store import Root
from chartlift_airflow.intake import is_document_id
from chartlift_airflow.params import form_params, settings_here
from chartlift_airflow.places import list_folder, require_allowed

WAYS = ("documents", "list_id", "folder")
"""The form's fields that say which documents; exactly one of them is filled in."""


def list_params() -> dict[str, Param]:
    """The fields of the trigger form; the pasted list only where the settings allow it."""
    pasted = Param(
        None,
        type=["null", "string"],
        format="multiline",
        title="Documents",
        description="One absolute path, address (file://, s3://) or document id a line. What is "
        "pasted here stays in Airflow's database and is seen by whoever may see this run: where "
        "file names carry patients' names, give a stored list or a folder. A file that changed "
        "within the last `stable_seconds` is not taken: it is counted as waiting.",
    )
    fields = {
        "list_id": Param(
            None,
            type=["null", "string"],
            pattern="^[0-9a-f]{32}$",
            title="Stored list",
            description="Id of a list in the store.",
        ),
        "folder": Param(
            None,
            type=["null", "string"],
            title="Folder",
            description="An absolute path or s3://connection@bucket/prefix. Files that changed "
            "within the last `stable_seconds` are not taken: they are counted as waiting.",
        ),
        "pattern": Param("*", type="string", title="Pattern", description="Names in the folder."),
        "mode": Param(
            str(Mode.NEW),
            type="string",
            enum=[str(Mode.NEW), str(Mode.REREAD)],
            title="Mode",
            description="new: what was never read, or ended badly. reread: read again.",
        ),
    }
    allowed = settings_here().allow_inline_lists
    return ({"documents": pasted} if allowed else {}) | fields | form_params()


class ListRequest(NamedTuple):
    """The documents of one manual run, in one of three ways."""

    documents: str | None
    list_id: str | None
    folder: str | None
    pattern: str

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> Self:
        """The request that a run's params make.

        Raises:
            InvalidList: none of the three ways is used, or more than one.
        """
        documents, list_id, folder = (params.get(way) or None for way in WAYS)
        if (documents, list_id, folder).count(None) != len(WAYS) - 1:
            raise InvalidList
        return cls(documents, list_id, folder, params["pattern"])

    def places(self, root: Root, settings: Settings) -> tuple[str, ...]:
        """The places and document ids that are asked for.

        Raises:
            InvalidList: the list is unknown, empty, too long or not allowed.
            PlaceNotAllowed: a place is outside the allowed roots.
        """
        roots = [*(source.place for source in settings.scan_sources), *settings.allowed_roots]
        if self.folder is not None:
            require_allowed([self.folder], roots)
            return tuple(file.place for file in list_folder(self.folder, self.pattern))
        places = self._stored(root) if self.list_id else self._pasted(settings)
        if not places:
            raise InvalidList(found=0)
        require_allowed((place for place in places if not is_document_id(place)), roots)
        return places

    def _pasted(self, settings: Settings) -> tuple[str, ...]:
        if not settings.allow_inline_lists:
            raise InvalidList(subject="allow_inline_lists")
        lines = (line.strip() for line in (self.documents or "").split("\n"))
        places = tuple(dict.fromkeys(line for line in lines if line))
        if len(places) > settings.max_batch_size:
            raise InvalidList(found=len(places), limit=settings.max_batch_size)
        return places

    def _stored(self, root: Root) -> tuple[str, ...]:
        try:
            return read_list(root, self.list_id or "").places
        except ObjectMissing:
            raise InvalidList(subject="list_id") from None
