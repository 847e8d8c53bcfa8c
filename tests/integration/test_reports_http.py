"""Reports over HTTP on real servers: the bytes that every other way gives, kept, and for officers alone."""

import asyncio
import json
import os
import pty
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import nats
import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext

from services.reports.answer_report import ReportQuestion
from services.reports.build_report import report_json
from services.reports.jobs.job_store import JobStore
from shared.ask import ask, request_body
from shared.contracts.http_api import CSRF_HEADER, PREFIX, REPORTS
from shared.contracts.officers import OPERATOR
from shared.contracts.registry import decode
from shared.contracts.report import FORMATS, MEDIA_TYPES
from shared.mongo import Mongo
from shared.settings import Settings
from shared.topology import EVENTS
from tests.harness.http import Answered, request
from tests.harness.inbox import Inbox
from tests.integration.officer_desk import OFFICER, VIEWER, OfficerDesk, open_officer_desk
from tests.integration.test_reports_service import WITHIN, publish
from tests.integration.until import until
from tests.unit.reports.events import report_of, year_of_events
from tests.unit.reports.sample import AS_OF, PLAN_ID

HALF = date(2023, 6, 30)
JSON = {"Content-Type": "application/json"}


@pytest.fixture
async def desk(settings: Settings, js: JetStreamContext, nc: Client, inbox: Inbox) -> AsyncIterator[OfficerDesk]:
    """The service with its web server, and the year in the log."""
    async with open_officer_desk(settings, nc, inbox) as desk:
        await publish(js, year_of_events())
        yield desk


async def _token(desk: OfficerDesk, officer: str) -> dict[str, str]:
    answer = await ask(desk.nc, "dondoc.reports.officer_token", request_body(email=officer), WITHIN)
    return {"Authorization": f"Bearer {json.loads(answer)['token']}"}


async def _post(desk: OfficerDesk, headers: Mapping[str, str], **question: object) -> Answered:
    body = json.dumps(question).encode()
    return await request("POST", desk.url + PREFIX + REPORTS, body, {**JSON, **headers})


async def _get(desk: OfficerDesk, headers: Mapping[str, str], path: str) -> Answered:
    return await request("GET", desk.url + path, None, headers)


async def _ended(desk: OfficerDesk, headers: Mapping[str, str], asked: Answered) -> dict[str, Any]:
    """The job when it is done or failed."""
    assert asked.status == 202, asked.body
    found: dict[str, Any] = {}

    async def over() -> bool:
        answer = await _get(desk, headers, asked.headers["Location"])
        assert answer.status == 200
        found.update(answer.json)
        assert ("Retry-After" in answer.headers) == (found["state"] in ("waiting", "working"))
        return found["state"] in ("done", "failed")

    await until(over, "the report is made")
    assert found["asked_at"] == asked.json["asked_at"]
    return found


def _question(**changes: object) -> bytes:
    return json.dumps({"plan": PLAN_ID, **changes}).encode()


def _run(environ: Mapping[str, str], *arguments: object) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-P", "-m", "deploy.cli", "report", *map(str, arguments)]
    return subprocess.run(command, env=environ, capture_output=True, timeout=120, check=False)


async def test_every_way_gives_the_same_bytes(
    desk: OfficerDesk, environ: dict[str, str], settings: Settings, tmp_path: Path
) -> None:
    """By command, by plain nats-py, and by curl alone: the JSON of the pure functions. What was issued is listed once
    for the operator, of the command and of NATS, and once for the officer, and fetched again it is the same."""
    expected = report_json(report_of(year_of_events(), HALF))
    digest = sha256(expected).hexdigest()
    done = await asyncio.to_thread(_run, environ, PLAN_ID, "--as-of", HALF, "-o", tmp_path / "command.json")
    assert (done.returncode, done.stderr) == (0, b"")
    assert (tmp_path / "command.json").read_bytes() == expected

    plain = await nats.connect(settings.nats_url)
    reply = await plain.request("dondoc.reports.report", json.dumps({"plan": PLAN_ID, "as_of": str(HALF)}).encode(), 30)
    await plain.close()
    assert reply.data == expected

    bearer = (await _token(desk, OFFICER))["Authorization"]
    script = f"""
    set -eu
    curl -sS -o asked.json -D headers -H 'Authorization: {bearer}' -H 'Content-Type: application/json' \
        -d '{{"plan": "{PLAN_ID}", "as_of": "{HALF}"}}' {desk.url}/v1/reports
    where=$(tr -d '\\r' < headers | sed -n 's/^location: //Ip')
    rm headers
    curl -sS --retry 50 --retry-all-errors --retry-delay 1 -f -H 'Authorization: {bearer}' \
        -o curl.json {desk.url}$where/document
    """
    curl = await asyncio.to_thread(
        subprocess.run, ["/bin/sh", "-c", script], cwd=tmp_path, capture_output=True, timeout=120, check=False
    )
    assert curl.returncode == 0, curl.stderr
    assert (tmp_path / "curl.json").read_bytes() == expected

    listed = await asyncio.to_thread(_run, environ, "issued", PLAN_ID, "--json")
    reports = json.loads(listed.stdout)["reports"]
    assert [(one["sha256"], one["size"], one["as_of"]) for one in reports] == [(digest, len(expected), str(HALF))] * 2
    assert [one["issued_by"] for one in reports] == [OFFICER, OPERATOR]
    shown = await asyncio.to_thread(_run, environ, "issued", PLAN_ID)
    assert shown.stdout.decode().count(digest) == 2
    fetched = await asyncio.to_thread(_run, environ, "fetch", digest, "-o", tmp_path / "again.json")
    assert fetched.returncode == 0, fetched.stderr
    assert (tmp_path / "again.json").read_bytes() == expected
    never = await asyncio.to_thread(_run, environ, "fetch", "0" * 64, "-o", tmp_path / "never")
    assert (never.returncode, b"was issued" in never.stderr) == (1, True)
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == [
        "again.json",
        "asked.json",
        "command.json",
        "curl.json",
    ]


async def test_a_terminal_shows_progress_and_a_pipe_none(desk: OfficerDesk, environ: dict[str, str]) -> None:
    """What is being done is drawn on a terminal; the document on the standard output is the same."""
    theirs, ours = pty.openpty()
    command = [sys.executable, "-P", "-m", "deploy.cli", "report", PLAN_ID, "--format", "xlsx", "-o", "-"]
    running = await asyncio.create_subprocess_exec(
        *command, env={**environ, "TERM": "xterm"}, stdout=asyncio.subprocess.PIPE, stderr=ours
    )
    os.close(ours)
    drawn = asyncio.create_task(asyncio.to_thread(_read, theirs))
    document, _ = await running.communicate()
    assert "the document" in (await drawn).decode()
    piped = await asyncio.to_thread(_run, environ, PLAN_ID, "--format", "xlsx", "-o", "-")
    assert (piped.stdout, piped.stderr) == (document, b"")


def _read(descriptor: int) -> bytes:
    drawn = b""
    try:
        while piece := os.read(descriptor, 4096):
            drawn += piece
    except OSError:  # the last writer is gone
        pass
    os.close(descriptor)
    return drawn


async def test_every_format_comes_as_a_file_of_its_type(desk: OfficerDesk) -> None:
    """An attachment with its name, its media type and its SHA-256 as ETag; who has the bytes already gets none."""
    headers = await _token(desk, OFFICER)
    for form in FORMATS:
        job = await _ended(desk, headers, await _post(desk, headers, plan=PLAN_ID, format=form))
        assert job["state"] == "done", job
        answer = await _get(desk, headers, job["document"])
        assert (answer.status, answer.headers["Content-Type"]) == (200, MEDIA_TYPES[form])
        assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="{PLAN_ID}-{AS_OF}.{form}"')
        tag = answer.headers["ETag"]
        assert tag == f'"{sha256(answer.body).hexdigest()}"' == f'"{job["sha256"]}"'
        again = await _get(desk, {**headers, "If-None-Match": tag}, job["document"])
        assert (again.status, again.body, again.headers["ETag"]) == (304, b"", tag)
        issued = await _get(desk, headers, f"/v1/issued/{job['sha256']}")
        assert issued.body == answer.body


async def test_an_earlier_day_is_answered_as_on_that_day(
    settings: Settings, js: JetStreamContext, nc: Client, inbox: Inbox
) -> None:
    """Asked on 30 June and, with the whole year in the log, as of 30 June: one document, issued once to each asker."""
    async with open_officer_desk(settings, nc, inbox) as desk:
        whole = year_of_events()
        then = year_of_events(HALF)
        await publish(js, then)
        headers = await _token(desk, OFFICER)
        first = await _ended(desk, headers, await _post(desk, headers, plan=PLAN_ID))
        assert first["as_of"] == str(HALF)
        known = {name for name, _ in then}
        await publish(js, [one for one in whole if one[0] not in known])
        later = await _ended(desk, headers, await _post(desk, headers, plan=PLAN_ID, as_of=str(HALF)))
        assert later["sha256"] == first["sha256"]
        today = await _ended(desk, headers, await _post(desk, headers, plan=PLAN_ID))
        assert today["sha256"] != first["sha256"]
        listed = (await _get(desk, headers, f"/v1/reports?plan={PLAN_ID}&as_of={HALF}")).json
        assert [one["sha256"] for one in listed["reports"]] == [first["sha256"]]


async def test_twenty_at_once_are_one_document(desk: OfficerDesk, js: JetStreamContext) -> None:
    """Each asker gets it, its bytes are kept once, and the log is told once."""
    headers = await _token(desk, OFFICER)
    asked = await asyncio.gather(*(_post(desk, headers, plan=PLAN_ID, format="docx") for _ in range(20)))
    jobs = await asyncio.gather(*(_ended(desk, headers, one) for one in asked))
    assert {job["state"] for job in jobs} == {"done"}
    (digest,) = {job["sha256"] for job in jobs}
    assert len({job["id"] for job in jobs}) == 20
    listed = (await _get(desk, headers, f"/v1/reports?plan={PLAN_ID}")).json["reports"]
    assert [(one["sha256"], one["issued_by"]) for one in listed] == [(digest, OFFICER)]
    issued = await js.subscribe("dondoc.report.issued.*", stream=EVENTS, ordered_consumer=True)
    message = await issued.next_msg(timeout=WITHIN.total_seconds())
    assert decode(message.data)[1].model_dump()["sha256"] == digest
    assert message.metadata.num_pending == 0


async def test_a_comparison_is_told(desk: OfficerDesk, js: JetStreamContext) -> None:
    """The event and the list say beside which other report the figures stand."""
    headers = await _token(desk, OFFICER)
    await _ended(desk, headers, await _post(desk, headers, plan=PLAN_ID, compare_to=str(HALF)))
    (one,) = (await _get(desk, headers, f"/v1/reports?plan={PLAN_ID}")).json["reports"]
    assert (one["compared_plan"], one["compared_as_of"]) == (PLAN_ID, str(HALF))
    issued = await js.subscribe("dondoc.report.issued.*", stream=EVENTS, ordered_consumer=True)
    event = decode((await issued.next_msg(timeout=WITHIN.total_seconds())).data)[1].model_dump(mode="json")
    assert (event["issued_by"], event["compared_plan"], event["compared_as_of"]) == (OFFICER, PLAN_ID, str(HALF))


async def test_who_may_what(desk: OfficerDesk) -> None:
    """Nobody gets in without a token; a viewer sees everything and asks for nothing."""
    headers, viewer = await _token(desk, OFFICER), await _token(desk, VIEWER)
    job = await _ended(desk, headers, await _post(desk, headers, plan=PLAN_ID))
    paths = (
        f"/v1/reports?plan={PLAN_ID}",
        f"/v1/reports/{job['id']}",
        job["document"],
        f"/v1/issued/{job['sha256']}",
    )
    for path in paths:
        assert (await _get(desk, viewer, path)).status == 200
        for wrong in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Basic eDp5"}, {"Cookie": "dondoc_desk=x"}):
            answer = await _get(desk, wrong, path)
            assert (answer.status, answer.headers["Content-Type"]) == (401, "application/problem+json")
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    refused = await _post(desk, viewer, plan=PLAN_ID)
    assert (refused.status, "needs the role officer" in refused.json["detail"]) == (403, True)
    assert (await _post(desk, {}, plan=PLAN_ID)).status == 401


async def test_a_sessions_cookie_needs_its_own_word(desk: OfficerDesk) -> None:
    """With the cookie of the desk a question comes with the session's csrf, and from no other site; signed out, the
    cookie is dead."""
    browser = await desk.signed_in(OFFICER)
    cookie = {"Cookie": f"dondoc_desk={browser.cookie}"}
    assert (await _get(desk, cookie, f"/v1/reports?plan={PLAN_ID}")).status == 200
    for wrong in ({}, {CSRF_HEADER: "x"}, {CSRF_HEADER: browser.csrf, "Sec-Fetch-Site": "cross-site"}):
        assert (await _post(desk, {**cookie, **wrong}, plan=PLAN_ID)).status == 403
    assert (await _post(desk, {**cookie, CSRF_HEADER: browser.csrf}, plan=PLAN_ID)).status == 202
    # As the browser itself sends it: the cookie counts here too, not at the desk's pages alone.
    own = await browser.client.post("/v1/reports", json={"plan": PLAN_ID}, headers={CSRF_HEADER: browser.csrf})
    assert own.status_code == 202
    assert (await browser.post("/ra")).status_code == 303
    assert (await _get(desk, cookie, f"/v1/reports?plan={PLAN_ID}")).status == 401


async def test_what_is_wrong_is_said_as_a_problem(desk: OfficerDesk) -> None:
    """Each with its status, a pointer and what would be right, before anybody waits for it."""
    headers = await _token(desk, OFFICER)
    where = desk.url + PREFIX + REPORTS
    wrong = (
        (
            b"",
            400,
            [""],
            "the question is no JSON object; send a JSON object with plan, as_of, format, compare_to, compare_plan",
        ),
        (b'{"plan": "x", "as_of": "hom nay"}', 400, ["/as_of"], "write it as 2023-06-30"),
        (b'{"plan": "x", "asof": 1, "format": 2}', 400, ["/format", "/asof"], "can't hold 'asof'"),
        (b'{"plan": "' + b"x" * 20_000 + b'"}', 413, None, "larger than 10000 bytes"),
        (_question(format="odt"), 422, ["/format"], "no format 'odt'"),
        (_question(plan="mau"), 422, ["/plan"], f"there is no plan 'mau'; known: {PLAN_ID}"),
        (_question(as_of="2030-01-01"), 422, ["/as_of"], f"the calendar stands at {AS_OF}; ask for that day"),
        (_question(as_of="2020-01-01"), 422, ["/as_of"], "was published on 2023-01-03"),
        (_question(compare_to="2030-01-01"), 422, ["/compare_to"], "has not come"),
        (_question(compare_to=str(AS_OF)), 422, ["/compare_to"], "can't be compared with itself"),
        (_question(compare_plan="mau"), 422, ["/compare_plan"], "there is no plan 'mau'"),
    )
    for body, status, pointers, said in wrong:
        answer = await request("POST", where, body, {**JSON, **headers})
        assert (answer.status, answer.headers["Content-Type"]) == (status, "application/problem+json"), body
        assert said in answer.json["detail"]
        told = answer.json.get("errors")
        assert (told and [one["pointer"] for one in told]) == pointers, body
    assert answer.json["errors"][0]["candidates"] == [PLAN_ID]
    assert (await _get(desk, headers, f"/v1/reports?plan={PLAN_ID}")).json["reports"] == []
    packed = await request("POST", where, b"x", {**JSON, **headers, "Content-Encoding": "gzip"})
    assert packed.status == 415
    for path, status in (
        ("/v1/reports", 400),
        ("/v1/reports?plan=", 400),
        ("/v1/reports?plan=x&plan=y", 400),
        ("/v1/reports?plan=x&as_of=heute", 400),
        ("/v1/reports?plan=mau", 422),
        (f"/v1/reports?plan={PLAN_ID}&as_of=2030-01-01", 422),
        ("/v1/reports/x", 404),
        ("/v1/reports/x/document", 404),
        ("/v1/reports/..%2f..%2fetc/document", 404),
        ("/v1/issued/x", 404),
        (f"/v1/issued/{'0' * 64}", 404),
        ("/v1/nothing", 404),
    ):
        answer = await _get(desk, headers, path)
        assert (answer.status, answer.headers["Content-Type"]) == (status, "application/problem+json"), path


async def test_what_comes_to_nothing_later_is_said_by_the_job(desk: OfficerDesk, settings: Settings) -> None:
    """Here of a plan that isn't there when the job is worked on: it fails with the reason, and has no document."""
    headers, mongo = await _token(desk, OFFICER), Mongo(settings.mongo_url, settings.database("reports"))
    job = await JobStore(mongo).add(ReportQuestion(plan="mau"), OFFICER, datetime.now(UTC))
    mongo.close()
    path = f"{PREFIX}{REPORTS}/{job.id}"
    found: dict[str, Any] = {}

    async def failed() -> bool:
        found.update((await _get(desk, headers, path)).json)
        return found["state"] == "failed"

    await until(failed, "the job fails")
    said = "there is no plan 'mau'"
    assert (found["failure"]["status"], said in found["failure"]["detail"]) == (422, True)
    none = await _get(desk, headers, f"{path}/document")
    assert (none.status, said in none.json["detail"]) == (409, True)
