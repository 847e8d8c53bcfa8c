"""Work on jobs, one after the other; another process takes over where this one dies."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

from services.reports.answer_report import Reports, answer_report
from services.reports.jobs.job_store import LEASE, Claim, JobStore
from shared.contracts.issued_reports import JobFailure, Progress
from shared.delivery import NOT_NOW
from shared.logs import logger
from shared.mongo import PyMongoError
from shared.outcomes import Rejected, Retry

# How soon a job is found that another process was asked for, or left.
LOOK_EVERY = timedelta(seconds=2)
RENEW_EVERY = LEASE / 3

log = logger(__name__)


async def work_forever(jobs: JobStore, reports: Reports, asked: asyncio.Event) -> None:
    """`asked` says that there is a new job."""
    while True:
        asked.clear()
        claim = await jobs.claim(_now())
        if claim is not None:
            await _work(claim, jobs, reports)
            continue
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_EVERY.total_seconds()):
                await asked.wait()


async def _work(claim: Claim, jobs: JobStore, reports: Reports) -> None:
    async def tell(progress: Progress) -> None:
        await jobs.tell(claim, progress)

    try:
        async with _held(claim, jobs):
            document = await answer_report(claim.question, reports, claim.asked_by, tell)
            await jobs.done(claim, document)
    except asyncio.CancelledError:
        with suppress(PyMongoError):  # its lease ends by itself
            await jobs.put_back(claim)
        raise
    except Rejected as refusal:
        await jobs.fail(claim, JobFailure(status=422, detail=refusal.reason))
    except Retry as later:
        await jobs.fail(claim, JobFailure(status=503, detail=later.why))
    except NOT_NOW as away:
        log.warning("a report waits", job=claim.id, error=f"{type(away).__name__}: {away}"[:300])
        # Where MongoDB is what is away, this fails too: the lease ends, and whoever finds it again works on it.
        await jobs.fail(claim, JobFailure(status=503, detail="MongoDB or NATS is away; ask again in a moment"))
    except Exception:
        log.exception("a report failed", job=claim.id)
        await jobs.fail(claim, JobFailure(status=500, detail="the service failed on this report; its log says why"))


@asynccontextmanager
async def _held(claim: Claim, jobs: JobStore) -> AsyncIterator[None]:
    """The job is ours for the time of the block."""

    async def renew() -> None:
        ours = True
        while ours:
            ours = await jobs.renew(claim, _now())
            await asyncio.sleep(RENEW_EVERY.total_seconds())

    renewing = asyncio.create_task(renew())
    try:
        yield
    finally:
        renewing.cancel()
        with suppress(asyncio.CancelledError, *NOT_NOW):
            await renewing


def _now() -> datetime:
    return datetime.now(UTC)
