import io

import pytest
from PIL import Image

from chartlift.imaging.source import detect_type, extension_fits
from chartlift.model import FileType


def written(kind: str) -> bytes:
    out = io.BytesIO()
    Image.new("L", (9, 9), 200).save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "BMP"])
def test_a_picture_is_told_by_what_pillow_writes(kind: str) -> None:
    assert detect_type(written(kind)) == kind.lower()


@pytest.mark.parametrize(
    ("head", "file_type"),
    [
        (b"%PDF-1.7\n", FileType.PDF),
        (b"\x1b%-12345X@PJL\r\n" + b" " * 500 + b"%PDF-1.4", FileType.PDF),
        (b"\xef\xbb\xbf%PDF-1.4", FileType.PDF),
        (b"MM\x00*\x00\x00\x00\x08", FileType.TIFF),
        (b"II+\x00\x08\x00\x00\x00", FileType.TIFF),
        (b"MM\x00+\x00\x08\x00\x00", FileType.TIFF),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", FileType.HEIC),
        (b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1heicmiaf", FileType.HEIC),
        (b"\xff\xd8\xff\xe1" + b"x" * 40 + b"%PDF-1.4", FileType.JPEG),
    ],
)
def test_content_is_told_by_its_signature(head: bytes, file_type: FileType) -> None:
    assert detect_type(head) is file_type


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b" " * 1024 + b"%PDF-1.4",
        b"BMI 31.2 kg/m2, waist 102 cm",
        b"BM",
        b"GIF89a",
        b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1avifmiaf",
        b"\x00\x00\x00\x14ftypisom\x00\x00\x00\x00mp42heic",
        b"\xff\xff\xff\xffftyp",
        b"PK\x03\x04",
        b"I*\x00\x00",
    ],
)
def test_other_content_is_nothing_we_read(head: bytes) -> None:
    assert detect_type(head) is FileType.OTHER


@pytest.mark.parametrize(
    ("declared", "file_type"),
    [
        ("jpg", FileType.JPEG),
        (".JPEG", FileType.JPEG),
        ("tif", FileType.TIFF),
        (".tiff", FileType.TIFF),
        ("heif", FileType.HEIC),
        (None, FileType.PDF),
        ("", FileType.PNG),
        (".scan", FileType.PDF),
        (".2026", FileType.PDF),
    ],
)
def test_an_extension_that_does_not_contradict_the_content_fits(
    declared: str | None, file_type: FileType
) -> None:
    assert extension_fits(declared, file_type)


@pytest.mark.parametrize(
    ("declared", "file_type"),
    [(".png", FileType.JPEG), ("pdf", FileType.TIFF), ("JPG", FileType.PDF)],
)
def test_an_extension_of_another_type_does_not_fit(declared: str, file_type: FileType) -> None:
    assert not extension_fits(declared, file_type)
