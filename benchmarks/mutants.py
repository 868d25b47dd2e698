"""Documents of every type that is read, and ways to damage one as disks, networks and malice do.

Everything is drawn from the seed: the same seed and number give the same damaged bytes.
"""

from __future__ import annotations

import io
import random
import zlib
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pikepdf
import pillow_heif
from PIL import Image, ImageDraw, ImageFont

A4_POINTS = (595, 842)
A4_PIXELS = (827, 1169)
SAMPLES = Path(__file__).resolve().parents[1] / "samples"
SAMPLE_TYPES = {".pdf": "PDF", ".png": "PNG", ".jpg": "JPEG", ".tif": "TIFF"}
WORDS = ("Glucose", "5.8", "mmol/L", "Creatinine", "88", "umol/L", "Sodium", "139", "3.9-5.6")

Damage = Callable[[bytearray, random.Random], bytearray]


class Original(NamedTuple):
    """A sound document."""

    name: str
    kind: str
    data: bytes


class Mutant(NamedTuple):
    """A damaged copy of one."""

    original: Original
    damage: str
    data: bytes


@cache
def originals() -> tuple[Original, ...]:
    """The project's own samples, and a small document of each other make."""
    samples = [
        Original(path.name, SAMPLE_TYPES[path.suffix], path.read_bytes())
        for path in sorted(SAMPLES.iterdir())
        if path.suffix in SAMPLE_TYPES and path.stem != "broken"
    ]
    return (*samples, *_drawn_pdfs(), *_scanned_pdfs(), *_pictures(), *_photos())


def mutant(seed: int, number: int, among: Sequence[Original]) -> Mutant:
    """The damaged document of this number: each original in turn, and each damage."""
    rounds, which = divmod(number, len(among))
    original, damage = among[which], list(DAMAGES)[(rounds + which) % len(DAMAGES)]
    chance = random.Random(f"{seed}/{number}")
    return Mutant(original, damage, bytes(DAMAGES[damage](bytearray(original.data), chance)))


def sheet(mode: str = "L", size: tuple[int, int] = A4_PIXELS, seed: int = 1) -> Image.Image:
    """A sheet of paper with grain, covered with words from top to bottom."""
    chance = random.Random(seed)
    grain = Image.frombytes("L", size, chance.randbytes(size[0] * size[1]))
    paper = grain.point(lambda level: 225 + level // 16)
    drawing, font = ImageDraw.Draw(paper), ImageFont.load_default(size[0] // 36)
    for top in range(size[0] // 20, size[1] - size[0] // 20, size[0] // 18):
        line = " ".join(chance.choices(WORDS, k=6))
        drawing.text((size[0] // 20, top), line, fill=20, font=font)
    if mode in ("1", "L"):
        return paper.point(lambda level: 255 * (level > 128)).convert("1") if mode == "1" else paper
    coloured = Image.merge("RGB", (paper, paper, paper.point(lambda level: level * 0.9)))
    return coloured.convert(mode)


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    """The bytes of an image file."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def _pictures() -> Iterator[Original]:
    for mode in ("1", "L", "P", "RGB", "RGBA"):
        yield Original(f"{mode}.png", "PNG", saved(sheet(mode), "PNG"))
        if mode != "RGBA":
            yield Original(f"{mode}.bmp", "BMP", saved(sheet(mode), "BMP"))
    deep = sheet().convert("I").point(lambda level: level * 257).convert("I;16")
    yield Original("deep.png", "PNG", saved(deep, "PNG"))
    yield Original("deep.tif", "TIFF", saved(deep, "TIFF"))
    for packing in ("raw", "tiff_lzw", "tiff_adobe_deflate"):
        yield Original(f"{packing}.tif", "TIFF", saved(sheet("RGB"), "TIFF", compression=packing))
    faxes = [sheet("1", seed=seed) for seed in (1, 2, 3)]
    more = {"save_all": True, "append_images": faxes[1:]}
    yield Original("fax.tif", "TIFF", saved(faxes[0], "TIFF", compression="group4", **more))


def _photos() -> Iterator[Original]:
    lying = Image.Exif()
    lying[0x0112] = 6
    yield Original("grey.jpg", "JPEG", saved(sheet(), "JPEG"))
    yield Original("layers.jpg", "JPEG", saved(sheet("RGB"), "JPEG", progressive=True))
    yield Original("inks.jpg", "JPEG", saved(sheet("CMYK"), "JPEG"))
    yield Original("lying.jpg", "JPEG", saved(sheet("RGB"), "JPEG", exif=lying))
    heif, out = pillow_heif.from_pillow(sheet("RGB")), io.BytesIO()
    heif.save(out, quality=80)
    yield Original("photo.heic", "HEIC", out.getvalue())


def _drawn_pdfs() -> Iterator[Original]:
    plain = _pdf([_letter] * 3)
    yield Original("plain.pdf", "PDF", _stored(plain, compress_streams=False))
    yield Original("packed.pdf", "PDF", _stored(plain, compress_streams=True))
    packed = pikepdf.ObjectStreamMode.generate
    yield Original("objects.pdf", "PDF", _stored(plain, object_stream_mode=packed))
    yield Original("form.pdf", "PDF", _stored(_pdf([_form, _letter])))


def _scanned_pdfs() -> Iterator[Original]:
    for packing in ("jpeg", "flate", "fax"):
        pages = [lambda pdf, page, how=packing: _scan(pdf, page, how)] * 2
        yield Original(f"{packing}.pdf", "PDF", _stored(_pdf(pages)))


def _pdf(draw: Sequence[Callable[[pikepdf.Pdf, pikepdf.Dictionary], None]]) -> pikepdf.Pdf:
    pdf = pikepdf.new()
    for one in draw:
        pdf.add_blank_page(page_size=A4_POINTS)
        page = pdf.pages[-1].obj
        helvetica = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=helvetica))
        one(pdf, page)
    return pdf


def _stored(pdf: pikepdf.Pdf, **how: object) -> bytes:
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True, **how)
    return out.getvalue()


def _lines(top: int, count: int) -> bytes:
    chance = random.Random(top)
    rows = [" ".join(chance.choices(WORDS, k=7)) for _ in range(count)]
    shown = b" ".join(b"(%s) Tj 0 -24 Td" % row.encode() for row in rows)
    return b"BT /F1 12 Tf 50 %d Td %s ET\n" % (top, shown)


def _letter(pdf: pikepdf.Pdf, page: pikepdf.Dictionary) -> None:
    """Words in two streams, and a picture in a corner."""
    page.Resources.XObject = pikepdf.Dictionary(Im=_image(pdf, "jpeg", sheet(size=(400, 200))))
    streams = [_lines(780, 15), _lines(400, 8) + b"q 200 0 0 100 300 60 cm /Im Do Q"]
    page.Contents = pikepdf.Array([pdf.make_stream(stream) for stream in streams])


def _form(pdf: pikepdf.Pdf, page: pikepdf.Dictionary) -> None:
    """Words in a form that the page shows twice."""
    form = pdf.make_stream(_lines(380, 14), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form)
    form.BBox, form.Resources = pikepdf.Array([0, 0, 595, 421]), page.Resources
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Fm=form))
    page.Contents = pdf.make_stream(b"/Fm Do q 1 0 0 1 0 421 cm /Fm Do Q")


def _scan(pdf: pikepdf.Pdf, page: pikepdf.Dictionary, packing: str) -> None:
    page.Resources.XObject = pikepdf.Dictionary(Im=_image(pdf, packing, sheet()))
    page.Contents = pdf.make_stream(b"q 595 0 0 842 0 0 cm /Im Do Q")


def _image(pdf: pikepdf.Pdf, packing: str, picture: Image.Image) -> pikepdf.Stream:
    stream = pdf.make_stream(
        b"",
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=picture.width,
        Height=picture.height,
        ColorSpace=pikepdf.Name.DeviceGray,
        BitsPerComponent=1 if packing == "fax" else 8,
    )
    if packing == "jpeg":
        stream.write(saved(picture, "JPEG"), filter=pikepdf.Name.DCTDecode)
    elif packing == "flate":
        stream.write(zlib.compress(picture.tobytes()), filter=pikepdf.Name.FlateDecode)
    else:
        sizes = pikepdf.Dictionary(K=-1, Columns=picture.width, Rows=picture.height, BlackIs1=True)
        stream.write(_group4(picture), filter=pikepdf.Name.CCITTFaxDecode, decode_parms=sizes)
    return stream


def _group4(picture: Image.Image) -> bytes:
    bilevel = picture.point(lambda level: 255 * (level > 128)).convert("1")
    rows = {"tiffinfo": {278: picture.height}}  # one strip
    file = saved(bilevel, "TIFF", compression="group4", **rows)
    with Image.open(io.BytesIO(file)) as image:
        [start], [length] = image.tag_v2[273], image.tag_v2[279]
    return file[start : start + length]


def _flip(data: bytearray, chance: random.Random) -> bytearray:
    for _ in range(chance.choice((1, 2, 8, 32))):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return data


def _flip_in_head(data: bytearray, chance: random.Random) -> bytearray:
    for _ in range(chance.choice((1, 2, 4))):
        data[chance.randrange(min(len(data), 512))] = chance.randrange(256)
    return data


def _overwrite(data: bytearray, chance: random.Random) -> bytearray:
    start, size = _piece(data, chance)
    data[start : start + size] = chance.choice((bytes(size), chance.randbytes(size)))
    return data


def _cut(data: bytearray, chance: random.Random) -> bytearray:
    return data[: chance.randrange(1, len(data))]


def _cut_tail(data: bytearray, chance: random.Random) -> bytearray:
    return data[: -chance.randrange(1, min(len(data), 2048))]


def _swap(data: bytearray, chance: random.Random) -> bytearray:
    one, size = _piece(data, chance)
    other = chance.randrange(max(len(data) - size, 1))
    data[one : one + size], data[other : other + size] = (
        data[other : other + size],
        data[one : one + size],
    )
    return data


def _drop(data: bytearray, chance: random.Random) -> bytearray:
    start, size = _piece(data, chance)
    return data[:start] + data[start + size :]


def _repeat(data: bytearray, chance: random.Random) -> bytearray:
    start, size = _piece(data, chance)
    return data[: start + size] + data[start:]


def _edit(data: bytearray, chance: random.Random) -> bytearray:
    """Changes a digit or a letter of what is text: in a PDF the values of its dictionaries."""
    places = [at for at, byte in enumerate(data) if 47 < byte < 58 or 64 < byte < 91]
    texts = [at for at in places if data[at - 8 : at + 8].isascii()] or places or [0]
    at = chance.choice(texts)
    data[at] = chance.choice(b"0123456789") if data[at] < 58 else chance.choice(b"ABCDEFGHMNORST")
    return data


def _piece(data: bytearray, chance: random.Random) -> tuple[int, int]:
    size = min(chance.choice((4, 64, 512, 4096)), len(data) // 4)
    return chance.randrange(len(data) - size), size


DAMAGES: dict[str, Damage] = {
    "bits flipped": _flip,
    "bytes of the head changed": _flip_in_head,
    "a piece overwritten": _overwrite,
    "cut off": _cut,
    "the tail cut off": _cut_tail,
    "pieces swapped": _swap,
    "a piece dropped": _drop,
    "a piece twice": _repeat,
    "a value changed": _edit,
}
