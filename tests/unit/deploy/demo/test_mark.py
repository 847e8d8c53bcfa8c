"""The demo's plan says of itself that its figures are samples."""

from pathlib import Path

import pytest

from deploy.demo.mark import MARK, marked
from services.assignments.plan_file import load_plan

ROOT = Path(__file__).parents[4]


@pytest.mark.parametrize("path", ["plans/quang-ngai-2023.yaml", "tests/plans/dong-hai-2026.yaml"])
def test_the_title_is_marked_and_nothing_else_is_changed(path: str) -> None:
    """Every other field of the plan is read as before."""
    source = (ROOT / path).read_bytes()
    before, after = load_plan(source, "before"), load_plan(marked(source), "after")
    assert after.title == f"{before.title} {MARK}"
    assert after.model_copy(update={"title": before.title}) == before


def test_a_file_without_a_title_is_refused() -> None:
    """There is nothing to mark."""
    with pytest.raises(ValueError, match="no title"):
        marked(b"id: x")
