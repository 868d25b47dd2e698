"""Image files as pages: every frame of a TIFF, upright, on white paper, eight bits a channel.

Runs in the bounded child; imports Pillow and what is light.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Final, NamedTuple, cast

from PIL import Image, ImageChops, ImageOps

from chartlift.errors import DamagedFile
from chartlift.imaging.complaints import Complaints
from chartlift.imaging.jpeg_ends import is_cut
from chartlift.imaging.sheet import believed_dpi, require_decodable

# Pillow counts pixels only to warn; here they are counted before every decoding.
Image.MAX_IMAGE_PIXELS = None

DECODING_ERRORS: Final = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    KeyError,
    IndexError,
    TypeError,
    ArithmeticError,
)
"""What Pillow raises on damaged files, by reading its decoders and by mutated files."""

_FORMATS: Final = {
    "png": ("PNG",),
    "jpeg": ("JPEG", "MPO"),
    "tiff": ("TIFF",),
    "bmp": ("BMP", "DIB"),
    "heic": ("HEIF",),
}
_CHAINED_FAX: Final = "group4"
_ORIENTATION_TAG: Final = 0x0112
_SIDEWAYS: Final = frozenset({5, 6, 7, 8})
_UPRIGHT: Final = frozenset({0, 1})
_SUBFILE_TAG: Final = 254
_NO_PAGE: Final = 0b101  # reduced-resolution copy, transparency mask (TIFF 6.0, section 8)
_DEEP: Final = ("I", "F")
_TWELVE_BITS: Final = 4095
_SQUARE_WITHIN: Final = 1.1


PAGE_MODES: Final = ("L", "RGB")
"""What a page's picture may be: eight bits, grey or coloured."""


class TextWord(NamedTuple):
    """A word of a page's own text layer; the box is in pixels of the page's picture."""

    text: str
    box: tuple[int, int, int, int]


class Picture(NamedTuple):
    """A page as pixels: mode L where it has no colour, else RGB."""

    image: Image.Image
    dpi: int
    words: tuple[TextWord, ...] | None = None
    jpeg: bytes | None = None
    """A JPEG file of these very pixels, colour without use included, where the document has one."""


class PicturePages:
    """The pages of an image file.

    Raises:
        DamagedFile: it cannot be opened.
    """

    def __init__(self, path: Path, file_type: str) -> None:
        if file_type == "heic":
            import pillow_heif

            pillow_heif.register_heif_opener()
        self._path = path
        # A file, not a path: Pillow maps a path's uncompressed pixels into memory, and a TIFF that
        # is to be turned then comes out with its rows in the wrong length (Pillow 13.0).
        file = path.open("rb")
        try:
            self._image = Image.open(file, formats=_FORMATS[file_type])
            self._frames = _page_frames(self._image, file_type)
        except DECODING_ERRORS:
            raise DamagedFile from None

    @property
    def count(self) -> int:
        """How many pages the file has."""
        return len(self._frames)

    def read(self, number: int) -> Picture:
        """The page of this 1-based number.

        Raises:
            PageTooLarge: it has more pixels than are decoded.
            DamagedFile: it cannot be decoded to its end.
        """
        try:
            self._image.seek(self._frames[number - 1])
            require_decodable(*self._image.size)
            with Complaints() as complaints:
                picture = as_page(self._image)
            if self._image.format == "JPEG":
                return self._kept(picture, number)
        except DECODING_ERRORS:
            raise DamagedFile(page=number) from None
        # A line of an older fax stands alone; of this kind each is told by the one above.
        if complaints.heard and self._image.info.get("compression") == _CHAINED_FAX:
            raise DamagedFile(page=number)
        return picture

    def stored(self, number: int) -> Image.Image:
        """The page of this 1-based number as the file holds it, not decoded and not turned yet.

        It stands until the next page is asked for.

        Raises:
            PageTooLarge: it has more pixels than are decoded.
            DamagedFile: it cannot be found.
        """
        try:
            self._image.seek(self._frames[number - 1])
            require_decodable(*self._image.size)
        except DECODING_ERRORS:
            raise DamagedFile(page=number) from None
        return self._image

    def _kept(self, picture: Picture, number: int) -> Picture:
        """The picture with its file, where that shows the same."""
        if self._image.mode not in PAGE_MODES:
            return picture
        jpeg = self._path.read_bytes()
        if is_cut(jpeg, self._image):
            raise DamagedFile(page=number)
        same = is_upright(self._image) and self._image.size == picture.image.size
        return picture._replace(jpeg=jpeg) if same else picture


def as_page(image: Image.Image) -> Picture:
    """The picture as a viewer shows it: turned by its EXIF tag, its pixels square, on white."""
    across, down = _claimed_dpi(image)
    sideways = image.getexif().get(_ORIENTATION_TAG) in _SIDEWAYS
    image.load()
    upright = on_paper(ImageOps.exif_transpose(image))
    if sideways:
        across, down = down, across
    if across and down and max(across, down) > _SQUARE_WITHIN * min(across, down):
        # Faxes of normal resolution have 204 dots an inch across and 98 down.
        finer = max(across, down)
        width, height = upright.width * finer / across, upright.height * finer / down
        require_decodable(round(width), round(height))
        upright = upright.resize((round(width), round(height)), Image.Resampling.BICUBIC)
        across = finer
    return Picture(upright, believed_dpi(upright.width, upright.height, across))


def on_paper(image: Image.Image) -> Image.Image:
    """The picture in eight bits, L or RGB; what is transparent shows white paper.

    Sixteen bits keep their upper eight, or of a twelve-bit scanner's the upper eight of twelve.
    """
    if image.mode.startswith(_DEEP):
        return _from_deep(image)
    if image.has_transparency_data:
        clear = image if image.mode == "RGBA" else image.convert("RGBA")
        image = Image.new("RGB", clear.size, "white")
        image.paste(clear, mask=clear.getchannel("A"))
    if image.mode in ("1", "L"):
        return image.convert("L")
    return without_false_colour(image if image.mode == "RGB" else image.convert("RGB"))


def without_false_colour(image: Image.Image) -> Image.Image:
    """The RGB picture as L, if its three channels are the same."""
    red = image.getchannel("R")
    for channel in ("G", "B"):
        if ImageChops.difference(red, image.getchannel(channel)).getbbox() is not None:
            return image
    return red


def is_upright(image: Image.Image) -> bool:
    """Whether the picture's EXIF tag, if it has one, leaves it as it is."""
    return int(image.getexif().get(_ORIENTATION_TAG, 1)) in _UPRIGHT


def grey_levels(image: Image.Image) -> tuple[float, float]:
    """The darkest and the lightest level of a picture of one channel."""
    return cast("tuple[float, float]", image.getextrema())


def _from_deep(image: Image.Image) -> Image.Image:
    deep = image.convert("F")
    low, high = grey_levels(deep)
    if image.mode == "F" or low < 0 or high > 0xFFFF:
        base, span = low, (high - low) or 1.0
    else:
        base, span = 0.0, float(_TWELVE_BITS if high <= _TWELVE_BITS else 0xFFFF)
    return deep.point(lambda grey: grey * (255 / span) - base * (255 / span)).convert("L")


def _page_frames(image: Image.Image, file_type: str) -> tuple[int, ...]:
    if file_type not in ("tiff", "heic"):
        return (0,)  # the further frames of a JPEG are previews and depth maps
    frames = range(getattr(image, "n_frames", 1))
    if file_type == "heic":
        return tuple(frames)
    return tuple(frame for frame in frames if _is_page(image, frame)) or (0,)


def _is_page(image: Image.Image, frame: int) -> bool:
    image.seek(frame)
    tags = getattr(image, "tag_v2", {})
    return not int(tags.get(_SUBFILE_TAG, 0)) & _NO_PAGE


def _claimed_dpi(image: Image.Image) -> tuple[float | None, float | None]:
    claimed = image.info.get("dpi")
    if not claimed or len(claimed) != 2:
        return None, None
    across, down = (float(value) for value in claimed)
    sane = all(math.isfinite(value) and 50 <= value <= 2400 for value in (across, down))
    return (across, down) if sane else (None, None)
