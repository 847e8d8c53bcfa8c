"""The fold of facts into an account: what makes replays, repeats and disorder harmless."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.ledger import FACT, Account, Fact, fold, standing
from tests.unit.shared.contracts.lives import KEY, days, facts

# An event tells one fact of an occurrence, so two facts never have the same event.
histories = st.lists(facts, max_size=12, unique_by=lambda fact: fact.event)


def _account(told: list[Fact]) -> Account:
    account = Account(KEY)
    for fact in told:
        account = fold(account, fact)
    return account


@given(st.data(), histories)
def test_the_order_of_facts_does_not_matter(data: st.DataObject, told: list[Fact]) -> None:
    """Any order of the same facts gives the same account, and so the same standing on every day."""
    assert _account(data.draw(st.permutations(told))) == _account(told)


@given(histories, histories)
def test_facts_told_again_change_nothing(told: list[Fact], again: list[Fact]) -> None:
    """A repeat, whenever it comes, leaves the account as it is."""
    repeats = [fact for fact in again if fact in told]
    assert _account([*told, *repeats, *told]) == _account(told)


@given(histories, days)
def test_the_standing_does_not_depend_on_the_order_of_the_set(told: list[Fact], as_of: date) -> None:
    """What the facts come to is the same for every order in which they are read."""
    assert standing(told, as_of) == standing(reversed(told), as_of)


@given(histories, days)
def test_the_past_is_never_rewritten(told: list[Fact], as_of: date) -> None:
    """What is told of later days leaves the standing as of an earlier day untouched."""
    assert standing(told, as_of) == standing([fact for fact in told if fact.day <= as_of], as_of)


@given(facts)
def test_a_fact_survives_its_stored_form(fact: Fact) -> None:
    """Stores keep facts as JSON; what is read back is the same fact, of the same kind."""
    assert FACT.validate_python(fact.model_dump(mode="json")) == fact


def test_an_account_of_nothing_stands_nowhere() -> None:
    """An occurrence of which nothing is told isn't in the plan."""
    assert standing(Account(KEY).facts, date(2026, 2, 1)) is None


def test_an_unknown_kind_of_fact_is_refused() -> None:
    """A store that holds what this release doesn't know is found out instead of misread."""
    with pytest.raises(ValueError, match="fact"):
        FACT.validate_python({"fact": "forgotten", "event": "e", "day": "2026-01-01"})
