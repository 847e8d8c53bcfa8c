"""Wiring of jobs: where they are kept, and who works on them in this process."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

from services.reports.answer_report import ReportQuestion, Reports, check_question
from services.reports.jobs.job_store import JobStore
from services.reports.jobs.work import work_forever
from shared.contracts.issued_reports import ReportJob
from shared.runtime import Runtime

# Reports that one process makes side by side.
AT_ONCE = 2


@dataclass(frozen=True)
class Jobs:
    """Reports for who waits for them elsewhere."""

    store: JobStore
    reports: Reports
    asked: asyncio.Event

    async def ask(self, question: ReportQuestion, asked_by: str) -> ReportJob:
        """A new job, which is begun at once where somebody has time for it. Raises what `check_question` raises, and
        TooMany."""
        await check_question(question, self.reports)
        now = datetime.now(UTC)
        # MongoDB keeps milliseconds: the first answer says no more than later ones can.
        job = await self.store.add(question, asked_by, now.replace(microsecond=now.microsecond // 1000 * 1000))
        self.asked.set()
        return job

    async def find(self, id_: str) -> ReportJob | None:
        return await self.store.find(id_)


async def begin_jobs(runtime: Runtime, reports: Reports) -> Jobs:
    """Work on jobs as long as the service lives."""
    jobs = Jobs(JobStore(runtime.mongo), reports, asyncio.Event())
    await jobs.store.ensure_indexes()
    for number in range(AT_ONCE):
        runtime.spawn(lambda: work_forever(jobs.store, reports, jobs.asked), f"report jobs {number + 1}")
    return jobs
