"""What a page's picture lacks of what the page holds: images, ends of images, words.

Runs in the bounded child. A renderer leaves out an image it cannot decode, draws one that ends
early with a black or grey rest, and letters of a font it cannot read not at all; none of it is an
error to it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from chartlift.errors import DamagedFile
from chartlift.imaging.pdf_jpeg import is_jpeg, jpeg_of
from chartlift.imaging.pdf_objects import decoded_levels, extent, images_of, placing
from chartlift.imaging.pictures import TextWord, grey_levels
from chartlift.imaging.text_characters import Box
from chartlift.imaging.text_layer import WordOnPaper

_SEEN_SHARE: Final = 0.005
"""Of the page; smaller images are rules, dots and logos."""
_MOST_IMAGES: Final = 16
"""So many are looked at; a page of more is a drawing in many pieces."""
_INK_CONTRAST: Final = 32
_BLACK: Final = 8
LAST_ROWS: Final = 8
_MOST_LOST_WORDS: Final = 0.5
_ALL_BUT: Final = 0.99
_CHANNELS: Final = {
    pdfium.FPDF_COLORSPACE_DEVICEGRAY: (1,),
    pdfium.FPDF_COLORSPACE_CALGRAY: (1,),
    pdfium.FPDF_COLORSPACE_INDEXED: (1,),
    pdfium.FPDF_COLORSPACE_SEPARATION: (1,),
    pdfium.FPDF_COLORSPACE_DEVICERGB: (3,),
    pdfium.FPDF_COLORSPACE_CALRGB: (3,),
    pdfium.FPDF_COLORSPACE_DEVICECMYK: (4,),
}
_BILEVEL: Final = frozenset({"CCITTFaxDecode", "JBIG2Decode"})
_PACKED: Final = frozenset({"FlateDecode", "LZWDecode", "RunLengthDecode", "ASCII85Decode"})


class Missing(NamedTuple):
    """Places of the picture where something should stand out."""

    boxes: tuple[Box, ...]
    """In pixels."""
    ends: tuple[Box, ...]
    """Last rows of images, black here, that decoders fill when data is missing."""
    is_certain: bool
    """Whether it cannot have been covered or hidden on purpose."""


def find_missing(
    page: pypdfium2.PdfPage, grey: Image.Image, words: Sequence[WordOnPaper], number: int
) -> Missing | None:
    """What the picture, given in one channel, lacks; or None.

    Raises:
        DamagedFile: an image ends early, whoever draws it.
    """
    images = _Images(page, grey, number)
    lost = [_letters(found.word) for found in words if found.is_lost]
    bare = [box for box in lost if not images.touch(box)]
    certain = images.is_one_undecodable or len(bare) > _MOST_LOST_WORDS * len(words)
    boxes = (*images.unseen, *bare)
    return Missing(boxes, tuple(images.ends), certain) if boxes or images.ends else None


def shows(picture: Image.Image, missing: Missing) -> bool:
    """Whether another picture has something to see in most of the places."""
    grey = picture.convert("L")
    seen = sum(_contrast(grey, box) >= _INK_CONTRAST for box in missing.boxes)
    return 2 * seen > len(missing.boxes)


def disagree(picture: Image.Image, missing: Missing) -> bool:
    """Whether another picture has an end of an image that is not black there."""
    grey = picture.convert("L")
    return any(grey_levels(grey.crop(box))[1] > _BLACK for box in missing.ends)


class _Images:
    """The larger images of a page, compared with its picture."""

    def __init__(self, page: pypdfium2.PdfPage, grey: Image.Image, number: int) -> None:
        self.unseen: list[Box] = []
        self.ends: list[Box] = []
        self.is_one_undecodable = False
        self._seen = _Seen(page, grey)
        self._boxes: list[Box] = []
        for image in images_of(page):
            box = self._seen.box(extent(placing(image)))
            if len(self._boxes) < _MOST_IMAGES and self._seen.is_large(box):
                self._boxes.append(box)
                self._compare(image, box, number)

    def touch(self, box: Box) -> bool:
        """Whether one of them stands there."""
        return any(_touch(box, image) for image in self._boxes)

    def _compare(self, image: pypdfium2.PdfImage, box: Box, number: int) -> None:
        if self._seen.is_flat(box):
            levels = decoded_levels(image)
            self.is_one_undecodable |= not levels
            self.unseen += [] if levels == 1 else [box]
            return
        rows = image.get_px_size()[1]
        last = self._seen.box(extent(placing(image), LAST_ROWS / max(rows, LAST_ROWS)))
        if is_jpeg(image):
            jpeg = jpeg_of(image)
            if jpeg is not None and jpeg.is_cut:
                raise DamagedFile(page=number)
        elif lacks_end(image, self._seen.level(last)):
            if is_packed(image):
                raise DamagedFile(page=number)
            self.ends.append(last)


class _Seen:
    """A page's picture, asked in points of the page."""

    def __init__(self, page: pypdfium2.PdfPage, grey: Image.Image) -> None:
        self._grey = grey
        self._positions = pypdfium2.PdfPosConv(page, (0, 0, *grey.size, 0))

    def box(self, points: tuple[float, float, float, float]) -> Box:
        """A rectangle of the page in pixels of the picture, without its rim."""
        left, bottom, right, top = points
        xs, ys = zip(
            self._positions.to_bitmap(left, top),
            self._positions.to_bitmap(right, bottom),
            strict=True,
        )
        width, height = self._grey.size
        return (
            min(max(min(xs) + 1, 0), width),
            min(max(min(ys) + 1, 0), height),
            min(max(max(xs) - 1, 0), width),
            min(max(max(ys) - 1, 0), height),
        )

    def is_large(self, box: Box) -> bool:
        """Whether it is more than a rule or a dot."""
        area = max(box[2] - box[0], 0) * max(box[3] - box[1], 0)
        return area > _SEEN_SHARE * self._grey.width * self._grey.height

    def is_flat(self, box: Box) -> bool:
        """Whether there is nothing to see."""
        return _contrast(self._grey, box) < _INK_CONTRAST

    def level(self, box: Box) -> float | None:
        """The one grey level there, if there is but one."""
        if box[0] >= box[2] or box[1] >= box[3]:
            return None
        low, high = grey_levels(self._grey.crop(box))
        return low if low == high else None


def _letters(word: TextWord) -> Box:
    # A font that cannot be read gives its letters a width and no height.
    left, top, right, bottom = word.box
    return left, max(min(top, bottom - (right - left) // len(word.text)), 0), right, bottom


def _contrast(grey: Image.Image, box: Box) -> float:
    low, high = grey_levels(grey.crop(box))
    return high - low


def _touch(one: Box, other: Box) -> bool:
    across = one[0] < other[2] and other[0] < one[2]
    return across and one[1] < other[3] and other[1] < one[3]


def is_packed(image: pypdfium2.PdfImage) -> bool:
    """Whether its data are pixels, packed as any data could be."""
    return all(how in _PACKED for how in image.get_filters())


def _sizes(image: pypdfium2.PdfImage) -> set[int]:
    """The bytes its pixels may take: PDFium does not tell how many bits they have."""
    columns, rows = image.get_px_size()
    channels = _CHANNELS.get(image.get_metadata().colorspace, (1, 3, 4))
    return {
        math.ceil(columns * count * bits / 8) * rows
        for count in channels
        for bits in (1, 2, 4, 8, 16)
    }


def lacks_end(image: pypdfium2.PdfImage, last: float | None) -> bool:
    """Whether an image, no JPEG, may end early.

    Args:
        image: the image; of pixels packed as data it is certain, a fax may end in black.
        last: the one grey level of its last rows; None where they are of several.
    """
    if last is None:
        return False
    if is_packed(image):
        found = len(image.get_data(decode_simple=True))
        return not any(_ALL_BUT * size <= found <= size / _ALL_BUT for size in _sizes(image))
    return last <= _BLACK and image.get_filters()[-1] in _BILEVEL
