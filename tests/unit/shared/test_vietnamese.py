"""One word for one thing, for every thing that there is."""

from shared.contracts.ledger import State
from shared.contracts.outputs import Flag
from shared.vietnamese import FLAGS, STATES, dotted


def test_every_state_and_flag_has_a_word_of_its_own() -> None:
    """A new state or flag can't be forgotten."""
    assert set(STATES) == set(State)
    assert set(FLAGS) == set(Flag)
    assert len({*STATES.values(), *FLAGS.values()}) == len(State) + len(Flag)


def test_lateness_has_one_name() -> None:
    assert FLAGS[Flag.LATE].endswith(STATES[State.MET_LATE].lower())


def test_thousands_are_set_apart_by_dots() -> None:
    assert [dotted(value) for value in (7, 1_000, 8_000_001)] == ["7", "1.000", "8.000.001"]
