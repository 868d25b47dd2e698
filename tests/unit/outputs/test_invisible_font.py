"""The font of the text that is not seen, as FreeType and fontconfig find it."""

from __future__ import annotations

import io
import struct

import pytest
from PIL import Image, ImageDraw, ImageFont

from chartlift.outputs.invisible_font import ADVANCE, EM, SPACE, TextCodes, font_file, glyph_of_code


def test_freetype_opens_the_font_and_draws_nothing() -> None:
    font = ImageFont.truetype(io.BytesIO(font_file()), EM)
    assert font.getlength("Glucose") == 7 * ADVANCE
    page = Image.new("L", (4000, 1200), 255)
    ImageDraw.Draw(page).text((10, 10), "Glucose", font=font, fill=0)
    assert page.getextrema() == (255, 255)


def test_every_sum_of_the_font_file_is_right() -> None:
    data = font_file()
    words = struct.unpack(f">{len(data) // 4}L", data)
    assert sum(words) & 0xFFFFFFFF == 0xB1B0AFBA
    (count,) = struct.unpack(">H", data[4:6])
    for at in range(12, 12 + 16 * count, 16):
        tag, told, start, length = struct.unpack(">4sLLL", data[at : at + 16])
        padded = data[start : start + length] + b"\x00" * (-length % 4)
        found = sum(struct.unpack(f">{len(padded) // 4}L", padded)) & 0xFFFFFFFF
        assert tag == b"head" or found == told


def test_every_code_has_the_letters_glyph_and_the_space_its_own() -> None:
    glyphs = struct.unpack(">65536H", glyph_of_code())
    assert glyphs[SPACE[0]] == 2
    assert set(glyphs) == {1, 2}


@pytest.mark.parametrize("text", ["é", "ក្ស", "𝛼", "a b"])
def test_a_code_leads_back_to_what_it_stands_for(text: str) -> None:
    codes = TextCodes()
    (word,) = codes.of_word(text)
    letters = codes.of_characters(text)
    assert len(letters) == len(text)
    table = {
        int(left[1:5], 16): bytes.fromhex(right.strip("<>")).decode("utf-16-be")
        for left, _, right in (
            line.partition(" ") for line in codes.to_unicode().decode().splitlines()
        )
        if len(left) == 6 and right.startswith("<") and left != "<0000>"
    }
    assert table[word] == text
    assert "".join(table[letter] for letter in letters) == text


def test_more_different_words_than_codes_are_spelled_letter_by_letter() -> None:
    codes = TextCodes()
    for number in range(70_000):
        (*_, last) = codes.of_word(f"{number:05d}")
    assert len(codes.of_word("99999")) == 5
    assert last < 0x10000
    assert len(codes.of_characters("".join(map(chr, range(0x4E00, 0x9000))))) > 16_000


def test_a_word_longer_than_a_code_can_stand_for_is_spelled() -> None:
    assert len(TextCodes().of_word("ក" * 200)) == 200
