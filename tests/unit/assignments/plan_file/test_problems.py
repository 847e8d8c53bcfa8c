"""What is wrong with a plan file, and on which line."""

from services.assignments.plan_file.problems import PlanError, Problem


def test_text() -> None:
    """The error's text is `file:line: message` a line, by line, each once."""
    error = PlanError("p.yaml", [Problem(9, "b"), Problem(2, "a"), Problem(9, "b"), Problem(10, "c")])
    assert str(error) == "p.yaml:2: a\np.yaml:9: b\np.yaml:10: c"
    assert [problem.line for problem in error.problems] == [2, 9, 10]
