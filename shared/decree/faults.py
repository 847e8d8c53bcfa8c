"""What is wrong with a paper, said in both languages: where, what, and what would be right."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

# A template in another font is wrong at each of its styles and lines; so many are named.
MOST_PLACES = 3


@dataclass(frozen=True)
class Fault:
    """One fault, as a sentence in each language. Where it may be at many places, `place` names it, and the sentence is
    what follows the colon; else the sentence names its place itself."""

    vi: str
    en: str
    place: tuple[str, str] | None = None


def at(place: tuple[str, str], faults: Iterable[Fault]) -> Iterator[Fault]:
    """The faults of that place, which it names in both languages."""
    return (replace(fault, place=place) for fault in faults)


def gathered(faults: Iterable[Fault]) -> list[Fault]:
    """Each fault once, with its places, as whole sentences."""
    places: dict[Fault, dict[tuple[str, str], None]] = {}
    for fault in faults:
        here = places.setdefault(replace(fault, place=None), {})
        if fault.place is not None:
            here[fault.place] = None
    return [_whole(fault, list(at)) for fault, at in places.items()]


def _whole(fault: Fault, places: list[tuple[str, str]]) -> Fault:
    if not places:
        return fault
    vi, en = (", ".join(names) for names in zip(*places[:MOST_PLACES], strict=True))
    if more := len(places) - MOST_PLACES:
        vi, en = (f"{vi} và {more} chỗ khác", f"{en} and {more} more places") if more > 0 else (vi, en)
    return Fault(f"{vi}: {fault.vi}", f"{en}: {fault.en}")
