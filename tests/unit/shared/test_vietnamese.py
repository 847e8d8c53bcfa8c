"""One word for one thing, for every thing that there is."""

import unicodedata

import pytest

from shared.contracts.ledger import State
from shared.contracts.outputs import Flag
from shared.vietnamese import FLAGS, STATES, agency_name, alphabetical, dotted, duty_title, period
from tests.unit.notifier.sample import CENTRE, DUTIES, plan


def test_every_state_and_flag_has_a_word_of_its_own() -> None:
    """A new state or flag can't be forgotten."""
    assert set(STATES) == set(State)
    assert set(FLAGS) == set(Flag)
    assert len({*STATES.values(), *FLAGS.values()}) == len(State) + len(Flag)


def test_lateness_has_one_name() -> None:
    assert FLAGS[Flag.LATE].endswith(STATES[State.MET_LATE].lower())


def test_thousands_are_set_apart_by_dots() -> None:
    assert [dotted(value) for value in (7, 1_000, 8_000_001)] == ["7", "1.000", "8.000.001"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("2023-W07", "Tuần 07/2023"),
        ("2023-02", "Tháng 02/2023"),
        ("2023-Q1", "Quý I/2023"),
        ("2023-Q4", "Quý IV/2023"),
        ("2023", "Năm 2023"),
        (None, ""),
        ("lạ", "lạ"),
    ],
)
def test_periods_are_named(name: str | None, text: str) -> None:
    """Each form of period has its Vietnamese name; what is no period stays as it is."""
    assert period(name) == text


def test_what_the_plan_does_not_know_goes_by_its_id() -> None:
    """Agencies and duties have the plan's own names; one that a revision dropped still can be spoken of."""
    assert [agency_name(plan(), who) for who in (CENTRE.id, "la")] == [CENTRE.name, "la"]
    assert [duty_title(plan(), duty) for duty in (DUTIES[0].id, "X.9")] == [DUTIES[0].title, "X.9"]


def test_names_are_in_the_order_of_dictionaries() -> None:
    """Đ after D, Ủ among the U, tones last, whatever form the letters come in."""
    names = [
        "Báo",
        "Công an",
        "Du lịch",
        "Đài",
        "Phường 1",
        "Phường An",
        "Sở Nội vụ",
        "Sở Tài chính",
        "Sở Thông tin",
        "Ủy ban",
        "Ưng",
        "Văn phòng",
    ]
    assert sorted(set(names), key=alphabetical) == names
    tones = ["ma", "mà", "mả", "mã", "má", "mạ", "măng"]
    assert sorted((unicodedata.normalize("NFD", name) for name in tones[::-1]), key=alphabetical) == [
        unicodedata.normalize("NFD", name) for name in tones
    ]
