"""A JPEG without its remarks is the same picture."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from chartlift.errors import DamagedFile
from chartlift.outputs.stored_pictures import without_remarks

NAME = b"Sok Dara"


def photograph() -> Image.Image:
    grain = np.random.default_rng(3).integers(0, 256, (120, 160, 3)).astype(np.uint8)
    return Image.fromarray(grain)


def jpeg(**save: object) -> bytes:
    exif = Image.Exif()
    exif[0x010E], exif[0x013B] = "Sok Dara", "Sok Dara"
    out = io.BytesIO()
    photograph().save(out, "JPEG", exif=exif, comment=NAME, xmp=NAME, **save)
    return out.getvalue()


def pixels(data: bytes) -> list[int]:
    with Image.open(io.BytesIO(data)) as picture:
        return list(picture.convert("RGB").tobytes())


@pytest.mark.parametrize(
    "save",
    [
        {"quality": 95},
        {"progressive": True},
        {"restart_marker_blocks": 2},
        {"quality": 20, "subsampling": 2, "optimize": True},
        {"icc_profile": b"profile" * 20},
    ],
)
def test_the_picture_stays_and_the_names_go(save: dict[str, object]) -> None:
    data = jpeg(**save)
    kept = b"".join(without_remarks(data))
    assert NAME in data
    assert NAME not in kept
    assert pixels(kept) == pixels(data)
    assert (b"profileprofile" in kept) == ("icc_profile" in save)


def test_the_second_picture_of_a_telephones_file_goes() -> None:
    out = io.BytesIO()
    photograph().save(out, "MPO", save_all=True, append_images=[photograph()])
    data = out.getvalue() + NAME
    kept = b"".join(without_remarks(data))
    assert kept.count(b"\xff\xd9") == 1
    assert NAME not in kept
    assert pixels(kept) == pixels(data)


@pytest.mark.parametrize("cut", [10, 300, 2000])
def test_a_file_that_ends_early_ends_all_the_same(cut: int) -> None:
    assert b"".join(without_remarks(jpeg()[:cut])).endswith(b"\xff\xd9")


def test_what_is_no_chain_of_segments_is_damaged() -> None:
    with pytest.raises(DamagedFile):
        b"".join(without_remarks(b"\xff\xd8 no JPEG at all"))
