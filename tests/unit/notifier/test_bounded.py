"""What is kept of an occurrence that was delivered more often than anybody would."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.notifier.bounded import MOST_DELIVERED, bounded
from shared.contracts.ledger import Account, Fact, fold, standing
from tests.unit.shared.contracts.lives import KEY, assigned, delivered, excused, reviewed

FIRST = date(2026, 2, 2)
PLANNED: list[Fact] = [assigned(1, FIRST), excused(FIRST), reviewed(FIRST, False, output="o3")]
MANY: list[Fact] = [delivered(FIRST + timedelta(n % 7), output=f"o{n}") for n in range(MOST_DELIVERED + 40)]


def _kept(told: list[Fact]) -> Account:
    account = Account(KEY)
    for fact in told:
        account = bounded(fold(account, fact))
    return account


def test_as_many_as_anybody_delivers_are_all_kept() -> None:
    told = [*PLANNED, *MANY[:MOST_DELIVERED]]
    assert _kept(told).facts == frozenset(told)


@given(st.permutations([*PLANNED, *MANY]))
def test_of_more_the_first_are_kept_in_whatever_order_they_come(told: list[Fact]) -> None:
    """And all that isn't a delivery; bounded on the way or at the end is the same."""
    first = sorted(MANY, key=lambda fact: (fact.day, fact.event))[:MOST_DELIVERED]
    assert _kept(told).facts == frozenset([*PLANNED, *first])
    assert bounded(Account(KEY, frozenset(told))) == _kept(told)


def test_it_is_delivered_all_the_same() -> None:
    now, whole = (standing(one, FIRST + timedelta(30)) for one in (_kept([*PLANNED, *MANY]).facts, [*PLANNED, *MANY]))
    assert now is not None
    assert whole is not None
    assert (now.state, now.owed) == (whole.state, False)
