"""The child process that opens an original document again: `python -m` this module.

The first line it is given says which document (`Original`). Of a picture file each further line
asks for a page as it is stored (`PictureOrder`), of a PDF the one further line asks for a copy
with layers of text (`LayerOrder`). Its parent is `searchable`.
"""

from __future__ import annotations

import errno
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from chartlift.errors import ChartliftError, DamagedFile, StorageFull
from chartlift.imaging.bounded import serve
from chartlift.outputs.orders import LayerOrder, Original, PictureOrder

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


class Desk:
    """Answers the parent's lines, one after the other."""

    def __init__(self) -> None:
        self._reply: Callable[[dict[str, Any]], dict[str, Any]] | None = None

    def answer(self, line: str) -> str:
        """The answer to one line, itself one line: what was made, or a code."""
        question: dict[str, Any] = json.loads(line)
        try:
            if self._reply is None:
                self._reply = _open(Original(**question))
                reply: dict[str, Any] = {}
            else:
                reply = self._reply(question)
        except ChartliftError as error:
            reply = {"code": error.code}
        except OSError as error:
            reply = {"code": (StorageFull if error.errno in _FULL else DamagedFile).code}
        return json.dumps(reply)


def _open(original: Original) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """What answers the questions about a document; each kind loads its own library only."""
    source = Path(original.source)
    if original.file_type == "pdf":
        from chartlift.outputs.layers import lay_under

        def copy(question: dict[str, Any]) -> dict[str, Any]:
            lay_under(source, LayerOrder(**question))
            return {}

        return copy
    from chartlift.imaging.pictures import PicturePages
    from chartlift.outputs.stored_pictures import store_picture

    pages = PicturePages(source, original.file_type)
    return lambda question: asdict(store_picture(pages, source, PictureOrder(**question)))


if __name__ == "__main__":
    serve(sys.argv[1:], Desk().answer)
