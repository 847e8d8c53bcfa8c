"""Answer what was handed out, and hand out the same bytes again."""

from services.reports.answer_report import PlanName, ReportQuestion, Reports, check_question
from services.reports.issued_store import IssuedStore, Kept
from shared.contracts.issued_reports import IssuedReports
from shared.outcomes import Rejected
from shared.question import Day, Digest, Question


class IssuedQuestion(Question):
    """What was handed out of a plan, as of that day (None: of any)."""

    plan: PlanName
    as_of: Day | None = None


class DocumentQuestion(Question):
    """The document of that SHA-256."""

    sha256: Digest


async def answer_issued(question: IssuedQuestion, reports: Reports) -> IssuedReports:
    """Raises what `check_question` raises where nothing was handed out because there is no such report."""
    found = await reports.kept.listed(question.plan, question.as_of)
    if not found.reports:
        await check_question(ReportQuestion(plan=question.plan, as_of=question.as_of), reports)
    return found


async def find_issued(question: DocumentQuestion, kept: IssuedStore) -> Kept:
    """Raises Rejected where no such document was handed out."""
    found = await kept.find(question.sha256)
    if found is None:
        raise Rejected(f"no report {question.sha256} was issued; `dondoc report issued PLAN` lists those that were")
    return found
