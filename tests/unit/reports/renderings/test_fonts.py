"""The fonts that we carry have every letter of Vietnamese."""

import unicodedata
from itertools import product

import pytest
from fontTools.ttLib import TTFont

from services.reports.renderings.glyphs import FONTS

FACES = ("Regular", "Bold", "Italic", "BoldItalic")
VOWELS = "aăâeêioôơuưy"
TONES = ("", "\N{COMBINING GRAVE ACCENT}", "\N{COMBINING ACUTE ACCENT}", "\N{COMBINING TILDE}",
         "\N{COMBINING HOOK ABOVE}", "\N{COMBINING DOT BELOW}")  # fmt: skip


def vietnamese() -> set[str]:
    """The letters: every vowel in every tone, and đ, in both cases."""
    low = {unicodedata.normalize("NFC", vowel + tone) for vowel, tone in product(VOWELS, TONES)} | {"đ"}
    return low | {letter.upper() for letter in low}


@pytest.mark.parametrize("face", FACES)
def test_every_face_has_every_vietnamese_letter(face: str) -> None:
    """Ơ, Ư and U+1EA0 to U+1EF9 are in the cmap: Debian's version 1 of this font lacks them."""
    covered = set(TTFont(FONTS / f"LiberationSerif-{face}.ttf").getBestCmap())
    assert {letter for letter in vietnamese() if ord(letter) not in covered} == set()
    assert set(range(0x1EA0, 0x1EFA)) <= covered


def test_the_licence_lies_beside_the_fonts() -> None:
    """The Open Font License asks for its text with each copy."""
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / "OFL.txt").read_text(encoding="utf-8")
