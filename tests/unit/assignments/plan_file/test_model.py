"""The plan file's shape."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from services.assignments.plan_file import PlanFile
from services.assignments.plan_file.model import Window
from tests.unit.assignments.sample import OF_2023, SMALL, TWO_LEVELS, plan_of


@pytest.mark.parametrize("path", [OF_2023, TWO_LEVELS, SMALL], ids=lambda path: path.stem)
def test_kept_and_read_back(path: Path) -> None:
    """A plan kept as JSON is read back as it was."""
    plan = plan_of(path)
    assert PlanFile.model_validate(plan.model_dump(mode="json")) == plan
    assert PlanFile.model_validate_json(plan.model_dump_json()) == plan


def test_defaults() -> None:
    """Five working days to register, nobody coordinates, nothing is joint or directed."""
    plan = plan_of(SMALL)
    (duty,) = plan.duties
    assert plan.register_within == 5
    assert (duty.joint, duty.directed, duty.register_within, duty.window, duty.periods) == (
        False,
        False,
        None,
        None,
        None,
    )
    assert duty.coordinating.text is None


def test_duty_by_id() -> None:
    """A duty is found by its id."""
    plan = plan_of(SMALL)
    assert plan.duty("I.1") is plan.duties[0]
    assert plan.duty("I.2") is None


def test_frozen() -> None:
    """A plan that was checked can't be changed afterwards."""
    plan = plan_of(SMALL)
    with pytest.raises(ValidationError, match="frozen"):
        plan.year = 2027  # type: ignore[misc]


def test_keys_of_the_file_and_of_the_code() -> None:
    """`from` and `until` in the file are start and end in the code; both are understood."""
    written = Window.model_validate({"from": "2026-01-02", "until": "2026-01-03"})
    assert written == Window(start=written.start, end=written.end)
