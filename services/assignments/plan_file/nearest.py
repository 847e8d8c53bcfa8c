"""What would be right instead of a name that isn't known."""

from collections.abc import Iterable
from difflib import get_close_matches

SHOWN = 12


def instead(wrong: str, known: Iterable[str]) -> str:
    """A hint for people: the nearest known names, or the first few of them where none is near."""
    names = list(dict.fromkeys(known))
    folded = {name.casefold(): name for name in reversed(names)}
    near = [folded[match] for match in get_close_matches(wrong.casefold(), folded, n=3, cutoff=0.6)]
    if near:
        return f"did you mean {' or '.join(near)}?"
    if not names:
        return "none is declared in this file"
    rest = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"known: {', '.join(names[:SHOWN])}{rest}"
