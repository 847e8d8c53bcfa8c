"""The service on real servers: events in by the log, documents out by request and reply."""

import json
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import docx
import nats
import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext
from openpyxl import load_workbook

from services.reports import log_position
from services.reports.app import start
from services.reports.build_report import report_json
from shared.ask import BUCKET, DIGEST, NAME, Refused, ask, ask_for_file, request_body
from shared.contracts.envelope import encode
from shared.contracts.issued_reports import IssuedReports
from shared.contracts.officers import OPERATOR
from shared.contracts.registry import decode
from shared.contracts.report import ConsolidatedReport, ReportIssued
from shared.contracts.status import Status
from shared.large_messages import LARGEST_MESSAGE_BYTES
from shared.outcomes import Retry
from shared.settings import Settings, SettingsError
from shared.topology import DEADLETTER, DOCUMENTS, EVENTS
from tests.harness.services import in_process
from tests.unit.reports.events import Told, report_of, year_of_events
from tests.unit.reports.sample import AS_OF, PLAN_ID, output, plan_with
from tests.unit.reports.templates import edited

WITHIN = timedelta(seconds=60)
NOW = datetime(2023, 11, 29, 8, tzinfo=UTC)
NONE = b'{"reports":[],"left_off":0}'


async def publish(js: JetStreamContext, told: Iterable[Told]) -> None:
    """Put the events into the log."""
    for name, event in told:
        await js.publish(event.subject, encode(event, id=name, source="/mau", time=NOW))


async def asked(nc: Client, **question: object) -> bytes:
    """The service's answer to a question for a report."""
    return await ask(nc, "dondoc.reports.report", request_body(**question), WITHIN)


@pytest.fixture
async def service(settings: Settings, js: JetStreamContext) -> AsyncIterator[JetStreamContext]:
    """The service, running."""
    async with in_process("reports", start, settings):
        yield js


async def test_an_answer_holds_everything_that_was_in_the_log(service: JetStreamContext, nc: Client) -> None:
    """Asked right after the last event, the service takes in the rest first: the bytes are those of the events."""
    await publish(service, year_of_events())
    assert await asked(nc, plan=PLAN_ID, format="json") == report_json(report_of(year_of_events()))


async def test_an_earlier_day_can_be_asked_for(service: JetStreamContext, nc: Client) -> None:
    """as_of gives the report of that day; one that hasn't come is refused with the calendar's last."""
    await publish(service, year_of_events())
    earlier = AS_OF - timedelta(days=100)
    assert await asked(nc, plan=PLAN_ID, as_of=str(earlier)) == report_json(report_of(year_of_events(), earlier))
    with pytest.raises(Refused, match="the calendar stands at 2023-11-29"):
        await asked(nc, plan=PLAN_ID, as_of="2023-11-30")


async def test_a_departments_template_is_what_the_docx_is_made_in(
    settings: Settings, js: JetStreamContext, nc: Client, tmp_path: Path
) -> None:
    """Its words stand in the document; a template with a fault stops the start, and says so."""
    file = tmp_path / "mau.docx"
    own = settings.model_copy(update={"report_template": file})
    file.write_bytes(edited("[Họ và tên]", "Nguyễn Văn Mẫu"))
    async with in_process("reports", start, own):
        await publish(js, year_of_events())
        document = docx.Document(BytesIO(await asked(nc, plan=PLAN_ID, format="docx")))
        assert "Nguyễn Văn Mẫu" in [cell.text.split("\n")[-1] for table in document.tables for cell in table._cells]
    file.write_bytes(edited("{{ noi_dung }}", "x"))
    with pytest.raises(SettingsError, match=r"The placeholder \{\{ noi_dung \}\} is missing"):
        async with in_process("reports", start, own):
            pass


async def test_every_format_can_be_had(service: JetStreamContext, nc: Client) -> None:
    """Each opens by its first bytes, and the workbook by its reader."""
    await publish(service, year_of_events())
    begins = {"html": b"<!doctype html>", "docx": b"PK", "pdf": b"%PDF-", "xlsx": b"PK", "json": b"{"}
    for form, magic in begins.items():
        data = await asked(nc, plan=PLAN_ID, format=form)
        assert data.startswith(magic)
    assert load_workbook(BytesIO(await asked(nc, plan=PLAN_ID, format="xlsx"))).sheetnames[0] == "Tổng hợp"


async def test_wrong_questions_are_refused_in_words(service: JetStreamContext, nc: Client) -> None:
    """An unknown plan names the known ones; a question that can't be read says which field,
    one with an unknown key says which there are."""
    await publish(service, year_of_events())
    with pytest.raises(Refused, match="there is no plan 'mau'; known: mau-2023"):
        await asked(nc, plan="mau")
    with pytest.raises(Refused, match="as_of"):
        await asked(nc, plan=PLAN_ID, as_of="hôm nay")
    with pytest.raises(Refused, match="can't hold 'asof'; known keys: plan, as_of, format"):
        await asked(nc, plan=PLAN_ID, asof="2023-05-04")
    with pytest.raises(Refused, match="can't hold 'asof'; known keys: plan, agency, as_of"):
        await ask(nc, "dondoc.reports.status", request_body(asof="2023-05-04"), WITHIN)
    with pytest.raises(Refused, match="the request is no JSON"):
        await ask(nc, "dondoc.reports.report", b"\xff", WITHIN)


async def test_the_log_is_told_once_of_each_document(service: JetStreamContext, nc: Client) -> None:
    """Two questions, one `report.issued`, with size and digest of exactly the bytes that went out."""
    await publish(service, year_of_events())
    data = await asked(nc, plan=PLAN_ID)
    assert await asked(nc, plan=PLAN_ID) == data
    issued = await nc.jetstream().subscribe("dondoc.report.issued.*", stream=EVENTS, ordered_consumer=True)
    message = await issued.next_msg(timeout=WITHIN.total_seconds())
    _, event = decode(message.data)
    assert event == ReportIssued(
        plan=PLAN_ID,
        as_of=AS_OF,
        format="json",
        sha256=sha256(data).hexdigest(),
        size=len(data),
        issued_by=OPERATOR,
    )
    assert message.metadata.num_pending == 0


async def test_what_was_issued_is_kept(service: JetStreamContext, nc: Client) -> None:
    """It is listed, the newest first, and its bytes can be had again, whatever the figures are by now, also where they
    went through the object store; what was never issued is refused."""
    await publish(service, year_of_events())
    first = await asked(nc, plan=PLAN_ID)
    await publish(service, [("more", output("more", "III.2", "snv", AS_OF))])
    second = await asked(nc, plan=PLAN_ID)
    listed = IssuedReports.model_validate_json(
        await ask(nc, "dondoc.reports.issued", request_body(plan=PLAN_ID), WITHIN)
    )
    names = [one.sha256 for one in listed.reports]
    assert names == [sha256(second).hexdigest(), sha256(first).hexdigest()]
    assert [(one.size, one.as_of, one.issued_by) for one in listed.reports] == [
        (len(second), AS_OF, OPERATOR),
        (len(first), AS_OF, OPERATOR),
    ]
    for name, data in zip(names, (second, first), strict=True):
        file = await ask_for_file(nc, "dondoc.reports.document", request_body(sha256=name), WITHIN)
        assert (file.name, file.type) == ("mau-2023-2023-11-29.json", "application/json")
        assert b"".join([piece async for piece in file.pieces]) == data
    assert await ask(nc, "dondoc.reports.issued", request_body(plan=PLAN_ID, as_of="2023-06-29"), WITHIN) == NONE
    with pytest.raises(Refused, match="there is no plan 'mau'; known: mau-2023"):
        await ask(nc, "dondoc.reports.issued", request_body(plan="mau"), WITHIN)
    for wrong, said in (
        ({"sha256": "0" * 64}, "was issued"),
        ({"sha256": "../x"}, "must be a SHA-256"),
        ({}, "required"),
    ):
        with pytest.raises(Refused, match=said):
            await ask(nc, "dondoc.reports.document", request_body(**wrong), WITHIN)


async def test_plain_clients_discover_it_and_hear_how_a_report_is_coming_along(
    service: JetStreamContext, settings: Settings
) -> None:
    """Nothing of ours on the operator's side: `$SRV` tells of the service and counts what it answered; steps come in
    their order, before the document does. A token that is none is refused."""
    await publish(service, year_of_events())
    plain = await nats.connect(settings.nats_url)
    for verb in ("PING", "INFO", "STATS"):
        told = json.loads((await plain.request(f"$SRV.{verb}.dondoc-reports", b"", 10)).data)
        assert told["name"] == "dondoc-reports"
        if verb != "PING":
            subjects = {one["name"]: one["subject"] for one in told["endpoints"]}
            for name in ("report", "status", "issued", "document"):
                assert subjects[name] == f"dondoc.reports.{name}"
    heard = await plain.subscribe("dondoc.reports.progress.my_own_token_0001")
    for form, steps in (
        ("json", ["log", "figures", "document", "keeping"]),
        ("xlsx", ["log", "figures", "outputs", "document", "keeping"]),
    ):
        question = json.dumps({"plan": PLAN_ID, "format": form, "job": "my_own_token_0001"}).encode()
        reply = await plain.request("dondoc.reports.report", question, 60)
        assert "Nats-Service-Error" not in (reply.headers or {})
        shown = [json.loads((await heard.next_msg(timeout=10)).data) for _ in steps]
        assert [(one["step"], one["number"], one["of"]) for one in shown] == [
            (step, number, len(steps)) for number, step in enumerate(steps, 1)
        ]
        assert all(one["vi"] and one["en"] for one in shown)
    assert (shown[1]["done"], shown[2]["done"], shown[2]["all"] > 0) == (None, 0, True)
    refused = await plain.request("dondoc.reports.report", b'{"plan": "x", "job": "a.b.>"}', 10)
    assert (refused.headers or {})["Nats-Service-Error-Code"] == "400"
    stats = json.loads((await plain.request("$SRV.STATS.dondoc-reports", b"", 10)).data)
    (report,) = [one for one in stats["endpoints"] if one["name"] == "report"]
    assert report["num_requests"] == 3
    await plain.close()


async def test_the_status_has_the_reports_counts(service: JetStreamContext, nc: Client) -> None:
    """Without a plan's name the only one is meant; an agency gets its own line."""
    await publish(service, year_of_events())
    report = ConsolidatedReport.model_validate_json(await asked(nc, plan=PLAN_ID))
    whole = Status.model_validate_json(await ask(nc, "dondoc.reports.status", b"", WITHIN))
    assert (whole.totals, whole.as_of) == (report.totals, AS_OF)
    own = json.loads(await ask(nc, "dondoc.reports.status", request_body(agency="dai"), WITHIN))
    line = next(line for line in report.agencies if line.id == "dai")
    assert own["totals"] == line.totals.model_dump()


async def test_a_large_document_goes_through_the_object_store(service: JetStreamContext, nc: Client) -> None:
    """The reply names bucket, object and digest; the object is the document, and is stored once."""
    notes = tuple(f"Ghi chú {n}: " + "dài " * 250 for n in range(1_000))
    told = [("plan", plan_with(notes=notes)), *year_of_events()[1:]]
    await publish(service, told)
    reply = await nc.request("dondoc.reports.report", request_body(plan=PLAN_ID), timeout=WITHIN.total_seconds())
    expected = report_json(report_of(told))
    assert len(expected) > LARGEST_MESSAGE_BYTES
    assert reply.headers is not None
    assert reply.headers[BUCKET] == DOCUMENTS
    assert reply.headers[DIGEST] == f"SHA-256={sha256(expected).hexdigest()}"
    assert await asked(nc, plan=PLAN_ID) == expected
    store = await nc.jetstream().object_store(DOCUMENTS)
    assert [info.name for info in await store.list()] == [reply.headers[NAME]]


async def test_what_cannot_be_read_is_buried_and_its_neighbours_are_taken_in(
    service: JetStreamContext, nc: Client
) -> None:
    """Three broken messages in the middle of the log become dead letters; the report is that of the rest."""
    told = year_of_events()
    await publish(service, told[:50])
    for broken in (b"\xff\xfe", b"{}", b'{"specversion":"1.0","id":"x","source":"/x","type":"unbekannt"}'):
        await service.publish("dondoc.output.recorded.dai", broken)
    await publish(service, told[50:])
    assert await asked(nc, plan=PLAN_ID) == report_json(report_of(told))
    assert (await service.stream_info(DEADLETTER)).state.messages == 3


async def test_a_service_that_was_down_catches_up(js: JetStreamContext, nc: Client, settings: Settings) -> None:
    """What was published while it was stopped, before and between two lives, is all in its answer."""
    told = year_of_events()
    await publish(js, told[:200])
    async with in_process("reports", start, settings):
        await ask(nc, "dondoc.reports.pending", b"", WITHIN)
    await publish(js, told[200:])
    async with in_process("reports", start, settings):
        assert await asked(nc, plan=PLAN_ID) == report_json(report_of(told))


async def test_a_view_that_lags_is_an_honest_error(js: JetStreamContext) -> None:
    """With nobody taking events in, the wait ends by saying how many are still to come."""
    await publish(js, year_of_events()[:3])
    with pytest.raises(Retry, match="3 events of the log yet to take in"):
        await log_position.caught_up(js, timedelta())
