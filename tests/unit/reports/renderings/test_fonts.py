"""The fonts that we carry have every letter of Vietnamese."""

import struct
import unicodedata
from itertools import product

import pytest

from services.reports.renderings.pdf import FONTS

FACES = ("Regular", "Bold", "Italic", "BoldItalic")
VOWELS = "aăâeêioôơuưy"
TONES = ("", "\N{COMBINING GRAVE ACCENT}", "\N{COMBINING ACUTE ACCENT}", "\N{COMBINING TILDE}",
         "\N{COMBINING HOOK ABOVE}", "\N{COMBINING DOT BELOW}")  # fmt: skip


def vietnamese() -> set[str]:
    """The letters: every vowel in every tone, and đ, in both cases."""
    low = {unicodedata.normalize("NFC", vowel + tone) for vowel, tone in product(VOWELS, TONES)} | {"đ"}
    return low | {letter.upper() for letter in low}


def mapped(font: bytes) -> set[int]:
    """The code points of a TrueType font's Unicode cmap of format 4 (OpenType 1.9, `cmap`)."""
    tables = {font[12 + 16 * n : 16 + 16 * n]: 12 + 16 * n for n in range(struct.unpack_from(">H", font, 4)[0])}
    (start,) = struct.unpack_from(">I", font, tables[b"cmap"] + 8)
    (count,) = struct.unpack_from(">H", font, start + 2)
    found: set[int] = set()
    for n in range(count):
        platform, _, offset = struct.unpack_from(">HHI", font, start + 4 + 8 * n)
        form, _, _, doubled = struct.unpack_from(">4H", font, start + offset)
        if platform not in (0, 3) or form != 4:
            continue
        segments = doubled // 2
        ends = struct.unpack_from(f">{segments}H", font, start + offset + 14)
        starts = struct.unpack_from(f">{segments}H", font, start + offset + 16 + doubled)
        for first, last in zip(starts, ends, strict=True):
            found |= set(range(first, last + 1))
    return found


@pytest.mark.parametrize("face", FACES)
def test_every_face_has_every_vietnamese_letter(face: str) -> None:
    """Ơ, Ư and U+1EA0 to U+1EF9 are in the cmap: Debian's version 1 of this font lacks them."""
    covered = mapped((FONTS / f"LiberationSerif-{face}.ttf").read_bytes())
    assert {letter for letter in vietnamese() if ord(letter) not in covered} == set()
    assert set(range(0x1EA0, 0x1EFA)) <= covered


def test_the_licence_lies_beside_the_fonts() -> None:
    """The Open Font License asks for its text with each copy."""
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / "OFL.txt").read_text(encoding="utf-8")
