"""Every wrong plan file in tests/plans/wrong is refused, on the lines and in the words that its comments give."""

from pathlib import Path

import pytest

from services.assignments.plan_file import PlanError, load_plan
from tests.unit.assignments.sample import SMALL, WRONG, problems_of

FILES = sorted(WRONG.glob("*.yaml"))


def expected(path: Path) -> list[tuple[int, str]]:
    """The lines with a comment `# WRONG: message`, or more than one, parted by two semicolons."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        _, mark, messages = line.partition("# WRONG: ")
        found += [(number, message) for message in messages.split(" ;; ") if mark]
    return found


def test_there_are_wrong_files() -> None:
    """The folder is found, and every file in it says what is wrong."""
    assert len(FILES) > 30
    assert all(expected(path) for path in FILES)


def test_starting_point_is_right() -> None:
    """What the wrong files were made from has no problem."""
    assert problems_of(SMALL.read_bytes()) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_wrong_file(path: Path) -> None:
    """The file is refused for exactly what its comments say, sorted by line."""
    with pytest.raises(PlanError) as refusal:
        load_plan(path.read_bytes(), path.name)
    found = [(problem.line, problem.message) for problem in refusal.value.problems]
    wanted = expected(path)
    assert sorted(line for line, _ in found) == sorted(line for line, _ in wanted)
    assert found == sorted(found)
    for line, message in wanted:
        assert any(line == at and message in told for at, told in found), (line, message, found)
