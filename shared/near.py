"""What somebody may have meant who wrote a name that isn't known."""

from collections.abc import Iterable
from difflib import get_close_matches


def near(wrong: str, known: Iterable[str], most: int = 3, cutoff: float = 0.6) -> list[str]:
    """The names like it, the nearest first, in whatever case it is written. `cutoff` is from 0, all, to 1, the same."""
    folded: dict[str, list[str]] = {}
    for name in dict.fromkeys(known):
        folded.setdefault(name.casefold(), []).append(name)
    found = get_close_matches(wrong.casefold(), folded, n=most, cutoff=cutoff)
    return [name for fold in found for name in folded[fold]][:most]
