import io
import pickle
import zipfile
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest

from chartlift.ocr.torch_file import load_arrays


class Named:
    """Pickles as a call of something by its name."""

    def __init__(self, call: object, *arguments: object) -> None:
        self.call, self.arguments = call, arguments

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return self.call, self.arguments


def archive(file: Path, content: object) -> Path:
    pickled = io.BytesIO()
    pickle.Pickler(pickled, protocol=2).dump(content)
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("model/data.pkl", pickled.getvalue())
    return file


def test_tensors_come_as_arrays_of_their_shape_and_order(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    whole = torch.arange(12, dtype=torch.float32).reshape(3, 4)
    saved = {"turned": whole.T, "part": whole[1:, 2], "count": torch.tensor([7, 8]), "epoch": 3}
    torch.save(saved, tmp_path / "a.pth")
    found = load_arrays(tmp_path / "a.pth")
    assert found["turned"].tolist() == whole.T.tolist()
    assert found["part"].tolist() == [6.0, 10.0]
    assert found["count"].dtype == np.int64
    assert found["epoch"] == 3


def test_plain_values_are_read(tmp_path: Path) -> None:
    content = OrderedDict(name="a", numbers=[1, 2.5])
    assert load_arrays(archive(tmp_path / "a.pth", content)) == content


def test_a_file_that_names_anything_to_call_is_refused_and_nothing_is_called(
    tmp_path: Path,
) -> None:
    mark = tmp_path / "called"
    with pytest.raises(pickle.UnpicklingError):
        load_arrays(archive(tmp_path / "a.pth", {"weights": Named(Path.touch, mark)}))
    assert not mark.exists()
