"""The command line, run as a user runs it: exit codes, what is written and what is said."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from chartlift.cli import main

OCR_DIES = '#!/bin/sh\ncase $1 in --*) exec tesseract "$@";; esac\nkill -9 $$\n'


@pytest.fixture(autouse=True)
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHARTLIFT_PROFILE", "classic")
    monkeypatch.setenv("CHARTLIFT_LANGUAGES", "eng")


def draw(path: Path, text: str = "Glucose 5.8 mmol/L") -> Path:
    page = Image.new("L", (600, 300), 255)
    ImageDraw.Draw(page).text((40, 100), text, fill=0, font_size=40)
    path.parent.mkdir(exist_ok=True)
    page.save(path, dpi=(150, 150))
    return path


def extracted(
    text: str, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> list[str]:
    """The texts that `extract --lines` took for documents."""
    stream = io.TextIOWrapper(io.BytesIO(text.encode()))
    monkeypatch.setattr(sys, "stdin", stream)
    assert main(["extract", "--lines", "-"]) == 0
    answers = capfdbinary.readouterr().out.split(b"\n")[:-1]
    return [json.loads(answer)["raw_text"] for answer in answers]


@pytest.mark.parametrize(
    ("text", "documents"),
    [
        ("BP 120/80\nHR 70\n", ["BP 120/80", "HR 70"]),
        ("BP 120/80\r\nHR 70", ["BP 120/80", "HR 70"]),
        ("BP\x0c120/80\u2028and\x85HR 70\x1c\n", ["BP\x0c120/80\u2028and\x85HR 70\x1c"]),
        ("one\n\ntwo\n\n", ["one", "", "two", ""]),
        ("", []),
    ],
)
def test_a_line_ends_at_a_line_feed_and_nowhere_else(
    text: str,
    documents: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    found = extracted(text, monkeypatch, capfdbinary)
    assert len(found) == len(documents)
    assert [one.split() for one in found] == [one.split() for one in documents]


def test_two_files_of_one_name_are_refused_before_anything_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [draw(tmp_path / folder / "Sok Dara.png") for folder in ("a", "b", "c")]
    out = tmp_path / "out"
    assert main(["read", "--out", str(out), *map(str, files)]) == 2
    assert not out.exists()
    said = capsys.readouterr().err
    assert "files 1 and 2" in said
    assert "Dara" not in said


def test_each_file_is_written_under_its_own_name_and_the_worst_code_counts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"")
    files = [bad, draw(tmp_path / "a.png"), tmp_path / "missing.png"]
    out = tmp_path / "out"
    assert main(["read", "--format", "text", "--out", str(out), *map(str, files)]) == 3
    assert [path.name for path in out.iterdir()] == ["a.png.txt"]
    assert "Glucose" in (out / "a.png.txt").read_text()
    said = capsys.readouterr().err
    assert [line[:5] for line in said.splitlines()] == ["[1/3]", "[2/3]", "[3/3]"]
    assert "empty-file" in said


@pytest.mark.parametrize(
    ("form", "suffix", "tells"),
    [
        ("hocr", "hocr", b">Glucose</span>"),
        ("alto", "alto.xml", b'CONTENT="Glucose"'),
        ("pdf", "pdf", b"%PDF-"),
    ],
)
def test_the_words_are_written_in_the_form_that_is_asked_for(
    form: str,
    suffix: str,
    tells: bytes,
    tmp_path: Path,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    file = draw(tmp_path / "Sok Dara.png")
    out = tmp_path / "out"
    assert main(["read", "--format", form, "--out", str(out), str(file)]) == 0
    written = (out / f"Sok Dara.png.{suffix}").read_bytes()
    assert tells in written
    assert b"Sok Dara" not in written
    capfdbinary.readouterr()
    assert main(["read", "--format", form, str(file)]) == 0
    assert capfdbinary.readouterr().out == written


def test_a_service_that_fails_on_one_file_does_not_stop_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "tesseract"
    program.write_text(OCR_DIES)
    program.chmod(0o755)
    monkeypatch.setenv("CHARTLIFT_TESSERACT_CMD", str(program))
    empty = tmp_path / "empty.png"
    empty.write_bytes(b"")
    files = [draw(tmp_path / "a.png"), empty]
    assert main(["read", *map(str, files)]) == 5
    said = capsys.readouterr().err.splitlines()
    assert [line[:5] for line in said] == ["[1/2]", "[2/2]"]
    assert "engine-crashed" in said[0]
    assert "empty-file" in said[1]


def test_a_wrong_set_up_ends_at_the_first_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CHARTLIFT_TESSERACT_CMD", str(tmp_path / "nothing"))
    files = [draw(tmp_path / "a.png"), draw(tmp_path / "b.png")]
    assert main(["read", *map(str, files)]) == 4
    assert len(capsys.readouterr().err.splitlines()) == 1
