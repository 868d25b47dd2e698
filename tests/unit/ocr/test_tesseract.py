import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from tests.unit.reading.drawn import prose_page, raster

from chartlift.errors import EngineCrashed, MissingLanguage, MissingProgram, PageTimeout
from chartlift.ocr.engines.tesseract import data_hash, program_version
from chartlift.ocr.registry import load_engine

# Programs that answer `--list-langs` as Tesseract does and then do what a test asks for.
LISTS = 'case "$*" in *--list-langs*) printf \'List in "/nowhere/" (1):\\neng\\n\'; exit 0;; esac\n'


@pytest.fixture
def spool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own for temporary files, so that a test sees what is left there."""
    folder = tmp_path / "spool"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def _program(folder: Path, body: str) -> str:
    path = folder / "tesseract"
    path.write_text(f"#!/bin/sh\n{LISTS}{body}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def test_a_missing_program_is_said_and_never_by_its_path() -> None:
    with pytest.raises(MissingProgram, match="no-such-program") as caught:
        load_engine("tesseract", {"command": "/nowhere/no-such-program"})

    assert "/nowhere" not in str(caught.value)


def test_a_missing_language_is_named() -> None:
    engine = load_engine("tesseract", {"codes": {"khm": "xxx"}, "resident": False})

    with pytest.raises(MissingLanguage, match="xxx"):
        engine.read(raster(prose_page()), ("khm",))


def test_a_crash_is_an_engine_that_crashed(tmp_path: Path, spool: Path) -> None:
    engine = load_engine("tesseract", {"command": _program(tmp_path, "kill -SEGV $$")})

    with pytest.raises(EngineCrashed):
        engine.read(raster(prose_page()), ("eng",))
    assert list(spool.iterdir()) == []


def test_an_engine_that_ends_well_and_says_nothing_has_crashed(tmp_path: Path, spool: Path) -> None:
    engine = load_engine("tesseract", {"command": _program(tmp_path, "exit 0")})

    with pytest.raises(EngineCrashed):
        engine.read(raster(prose_page()), ("eng",))


def test_an_answer_that_is_no_utf_8_is_read_with_its_flaw_marked(
    tmp_path: Path, spool: Path
) -> None:
    row = r"5\t1\t1\t1\t1\t1\t10\t20\t30\t12\t91.5\tcaf\351\n"
    head = r"level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight"
    answer = f"printf '{head}\\tconf\\ttext\\n{row}' > \"$2.tsv\""
    engine = load_engine("tesseract", {"command": _program(tmp_path, answer)})

    (word,) = engine.read(raster(prose_page()), ("eng",))

    assert word.text == "caf\N{REPLACEMENT CHARACTER}"
    assert word.confidence == pytest.approx(0.915)


def test_a_hang_ends_with_the_time_that_was_given(tmp_path: Path, spool: Path) -> None:
    engine = load_engine("tesseract", {"command": _program(tmp_path, "exec sleep 60")})

    begun = time.monotonic()
    with pytest.raises(PageTimeout):
        engine.read(raster(prose_page()), ("eng",), seconds=0.3)

    assert time.monotonic() - begun < 5
    assert list(spool.iterdir()) == []


def test_a_picture_in_the_spool_is_for_this_user_alone(tmp_path: Path, spool: Path) -> None:
    look = f'ls -ld "$(dirname "$1")" > {tmp_path}/seen; umask >> {tmp_path}/seen; exit 1'
    engine = load_engine("tesseract", {"command": _program(tmp_path, look)})

    with pytest.raises(EngineCrashed):
        engine.read(raster(prose_page()), ("eng",))

    folder, umask = (tmp_path / "seen").read_text().splitlines()
    assert folder.startswith("drwx------")
    assert umask.strip() in {"0077", "077"}


def test_the_resolution_and_one_thread_are_always_told(tmp_path: Path, spool: Path) -> None:
    told = f'echo "$OMP_THREAD_LIMIT $*" > {tmp_path}/told; exit 1'
    engine = load_engine("tesseract", {"command": _program(tmp_path, told)})

    with pytest.raises(EngineCrashed):
        engine.read(raster(prose_page(), dpi=200), ("eng",))

    words = (tmp_path / "told").read_text().split()
    assert words[0] == "1"
    assert words[words.index("--dpi") + 1] == "200"


def test_no_child_outlives_a_parent_that_is_killed(tmp_path: Path) -> None:
    command = _program(tmp_path, f"echo $$ > {tmp_path}/child; exec sleep 60")
    script = (
        "import numpy as np\n"
        "from chartlift.model import Raster, Way\n"
        "from chartlift.ocr.registry import load_engine\n"
        f"engine = load_engine('tesseract', {{'command': {command!r}}})\n"
        "engine.read(Raster(np.full((99, 99), 255, np.uint8), 300, Way()), ('eng',))\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "TMPDIR": str(tmp_path)}
    parent = subprocess.Popen([sys.executable, "-c", script], env=environment)
    try:
        child = _wait_for(tmp_path / "child")
        parent.send_signal(signal.SIGKILL)
    finally:
        parent.kill()
        parent.wait()

    deadline = time.monotonic() + 5
    while _runs(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _runs(child)


def _wait_for(file: Path) -> int:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if file.exists() and file.read_text().strip():
            return int(file.read_text())
        time.sleep(0.05)
    pytest.fail("the child did not start")


def _runs(process: int) -> bool:
    status = Path(f"/proc/{process}/status")
    return status.exists() and "\nState:\tZ" not in status.read_text()


def test_what_a_killed_process_left_in_the_spool_is_swept_after_an_hour(spool: Path) -> None:
    old, new = spool / "chartlift-ocr-old", spool / "chartlift-ocr-new"
    for folder in (old, new):
        folder.mkdir()
        (folder / "page.pgm").write_bytes(b"P5")
    os.utime(old, (time.time() - 7200,) * 2)

    load_engine("tesseract", {"resident": False})

    assert [folder.name for folder in spool.iterdir()] == [new.name]


def test_the_hash_of_the_data_tells_languages_apart() -> None:
    one, other = (data_hash("tesseract", "", codes) for codes in (("eng",), ("eng", "khm")))

    assert len(one) == 16
    assert one != other


def test_the_version_is_a_number() -> None:
    assert program_version("tesseract")[0].isdigit()
