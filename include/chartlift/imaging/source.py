"""What a document's bytes are, told by their content."""

from __future__ import annotations

from typing import Final

from chartlift.model import FileType

HEAD_BYTES: Final = 4096
"""How much of a file's beginning `detect_type` needs at most."""

_PDF_WITHIN: Final = 1024
_SIGNATURES: Final = (
    (b"\x89PNG\r\n\x1a\n", FileType.PNG),
    (b"\xff\xd8\xff", FileType.JPEG),
    (b"II*\x00", FileType.TIFF),
    (b"MM\x00*", FileType.TIFF),
    (b"II+\x00", FileType.TIFF),  # BigTIFF
    (b"MM\x00+", FileType.TIFF),
)
_BMP_HEADER_SIZES: Final = frozenset({12, 40, 52, 56, 64, 108, 124})
_HEIC_BRANDS: Final = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
)
_EXTENSIONS: Final = {
    "pdf": FileType.PDF,
    "png": FileType.PNG,
    "jpg": FileType.JPEG,
    "jpeg": FileType.JPEG,
    "jpe": FileType.JPEG,
    "jfif": FileType.JPEG,
    "tif": FileType.TIFF,
    "tiff": FileType.TIFF,
    "bmp": FileType.BMP,
    "dib": FileType.BMP,
    "heic": FileType.HEIC,
    "heif": FileType.HEIC,
}


def detect_type(head: bytes) -> FileType:
    """The type of a file whose first `HEAD_BYTES` are given; OTHER where it is none we read.

    A PDF's header may stand anywhere within the first 1024 bytes, after a printer's preamble; a
    picture's signature at the very beginning comes first.
    """
    for signature, file_type in _SIGNATURES:
        if head.startswith(signature):
            return file_type
    if _is_bmp(head):
        return FileType.BMP
    if _is_heic(head):
        return FileType.HEIC
    if b"%PDF-" in head[:_PDF_WITHIN]:
        return FileType.PDF
    return FileType.OTHER


def extension_fits(declared: str | None, file_type: FileType) -> bool:
    """Whether a file's extension, with or without its dot, does not contradict its content.

    Only an extension that names a type we read is a claim. None at all, or one that names
    nothing known (`.scan`, or the year in `visit 3.2.2026`), fits every content.
    """
    claimed = _EXTENSIONS.get((declared or "").lower().removeprefix("."))
    return claimed is None or claimed is file_type


def _is_bmp(head: bytes) -> bool:
    # "BM" alone begins many a text: the size of the header that follows decides.
    return head.startswith(b"BM") and int.from_bytes(head[14:18], "little") in _BMP_HEADER_SIZES


def _is_heic(head: bytes) -> bool:
    # ISO 14496-12: box size, "ftyp", major brand, minor version, compatible brands. `mif1` is the
    # major brand of AVIF files too, so only the HEVC brands count.
    if head[4:8] != b"ftyp":
        return False
    size = min(int.from_bytes(head[:4], "big"), len(head))
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, size - 3, 4))]
    return not _HEIC_BRANDS.isdisjoint(brands)
