"""Why a digest has nothing to say any more."""

from datetime import date

import pytest

from services.notifier.rules import Digest
from services.notifier.sending.dropped import SETTLED, why_dropped
from shared.contracts.ledger import Fact, Withdrawn
from shared.contracts.reminders import ReminderItem, Rung
from tests.unit.notifier.sample import PLAN, account, assigned, delivered, excused, extended, key

DAY = date(2023, 3, 8)
WITHDRAWN = Withdrawn(event="withdrawn", day=DAY, revision=4)
JANUARY, FEBRUARY = key("III.2", "tt-a", "2023-01"), key("III.2", "tt-a", "2023-02")


def why(first: tuple[Fact, ...], second: tuple[Fact, ...]) -> str:
    items = tuple(ReminderItem(occurrence=at, rung=Rung.OVERDUE) for at in (JANUARY, FEBRUARY))
    given = (account(JANUARY, assigned("2023-01"), *first), account(FEBRUARY, assigned("2023-02"), *second))
    return why_dropped(Digest(PLAN, "tt-a", DAY, items), {one.key: one for one in given}, DAY)


@pytest.mark.parametrize(
    ("fact", "words"),
    [
        (delivered(DAY), "đã ghi nhận sản phẩm"),
        (excused(DAY), "không phải thực hiện, theo 01/mẫu"),
        (extended(DAY, date(2023, 3, 13)), "được gia hạn theo 02/CV-mẫu, hạn ghi nhận mới 20/03/2023"),
        (WITHDRAWN, "không còn trong kế hoạch"),
    ],
)
def test_it_is_true_of_what_happened(fact: Fact, words: str) -> None:
    """Who delivered, was exempted or given another date is told apart; said once of all to which the same happened."""
    assert why((fact,), (fact,)) == words


def test_each_reason_is_told() -> None:
    """Also that of a plan by which it isn't its turn any more."""
    assert why((delivered(DAY),), ()) == "đã ghi nhận sản phẩm; không còn đến lượt nhắc theo kế hoạch hiện nay"


def test_a_mail_that_was_for_news_alone() -> None:
    """Names no occurrence: what it was to tell is settled."""
    assert why_dropped(Digest(PLAN, "dieu-phoi", DAY, ()), {}, DAY) == SETTLED
