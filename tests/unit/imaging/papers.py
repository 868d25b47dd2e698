"""Documents made on the spot: PDFs from content streams, pictures from Pillow."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pikepdf
import zstandard
from PIL import Image, ImageDraw

from chartlift.frozen import from_json
from chartlift.imaging import pnm
from chartlift.imaging.source import HEAD_BYTES, detect_type
from chartlift.imaging.split import split_source
from chartlift.model import PageImage, PageManifest, PageWords
from chartlift.settings import Settings, load_settings

A4 = (595.0, 842.0)
LINES = (
    "Fasting glucose 5.8 mmol/L 3.9-5.6",
    "Creatinine 88 umol/L 62-106",
    "Sodium 139 mmol/L 135-145",
)


@dataclass(frozen=True)
class Sheet:
    """One page of a PDF: its content stream, its size in points, and what stands beside."""

    content: bytes = b""
    size: tuple[float, float] = A4
    rotate: int = 0
    image: Image.Image | bytes | None = None
    """Pixels, kept in eight grey bits; or a JPEG file, kept as it is."""
    described: dict[str, object] = field(default_factory=dict)
    """Keys of the image's dictionary beside the usual, or instead of them."""
    annotated: bool = False
    extra: dict[str, object] = field(default_factory=dict)


def typed(lines: Sequence[str] = LINES, *, mode: int = 0, grey: float = 0) -> bytes:
    """A content stream that prints lines in 14 points from the top left."""
    shown = b" ".join(b"(%s) Tj 0 -24 Td" % line.encode("latin-1") for line in lines)
    return b"BT /F1 14 Tf %d Tr %.2f g 60 760 Td %s ET" % (mode, grey, shown)


def placed(width: float, height: float, x: float = 0, y: float = 0) -> bytes:
    """A content stream that shows the sheet's image, so large, there."""
    return b"q %.2f 0 0 %.2f %.2f %.2f cm /Im Do Q " % (width, height, x, y)


def pdf(*sheets: Sheet, **save: object) -> bytes:
    """A PDF of the sheets, in Helvetica."""
    document = pikepdf.new()
    for sheet in sheets:
        _add(document, sheet)
    out = io.BytesIO()
    document.save(out, deterministic_id="encryption" not in save, **save)
    return out.getvalue()


def _add(document: pikepdf.Pdf, sheet: Sheet) -> None:
    document.add_blank_page(page_size=sheet.size)
    page = document.pages[-1].obj
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.Type1,
        BaseFont=pikepdf.Name.Helvetica,
        Encoding=pikepdf.Name.WinAnsiEncoding,
    )
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    if sheet.image is not None:
        page.Resources.XObject = pikepdf.Dictionary(Im=_image(document, sheet))
    if sheet.annotated:
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.FreeText,
            Rect=[100, 100, 200, 130],
            Contents=pikepdf.String("seen"),
        )
        page.Annots = pikepdf.Array([note])
    page.Rotate = sheet.rotate
    page.Contents = document.make_stream(sheet.content)
    for key, value in sheet.extra.items():
        page[key] = value


def _image(document: pikepdf.Pdf, sheet: Sheet) -> pikepdf.Stream:
    stream = document.make_stream(b"")
    picture = sheet.image
    if isinstance(picture, bytes):
        stream.write(picture, filter=pikepdf.Name.DCTDecode)
        picture = Image.open(io.BytesIO(picture))
    else:
        assert picture is not None
        picture = picture.convert("L")
        stream.write(picture.tobytes())
    colours = {"L": "/DeviceGray", "RGB": "/DeviceRGB", "CMYK": "/DeviceCMYK"}
    usual = {
        "/Type": pikepdf.Name.XObject,
        "/Subtype": pikepdf.Name.Image,
        "/Width": picture.width,
        "/Height": picture.height,
        "/ColorSpace": pikepdf.Name(colours[picture.mode]),
        "/BitsPerComponent": 8,
    }
    for key, value in {**usual, **sheet.described}.items():
        stream[key] = value
    return stream


def scanned(size: tuple[int, int] = (827, 1169)) -> Image.Image:
    """A grey picture with a black bar across its upper left quarter."""
    image = Image.new("L", size, 250)
    width, height = size
    ImageDraw.Draw(image).rectangle((width // 10, height // 10, width // 2, height // 5), fill=10)
    return image


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    """The bytes of an image file."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def png_of(width: int, height: int) -> bytes:
    """A PNG that says it is so large; its pixels end after the first rows."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(width + 1)))
        + chunk(b"IEND", b"")
    )


def split_bytes(
    data: bytes,
    folder: Path,
    *,
    declared_extension: str | None = None,
    settings: Settings | None = None,
) -> PageManifest:
    """A document given as bytes, its pages with their words; all files are in `folder`/pages."""
    source, pages = folder / "source", folder / "pages"
    source.write_bytes(data)
    pages.mkdir(exist_ok=True)
    manifest = split_source(
        source,
        pages,
        file_type=detect_type(data[:HEAD_BYTES]),
        settings=settings or load_settings(),
        declared_extension=declared_extension,
    )
    assert all(page.words is None for page in manifest.pages)
    return manifest.model_copy(
        update={"pages": tuple(_with_words(p, pages) for p in manifest.pages)}
    )


def _with_words(page: PageImage, folder: Path) -> PageImage:
    if page.text_layer is None:
        return page
    words = from_json(PageWords, (folder / page.text_layer).read_bytes()).words
    return page.model_copy(update={"words": words})


def picture_of(folder: Path, number: int = 1) -> Image.Image:
    """The picture that `split_bytes` wrote of a page."""
    data = file_of(folder, number).read_bytes()
    if data.startswith(pnm.MAGIC):
        data = zstandard.decompress(data)
    with Image.open(io.BytesIO(data), formats=["PPM", "JPEG"]) as image:
        image.load()
    return image


def file_of(folder: Path, number: int = 1) -> Path:
    """The file of that picture."""
    [file] = [file for file in (folder / "pages").glob(f"{number:04d}.*") if file.suffix != ".json"]
    return file


def bomb(size: int) -> bytes:
    """A deflate stream, itself deflated, of so many bytes (a multiple of 16 MiB): all spaces."""
    block = 16 * 1024 * 1024
    packer = zlib.compressobj(9, wbits=-15)
    piece = packer.compress(b" " * block) + packer.flush(zlib.Z_FULL_FLUSH)
    # Blocks after a full flush do not look back, so one packed block may be said again and again.
    count, space = size // block, ord(" ")
    low = (1 + size * space) % 65521
    high = (size + space * size * (size + 1) // 2) % 65521
    check = struct.pack(">HH", high, low)
    inner = b"\x78\xda" + piece * count + b"\x03\x00" + check
    return zlib.compress(inner, 9)


def bomb_sheets(document: bytes, number: int, content: bytes) -> bytes:
    """The PDF with the content of one page replaced by a stream that is deflated twice."""
    with pikepdf.open(io.BytesIO(document)) as pdf_file:
        page = pdf_file.pages[number - 1].obj
        page.Contents = pikepdf.Stream(pdf_file, b"")
        twice = pikepdf.Array([pikepdf.Name.FlateDecode] * 2)
        page.Contents.write(content, filter=twice, decode_parms=None)
        out = io.BytesIO()
        pdf_file.save(out, compress_streams=False)
    return out.getvalue()
