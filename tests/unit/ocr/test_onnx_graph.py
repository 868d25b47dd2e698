import numpy as np
import pytest

from chartlift.ocr.onnx_graph import Graph
from chartlift.ocr.onnx_session import open_session, run


def test_a_chain_of_operators_gives_what_its_arithmetic_says() -> None:
    weights = np.array([[1.0, -1.0], [2.0, 0.5]], dtype=np.float32)
    graph = Graph((1, 2, 2))
    graph.add("Transpose", perm=(0, 2, 1))
    graph.add("MatMul", weights)
    graph.add("Add", np.array([0.0, 300.0], dtype=np.float32))
    graph.add("ReduceMean", axes=(1,), keepdims=0)
    graph.add("Reshape", np.array([2], dtype=np.int64))
    picture = np.array([[[1.0, 2.0], [3.0, 4.0]]], dtype=np.float32)
    (answer,) = run(open_session(graph.model(), 1, "cpu", engine="a test's"), picture, "a graph")
    assert answer.tolist() == pytest.approx(
        (picture[0].T @ weights + [0.0, 300.0]).mean(axis=0).tolist()
    )


def test_an_input_may_be_left_out_and_a_setting_be_a_text() -> None:
    graph = Graph((1, 1, 3))
    ones = np.ones((1, 4, 3), dtype=np.float32), np.ones((1, 4, 1), dtype=np.float32)
    graph.add("LSTM", *ones, None, direction="forward", hidden_size=1)
    answers = [
        run(
            open_session(graph.model(), 1, "cpu", engine="a test's"),
            np.full((1, 1, 3), x, np.float32),
            "a graph",
        )
        for x in (-2.0, 2.0)
    ]
    assert float(answers[0][0].ravel()[0]) < float(answers[1][0].ravel()[0])
