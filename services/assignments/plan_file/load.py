"""From a plan file's bytes to the plan, or to everything that is wrong with it."""

from services.assignments.plan_file.checks import CHECKS
from services.assignments.plan_file.decoding import decode
from services.assignments.plan_file.draft import drafted
from services.assignments.plan_file.model import PlanFile
from services.assignments.plan_file.problems import PlanError, Unreadable
from services.assignments.plan_file.reading import read


def load_plan(text: bytes, name: str) -> PlanFile:
    """The plan in the bytes of a file; `name` is how errors call the file.

    Raises PlanError with all problems that can be found in one go, sorted by line.
    """
    try:
        source, problems = read(decode(text))
    except Unreadable as error:
        raise PlanError(name, error.problems) from None
    draft, malformed = drafted(source)
    problems += malformed
    for check in CHECKS:
        problems += check(draft)
    if problems:
        raise PlanError(name, problems)
    return PlanFile.model_validate(source.data)
