"""The plans that these tests read, as text, and ways to change one of them."""

from pathlib import Path

from services.assignments.plan_file import PlanError, PlanFile, Problem, load_plan

ROOT = Path(__file__).parents[3]
OF_2023 = ROOT / "plans/quang-ngai-2023.yaml"
TWO_LEVELS = ROOT / "tests/plans/dong-hai-2026.yaml"
SMALL = ROOT / "tests/plans/small-2026.yaml"
LATIN_1 = ROOT / "tests/plans/latin-1.yaml"
WRONG = ROOT / "tests/plans/wrong"


def plan_of(path: Path, *changes: tuple[str, str]) -> PlanFile:
    """The plan of that file, with each first text of the pairs replaced by the second."""
    return load_plan(edited(path, *changes), path.name)


def problems_of(raw: bytes) -> list[Problem]:
    """What is wrong with the file of these bytes."""
    try:
        load_plan(raw, "plan.yaml")
    except PlanError as error:
        return error.problems
    return []


def edited(path: Path, *changes: tuple[str, str]) -> bytes:
    """The file's bytes after the changes; each must have something to change."""
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, f"{path.name} doesn't hold {old!r}"
        text = text.replace(old, new)
    return text.encode()


def line_of(raw: bytes, text: str) -> int:
    """The number of the first line that holds the text."""
    return next(n for n, line in enumerate(raw.decode().splitlines(), 1) if text in line)
