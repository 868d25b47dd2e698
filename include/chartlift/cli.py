"""The command line: `chartlift read`, `chartlift extract` and `chartlift doctor`.

It runs the very stages that Airflow runs, on a private temporary store. Results go to standard
output or `--out`, progress to standard error.
"""

from __future__ import annotations

import argparse
import atexit
import errno
import gc
import os
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from chartlift.errors import ChartliftError, ConfigError, InputError, NotText, ServiceError

if TYPE_CHECKING:
    from chartlift.record import Record
    from chartlift.runs import Workspace
    from chartlift.settings import Settings

DONE, BAD_ARGUMENTS, REFUSED, WRONG_SETUP, SERVICE_FAILED = 0, 2, 3, 4, 5
"""Exit codes; 2 is argparse's own."""

SUFFIXES = {
    "json": "json",
    "fhir": "fhir.json",
    "text": "txt",
    "hocr": "hocr",
    "alto": "alto.xml",
    "pdf": "pdf",
}
"""For each format what follows a file's own name under `--out`."""


COLLECT_AFTER = 50_000
"""New objects after which garbage is looked for."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; for several files the highest one.

    What is wrong with one file, or with a service while it is read, does not stop the others.
    """
    # A page is read on one core: threads that only wait would still cost CPU.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # No other package's plug-in is looked for: it would see all that is read.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # Models and rules live to the end: to seek garbage in them takes a tenth of a page's time.
    gc.set_threshold(COLLECT_AFTER)
    atexit.register(gc.freeze)
    options = _parser().parse_args(arguments)
    try:
        return int(options.command(options))
    except ChartliftError as error:
        _say(str(error))
        return _exit_code(error)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="chartlift", description="Lift paper charts into FHIR.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    read = commands.add_parser("read", help="read scans and print what they say")
    read.add_argument("files", nargs="+", type=Path, metavar="FILE")
    read.add_argument("--format", choices=tuple(SUFFIXES), default="json")
    read.add_argument("--out", type=Path, metavar="DIR", help="write one file each into DIR")
    read.add_argument("--languages", metavar="CODES", help="as in khm+eng; default auto")
    read.add_argument("--profile", metavar="NAME", help="auto, fast or classic")
    read.add_argument("--force-ocr", action="store_const", const=True, help="ignore text layers")
    read.add_argument("--no-entities", action="store_true", help="leave `entities` empty")
    read.set_defaults(command=_read)
    extract = commands.add_parser("extract", help="find the same things in plain text")
    extract.add_argument("file", type=Path, metavar="TEXTFILE", help="UTF-8; - for standard input")
    extract.add_argument("--lines", action="store_true", help="each line is its own document")
    extract.set_defaults(command=_extract)
    doctor = commands.add_parser("doctor", help="say what is missing, and how to install it")
    doctor.set_defaults(command=_doctor)
    return parser


def _read(options: argparse.Namespace) -> int:
    settings = _settings(options)
    key = _site_key(needed=options.format == "fhir")
    if options.out:
        if clash := _same_names(options.files):
            _say(f"files {clash[0]} and {clash[1]} have the same name; give each its own --out")
            return BAD_ARGUMENTS
        options.out.mkdir(parents=True, exist_ok=True)
    code = DONE
    for number, file in enumerate(options.files, start=1):
        progress = f"[{number}/{len(options.files)}]"
        try:
            _read_file(file, options, settings, key)
        except (InputError, ServiceError, OSError) as error:
            _say(f"{progress} {_reason(error)}")
            code = max(code, _exit_code(error))
            continue
        _say(f"{progress} done")
    return code


def _same_names(files: Sequence[Path]) -> tuple[int, int] | None:
    """The first two files, counted from 1, whose results would overwrite each other."""
    seen: dict[str, int] = {}
    for number, file in enumerate(files, start=1):
        if (before := seen.setdefault(file.name, number)) != number:
            return before, number
    return None


def _read_file(
    file: Path, options: argparse.Namespace, settings: Settings, site_key: bytes
) -> None:
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="chartlift-") as folder:
        workspace = _run_stages(file, Path(folder), settings, site_key)
        result = Path(folder, "result")
        if options.format in ("hocr", "alto", "pdf"):
            _write_pages(workspace, options.format, result)
        elif options.format == "fhir":
            result.write_bytes(_bundle(workspace, site_key))
        else:
            result.write_bytes(_record(workspace, options, file.name, began))
        if options.out:
            shutil.copyfile(result, options.out / f"{file.name}.{SUFFIXES[options.format]}")
        else:
            with result.open("rb") as made:
                shutil.copyfileobj(made, sys.stdout.buffer)


def _bundle(workspace: Workspace, site_key: bytes) -> bytes:
    from chartlift.artefacts import read_bundle
    from chartlift.frozen import to_json
    from chartlift.stages import map_to_fhir

    map_to_fhir(workspace, site_key=site_key)
    return to_json(read_bundle(workspace, workspace.chain()), indent=1) + b"\n"


def _record(
    workspace: Workspace, options: argparse.Namespace, file_name: str, began: float
) -> bytes:
    from chartlift.artefacts import read_record
    from chartlift.frozen import to_json

    record = read_record(workspace, workspace.chain())
    if options.format == "text":
        return record.raw_text.encode() + b"\n"
    served = _served(record, file_name, (time.monotonic() - began) * 1000)
    if options.no_entities:
        served = served.model_copy(update={"entities": ()})
    return to_json(served, indent=1) + b"\n"


def _write_pages(workspace: Workspace, form: str, result: Path) -> None:
    """Write the words of the pages as hOCR, ALTO or searchable PDF."""
    from chartlift.artefacts import StoredPages
    from chartlift.outputs.alto import write_alto
    from chartlift.outputs.hocr import write_hocr
    from chartlift.outputs.orders import Original
    from chartlift.outputs.searchable import write_searchable_pdf

    plan = workspace.plan()
    pages = StoredPages(workspace, workspace.chain())
    if form == "pdf":
        source = result.with_name("source")
        workspace.root.download(workspace.shelf.source(plan.file_type), source)
        original = Original(source=str(source), file_type=plan.file_type)
        write_searchable_pdf(original, pages, result, page_seconds=plan.settings.page_seconds)
        return
    with result.open("wb") as out:
        if form == "hocr":
            write_hocr(pages, out)
        else:
            write_alto(pages, plan.document_id, out)


def _run_stages(file: Path, folder: Path, settings: Settings, site_key: bytes) -> Workspace:
    from chartlift import stages
    from chartlift.arrivals import Terms, take_in
    from chartlift.ledger import SeenFile
    from chartlift.runs import Workspace, hash_site_key
    from chartlift.store import LocalRoot

    root = LocalRoot(folder)
    stat = file.stat()
    seen = SeenFile(file.resolve().as_uri(), stat.st_size, stat.st_mtime)
    now = datetime.now(UTC).replace(microsecond=0)
    with file.open("rb") as incoming:
        taken = take_in(root, seen, incoming, Terms(settings, hash_site_key(site_key), now))
    if taken is None:
        raise BlockingIOError(errno.EAGAIN, "the file changed while it was read")
    workspace = Workspace(root, taken.document_id, taken.n)
    for pages in stages.split_document(workspace):
        stages.preprocess_pages(workspace, pages)
        stages.ocr_pages(workspace, pages)
    stages.extract_findings(workspace)
    return workspace


def _served(record: Record, file_name: str | None, milliseconds: float) -> Record:
    """The record with what is filled in when it is served, and null as stored."""
    status = "needs_review" if record.review.needed else "completed"
    return record.model_copy(
        update={
            "status": status,
            "file_name": file_name,
            "processing_time_ms": round(milliseconds, 1),
        }
    )


def _extract(options: argparse.Namespace) -> int:
    from chartlift.extract.assemble import extract_text
    from chartlift.frozen import to_json

    settings = _load_settings({})
    now = datetime.now(UTC).replace(microsecond=0)
    for text in _texts(options.file, lines=options.lines):
        began = time.monotonic()
        record = extract_text(text, settings=settings, extracted_at=now)
        served = _served(record, None, (time.monotonic() - began) * 1000)
        output = to_json(served, indent=None if options.lines else 1)
        sys.stdout.buffer.write(output + b"\n")
    return DONE


def _texts(file: Path, *, lines: bool) -> Iterator[str]:
    data = sys.stdin.buffer.read() if file == Path("-") else file.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotText from None
    yield from _lines(text) if lines else [text]


def _lines(text: str) -> Iterator[str]:
    # Not splitlines: a page break or a U+2028 is part of what a line says.
    *ended, last = text.split("\n")
    yield from (line.removesuffix("\r") for line in (*ended, *([last] if last else [])))


def _doctor(_: argparse.Namespace) -> int:
    from chartlift.doctor import examine

    checks = examine(_load_settings({}))
    for check in checks:
        mark = "ok" if check.found else "MISSING" if check.needed else "not here"
        print(f"{mark:<8} {check.name:<24} {check.found or check.fix}")
    return DONE if all(check.found or not check.needed for check in checks) else WRONG_SETUP


def _settings(options: argparse.Namespace) -> Settings:
    given = {name: getattr(options, name) for name in ("languages", "profile", "force_ocr")}
    chosen = {name: value for name, value in given.items() if value is not None}
    return _load_settings(chosen)


def _load_settings(chosen: Mapping[str, object]) -> Settings:
    # pydantic comes with it, and must find in the environment what `main` puts there.
    from chartlift.settings import from_environment, load_settings

    return load_settings({**from_environment(os.environ), **chosen})


def _site_key(*, needed: bool) -> bytes:
    key = os.environ.get("CHARTLIFT_SITE_KEY", "")
    if key:
        return key.encode()
    if needed:
        _say("CHARTLIFT_SITE_KEY is not set: the resource ids are for trying only.")
    return secrets.token_bytes(32)


def _reason(error: ChartliftError | OSError) -> str:
    # The text of an OSError holds the path, which may hold a name.
    return f"unreadable-file: {error.strerror}" if isinstance(error, OSError) else str(error)


def _exit_code(error: ChartliftError | OSError) -> int:
    if isinstance(error, InputError | OSError):
        return REFUSED
    return WRONG_SETUP if isinstance(error, ConfigError) else SERVICE_FAILED


def _say(text: str) -> None:
    print(text, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
