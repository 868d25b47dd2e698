import subprocess
import sys
from importlib.util import find_spec

import numpy as np
import pytest

from chartlift.errors import MissingWeights
from chartlift.ocr.engines import khmer_ocr_ocm
from chartlift.ocr.onnx_session import run
from chartlift.ocr.registry import engine_defaults

pytestmark = pytest.mark.skipif(
    find_spec("khmer_ocr_ocm") is None, reason="the package khmer-ocr-ocm is not installed"
)
OPTIONS = khmer_ocr_ocm.Options.model_validate(engine_defaults("khmer_ocr_ocm"))


def test_the_network_gives_what_the_package_s_own_gives() -> None:
    torch = pytest.importorskip("torch")
    from khmer_ocr_ocm.inference import load_model

    picture = np.random.default_rng(3).uniform(-1, 1, (1, 1, 48, 512)).astype(np.float32)
    with torch.no_grad():
        answer = load_model(device="cpu")(torch.from_numpy(picture))
        theirs = torch.softmax(answer, dim=2).numpy()
    (ours,) = run(khmer_ocr_ocm.load_model(OPTIONS).session, picture, "khmer_ocr_ocm")
    assert ours.shape == theirs.shape
    assert np.abs(ours - theirs).max() < 1e-4


def test_reading_a_line_does_not_import_pytorch() -> None:
    program = (
        "import sys, numpy as np; from chartlift.ocr.registry import load_recogniser;"
        "line = np.full((40, 300), 255, np.uint8); line[10:30, 20:280:9] = 0;"
        "load_recogniser('khmer_ocr_ocm', {}).recognise(line);"
        "print('torch' in sys.modules)"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_package_with_another_network_has_no_weights_for_this_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(khmer_ocr_ocm, "CONVOLUTIONS", ((99, 100, None),))
    with pytest.raises(MissingWeights):
        khmer_ocr_ocm.load_model.__wrapped__(OPTIONS)
