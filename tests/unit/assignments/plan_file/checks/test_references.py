"""Every name that the file uses is one that it declares."""

import pytest

from services.assignments.plan_file.checks.references import REFERENCES, declared
from services.assignments.plan_file.reading import read
from tests.unit.assignments.sample import SMALL, TWO_LEVELS, edited, problems_of


def test_declared() -> None:
    """What a file declares, by what it names."""
    source, _ = read(SMALL.read_text(encoding="utf-8"))
    assert declared(source) == {
        "agency": ["so-a", "ubnd"],
        "duty": ["I.1"],
        "kind": ["department", "committee"],
        "group": ["departments"],
        "heading": ["radio"],
        "channel": ["radio"],
        "topic": [],
    }


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("recipient: ubnd", "recipient: ubn", "recipient: unknown agency 'ubn'; did you mean ubnd?"),
        ("agencies: [bao-ptth]}\nhead", "agencies: [bao]}\nhead", "groups.everybody.agencies: unknown agency 'bao'"),
        ("except: [so-noi-vu]", "except: [so-noi]", "duty 1.4: performers.except: unknown agency 'so-noi'"),
        (
            "{groups: [everybody], text",
            "{groups: [every], text",
            "duty 2.1: coordinating.groups: unknown group 'every'",
        ),
        ('["1", "2"]', '["1", "3"]', "duty 1.1: topics: unknown topic '3'"),
    ],
)
def test_unknown_names(old: str, new: str, message: str) -> None:
    """Each place where a name is used is looked up."""
    path = SMALL if old.startswith("recipient") else TWO_LEVELS
    changed = edited(path, (old, new)) if path == SMALL else edited(TWO_LEVELS, (old, new))
    assert any(message in problem.message for problem in problems_of(changed))


def test_every_reference_has_something_to_name() -> None:
    """The table of references speaks only of things that a file declares."""
    kinds = {thing for _, things in REFERENCES for thing in things}
    assert kinds == {"agency", "duty", "kind", "group", "heading", "channel", "topic"}
