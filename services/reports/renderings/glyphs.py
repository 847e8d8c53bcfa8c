"""Which characters the PDF's fonts can show: a document for an archive or a reader by ear may hold no other."""

from functools import lru_cache
from pathlib import Path
from unicodedata import normalize

from fontTools.ttLib import TTFont

FONTS = Path(__file__).parents[1] / "fonts"
# What no font has: it is seen that something stood there.
BOX = "□"


def shown(text: str) -> str:
    """The text in characters that each font has: others become letters that mean the same (Unicode's NFKC), else a
    box."""
    return text if text.isascii() else "".join(map(_shown, text))


@lru_cache(maxsize=4096)
def _shown(character: str) -> str:
    if character.isspace() or character in _covered():
        return character
    alike = normalize("NFKC", character)
    return alike if all(one in _covered() for one in alike) else BOX


@lru_cache(maxsize=1)
def _covered() -> frozenset[str]:
    fonts = (TTFont(file, lazy=True).getBestCmap() for file in sorted(FONTS.glob("*.ttf")))
    return frozenset(map(chr, set.intersection(*map(set, fonts))))
