"""Suggestions for misspelt names."""

from shared.near import near


def test_the_nearest_comes_first_and_far_ones_do_not() -> None:
    assert near("titel", ["note", "title", "tile"]) == ["title", "tile"]
    assert near("xyz", ["note", "title"]) == []


def test_case_makes_no_difference() -> None:
    """Neither that of what was written nor that of the names, which are told as they are."""
    assert near("TITEL", ["title"]) == ["title"]
    assert near("dai-pth", ["DAI-PTTH", "so-noi-vu"]) == ["DAI-PTTH"]


def test_names_that_differ_by_case_alone_are_all_told() -> None:
    assert near("tv", ["TV", "Tv"]) == ["TV", "Tv"]
    assert near("tv", ["TV", "Tv"], most=1) == ["TV"]
