"""Outputs and tallies as MongoDB keeps them."""

from datetime import date

from services.reports.tallies import source_of, tallies_of
from services.reports.tally_documents import (
    day_changes,
    day_document,
    month_document,
    month_name,
    numbers_in,
    output_document,
    source_name,
    source_named,
    sum_document,
    told_by,
)
from shared.contracts.outputs import Flag
from tests.unit.reports.sample import output, review

NEW = {"_id": "o", "reviews": []}
JOINT = output("o", "V.7", "bao", date(2023, 5, 2), period="2023", topics=("II.3a",), flags=(Flag.EXTRA, Flag.REUSE))
BACK = review(JOINT, 1, date(2023, 5, 9), accepted=False)


def test_a_document_gives_back_what_went_in() -> None:
    """The event and its reviews, whole."""
    assert told_by(output_document(NEW, JOINT, [BACK])) == (JOINT, [BACK])


def test_what_is_told_again_changes_no_document() -> None:
    """A repeat leaves the very document, so nothing is written for it."""
    known = output_document(NEW, JOINT, [BACK])
    assert output_document(known, JOINT, [BACK]) is known
    assert output_document(known, JOINT, []) is known


def test_a_review_may_come_before_its_output() -> None:
    """It waits, counts nothing, and the end is the same in both orders."""
    waiting = output_document(NEW, None, [BACK])
    assert day_changes(waiting) == {}
    assert output_document(waiting, JOINT, []) == output_document(output_document(NEW, JOINT, []), None, [BACK])


def test_a_tally_is_named_by_its_source_and_its_day() -> None:
    """The source comes back out of the name, and the month is the name's beginning."""
    (at,) = day_changes(output_document(NEW, JOINT, []))
    assert source_named(source_name(at)) == source_of(JOINT)
    assert at == "mau-2023|V.7|bao|bao|2023|2023-05-02"
    assert month_name(at) == "mau-2023|V.7|bao|bao|2023|2023-05"


def test_what_an_output_changes_is_told_day_by_day() -> None:
    """One more on the day of its registration, one fewer on the day on which it was sent back."""
    grown = day_changes(output_document(NEW, JOINT, [BACK]))
    told = [(at.rpartition("|")[2], numbers.recorded, numbers.outputs) for at, numbers in grown.items()]
    assert told == [("2023-05-02", 1, 1), ("2023-05-09", 0, -1)]


def test_a_sum_holds_the_first_days_alone() -> None:
    """Days that others precede in both are left out, and each that is left counts one."""
    (tally,) = tallies_of([JOINT, JOINT.model_copy(update={"output": "p"})], [])
    tally.numbers.days[date(2023, 5, 3), JOINT.published_on] = 1
    read = numbers_in(sum_document("mau-2023|V.7|bao|bao|2023", tally.numbers))
    assert read.days == {(JOINT.day, JOINT.published_on): 1}
    assert read.outputs == 2


def test_numbers_come_back_from_their_documents() -> None:
    """Of a day, of a month and of a source, with keys that hold dots."""
    (tally,) = tallies_of([JOINT], [])
    for document in (
        day_document("mau-2023|V.7|bao|bao|2023|2023-05-02", tally.numbers),
        month_document("mau-2023|V.7|bao|bao|2023|2023-05", tally.numbers),
        sum_document("mau-2023|V.7|bao|bao|2023", tally.numbers),
    ):
        assert numbers_in(document) == tally.numbers
        assert document["plan"] == "mau-2023"
