"""Outputs and tallies as MongoDB keeps them."""

from datetime import date

from services.reports.tallies import Numbers, source_of, tallies_of
from services.reports.tally_documents import (
    add_numbers,
    day_document,
    month_document,
    month_name,
    output_document,
    source_named,
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
    assert "changes" not in waiting
    assert output_document(waiting, JOINT, []) == output_document(output_document(NEW, JOINT, []), None, [BACK])


def test_a_tally_is_named_by_its_source_and_its_day() -> None:
    """The source comes back out of the name, and the month is the name's beginning."""
    (at,) = {change["at"] for change in output_document(NEW, JOINT, [])["changes"]}
    assert source_named(at.rpartition("|")[0]) == source_of(JOINT)
    assert at == "mau-2023|V.7|bao|bao|2023|2023-05-02"
    assert month_name(at) == "mau-2023|V.7|bao|bao|2023|2023-05"


def test_numbers_come_back_from_their_documents() -> None:
    """Of a day and of a month, with keys that hold dots."""
    (tally,) = tallies_of([JOINT], [])
    for document in (
        day_document("mau-2023|V.7|bao|bao|2023|2023-05-02", tally.numbers),
        month_document("mau-2023|V.7|bao|bao|2023|2023-05", tally.numbers),
    ):
        read = Numbers()
        add_numbers(read, document)
        assert read == tally.numbers
        assert document["plan"] == "mau-2023"
