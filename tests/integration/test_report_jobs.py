"""Jobs in MongoDB: one process works on each, another takes over where it dies, and each ends."""

import asyncio
import os
import signal
from datetime import UTC, datetime, timedelta

import pytest
from nats.js import JetStreamContext

from services.reports.answer_report import Document, ReportQuestion
from services.reports.build_report import report_json
from services.reports.issued_store import IssuedStore
from services.reports.jobs import job_store
from services.reports.jobs.job_store import DIED, KEPT_FOR, LEASE, MOST_OF_ONE, MOST_TRIES, JobStore, TooMany
from services.reports.progress import progress
from shared.contracts.issued_reports import JobFailure, JobState, ReportJob, Step
from shared.mongo import Mongo
from shared.settings import Settings
from tests.harness.services import Processes
from tests.integration.test_reports_service import publish
from tests.integration.until import until
from tests.unit.reports.events import report_of, year_of_events
from tests.unit.reports.sample import AS_OF, PLAN_ID

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
QUESTION = ReportQuestion(plan=PLAN_ID)
MOMENT = timedelta(seconds=1)


@pytest.fixture
async def jobs(mongo: Mongo) -> JobStore:
    jobs = JobStore(mongo)
    await jobs.ensure_indexes()
    return jobs


async def _found(jobs: JobStore, id_: str) -> ReportJob:
    found = await jobs.find(id_)
    assert found is not None
    return found


async def test_a_job_is_claimed_by_one_process(jobs: JobStore) -> None:
    """Ten that ask at the same time: one gets it, and nobody else until its lease is over."""
    job = await jobs.add(QUESTION, "a@mau.example", NOW)
    assert (job.state, job.plan, job.asked_by) == (JobState.WAITING, PLAN_ID, "a@mau.example")
    claims = [one for one in await asyncio.gather(*(jobs.claim(NOW) for _ in range(10))) if one is not None]
    assert [(one.id, one.question, one.asked_by) for one in claims] == [(job.id, QUESTION, "a@mau.example")]
    assert await jobs.claim(NOW + LEASE - MOMENT) is None
    assert await jobs.renew(claims[0], NOW + LEASE - MOMENT)
    assert await jobs.claim(NOW + LEASE + MOMENT) is None


async def test_what_a_process_says_after_its_lease_counts_for_nothing(jobs: JobStore) -> None:
    """Another one has the job then; the first can neither end it nor tell how it is coming along."""
    job = await jobs.add(QUESTION, "a@mau.example", NOW)
    first = await jobs.claim(NOW)
    second = await jobs.claim(NOW + LEASE + MOMENT)
    assert first is not None
    assert second is not None
    assert not await jobs.renew(first, NOW + LEASE + MOMENT)
    await jobs.tell(first, progress(Step.KEEPING, "json"))
    await jobs.done(first, Document("a.json", b"{}", "0" * 64, AS_OF))
    found = await _found(jobs, job.id)
    assert (found.state, found.progress, found.sha256) == (JobState.WORKING, None, None)
    await jobs.done(second, Document("a.json", b"{}", "1" * 64, AS_OF))
    await jobs.fail(first, JobFailure(status=500, detail="x"))
    ended = await _found(jobs, job.id)
    assert (ended.state, ended.sha256, ended.size, ended.as_of) == (JobState.DONE, "1" * 64, 2, AS_OF)


async def test_a_job_that_never_ends_is_given_up(jobs: JobStore) -> None:
    """Of so many processes that died of it, no further one should."""
    job = await jobs.add(QUESTION, "a@mau.example", NOW)
    for number in range(MOST_TRIES):
        assert await jobs.claim(NOW + number * (LEASE + MOMENT)) is not None
    assert await jobs.claim(NOW + MOST_TRIES * (LEASE + MOMENT)) is None
    found = await _found(jobs, job.id)
    assert (found.state, found.failure) == (JobState.FAILED, DIED)


async def test_a_process_that_takes_its_leave_gives_its_job_back(jobs: JobStore) -> None:
    """Another one begins at once, as often as that happens."""
    await jobs.add(QUESTION, "a@mau.example", NOW)
    for _ in range(MOST_TRIES + 2):
        claim = await jobs.claim(NOW)
        assert claim is not None
        await jobs.put_back(claim)


async def test_the_oldest_job_comes_first(jobs: JobStore) -> None:
    added = [await jobs.add(QUESTION, "a@mau.example", NOW + timedelta(seconds=n)) for n in (2, 1, 3)]
    claims = [await jobs.claim(NOW + timedelta(seconds=4)) for _ in added]
    assert [one and one.id for one in claims] == [added[1].id, added[0].id, added[2].id]


async def test_who_waits_for_too_many_is_refused(jobs: JobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """An officer for so many, and all of them together; one that has ended makes room."""
    for _ in range(MOST_OF_ONE):
        await jobs.add(QUESTION, "a@mau.example", NOW)
    with pytest.raises(TooMany) as refused:
        await jobs.add(QUESTION, "a@mau.example", NOW)
    assert refused.value.of_one
    monkeypatch.setattr(job_store, "MOST_OF_ALL", MOST_OF_ONE + 1)
    await jobs.add(QUESTION, "b@mau.example", NOW)
    with pytest.raises(TooMany) as refused:
        await jobs.add(QUESTION, "c@mau.example", NOW)
    assert not refused.value.of_one
    claim = await jobs.claim(NOW)
    assert claim is not None
    await jobs.fail(claim, JobFailure(status=503, detail="x"))
    await jobs.add(QUESTION, "a@mau.example", NOW)


async def test_a_job_is_forgotten_after_a_day(jobs: JobStore, mongo: Mongo) -> None:
    """MongoDB itself removes it; its index says when."""
    await jobs.add(QUESTION, "a@mau.example", NOW)
    document = await mongo.db["report_jobs"].find_one({})
    assert document is not None
    assert document["forget_at"] == NOW + KEPT_FOR
    indexes = await mongo.db["report_jobs"].index_information()
    assert [one["expireAfterSeconds"] for one in indexes.values() if one["key"] == [("forget_at", 1)]] == [0]


@pytest.mark.timeout(400)
async def test_a_job_outlives_the_process_that_worked_on_it(
    js: JetStreamContext, settings: Settings, processes: Processes
) -> None:
    """The service is killed whenever a job is being worked on, four times: each job is done with the bytes that the
    pure functions give, or says honestly that it failed; what was told of as issued is kept whole."""
    mongo = Mongo(settings.mongo_url, settings.database("reports"))
    jobs, kept = JobStore(mongo), IssuedStore(mongo)
    async with processes("reports") as running:
        await publish(js, year_of_events())
        questions = [QUESTION.model_copy(update={"format": form}) for form in ("pdf", "xlsx", "json", "docx")]
        asked = []
        for question in questions:
            job = await jobs.add(question, "a@mau.example", datetime.now(UTC))
            asked.append(job.id)

            async def begun(name: str = job.id) -> bool:
                return (await _found(jobs, name)).state is not JobState.WAITING

            await until(begun, "somebody works on the job")
            os.kill(running.services["reports"].pid, signal.SIGKILL)
            await running.ready()
        ended = []
        for name in asked:

            async def over(name: str = name) -> bool:
                return (await _found(jobs, name)).state in (JobState.DONE, JobState.FAILED)

            await until(over, "the job ends")
            ended.append(await _found(jobs, name))
    for job in ended:
        assert job.state is JobState.DONE or job.failure is not None
        if job.sha256 is not None:
            document = await kept.find(job.sha256)
            assert document is not None
            data = b"".join([piece async for piece in kept.read(document)])
            assert len(data) == job.size
            assert job.format != "json" or data == report_json(report_of(year_of_events()))
    assert any(job.state is JobState.DONE for job in ended)
    mongo.close()
