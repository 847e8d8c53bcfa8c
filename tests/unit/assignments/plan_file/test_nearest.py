"""What would be right instead of a name that isn't known."""

from services.assignments.plan_file.nearest import instead


def test_near() -> None:
    """A slip of the finger gets what was meant."""
    assert instead("so-noi-vụ", ["so-tu-phap", "so-noi-vu"]) == "did you mean so-noi-vu?"


def test_case_does_not_matter() -> None:
    """A name in other capitals is near, and is shown as it is declared."""
    assert instead("iii.10A", ["III.1", "III.10a"]).startswith("did you mean III.10a")


def test_several_near() -> None:
    """Where several are near, the three nearest are named."""
    assert instead("tt-1", ["tt-2", "tt-3", "tt-4", "tt-5"]).count(" or ") == 2


def test_none_near() -> None:
    """Where none is near, the known ones are named."""
    assert instead("xyz", ["so-a", "so-b"]) == "known: so-a, so-b"


def test_many_known() -> None:
    """A long registry isn't printed whole."""
    hint = instead("xyz", [f"agency-{n}" for n in range(40)])
    assert hint.endswith("agency-11 and 28 more")


def test_nothing_declared() -> None:
    """Without anything declared the hint says so."""
    assert instead("xyz", []) == "none is declared in this file"
