"""Who may deliver what."""

from services.submissions.book import Book
from tests.unit.submissions.books import CLIP, MONTHS, TV, owed, plan


def test_an_agency_may_deliver_what_it_owes_and_what_it_owes_jointly() -> None:
    """Both partners of a joint duty find it under their own name."""
    alone, together = owed(TV, *MONTHS), owed(CLIP, "2026", jointly_with=("bao",))
    book = Book((plan(),), (alone, together))
    assert book.of("dai") == [alone, together]
    assert book.of("bao") == [together]
    assert book.of("ubnd") == []


def test_agencies_are_all_who_may_deliver_anything() -> None:
    """Sorted, as candidates for a misspelt name."""
    assert Book((plan(),), (owed(TV), owed(CLIP, jointly_with=("bao",)))).agencies() == ["bao", "dai"]


def test_plans_are_found_by_their_ids() -> None:
    """An output may name one."""
    assert list(Book((plan(), plan("khac")), ()).plans) == ["mau-2026", "khac"]
