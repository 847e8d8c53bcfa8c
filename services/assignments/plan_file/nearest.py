"""What would be right instead of a name that isn't known."""

from collections.abc import Iterable

from shared.near import near

SHOWN = 12


def instead(wrong: str, known: Iterable[str]) -> str:
    """A hint for people: the nearest known names, or the first few of them where none is near."""
    names = list(dict.fromkeys(known))
    if like := near(wrong, names):
        return f"did you mean {' or '.join(like)}?"
    if not names:
        return "none is declared in this file"
    rest = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"known: {', '.join(names[:SHOWN])}{rest}"
