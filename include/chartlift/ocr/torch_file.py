"""The arrays in a file that PyTorch saved, without PyTorch and without running what the file says.

Such a file is a ZIP archive: a pickle that describes the tensors, and beside it their numbers. The
pickle may name four things only, none of which does anything; any other ends the reading. Importing
PyTorch would cost more CPU than reading a page.
"""

from __future__ import annotations

import pickle
import zipfile
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

STORAGES = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}


def load_arrays(file: Path) -> dict[str, Any]:
    """What the file holds, its tensors as arrays.

    Raises:
        pickle.UnpicklingError: it names anything but tensors and plain values.
        FileNotFoundError: there is no such file.
    """
    with zipfile.ZipFile(file) as archive:
        (described,) = (name for name in archive.namelist() if name.endswith("/data.pkl"))
        with archive.open(described) as pickled:
            found: dict[str, Any] = _Reader(pickled, archive, described).load()
    return found


class _Reader(pickle.Unpickler):
    """Builds arrays where the pickle asks for tensors."""

    def __init__(self, pickled: Any, archive: zipfile.ZipFile, described: str) -> None:  # noqa: ANN401 - any readable file
        super().__init__(pickled)
        self._archive = archive
        self._folder = described.removesuffix("data.pkl") + "data/"

    def find_class(self, module: str, name: str) -> Any:  # noqa: ANN401 - as pickle has it
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _strided
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if module == "torch" and name in STORAGES:
            return STORAGES[name]
        raise pickle.UnpicklingError

    def persistent_load(self, pid: Any) -> NDArray[Any]:  # noqa: ANN401 - as pickle has it
        _, kind, key, _, _ = pid
        return np.frombuffer(self._archive.read(f"{self._folder}{key}"), dtype=kind)


def _strided(
    numbers: NDArray[Any], offset: int, shape: Sequence[int], steps: Sequence[int], *_: object
) -> NDArray[Any]:
    size = numbers.itemsize
    return np.lib.stride_tricks.as_strided(
        numbers[offset:], shape, [step * size for step in steps], writeable=False
    )
