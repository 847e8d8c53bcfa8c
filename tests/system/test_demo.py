"""The whole 2023 plan, run as a person runs it, and looked at from outside."""

import email
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

from tests.system.demo_run import DemoRun, demo
from tests.system.ladder import Step, ladder
from tests.system.recount import COUNTS, occurrences, state, tallies

pytestmark = pytest.mark.timeout(900)

REPORTS = {"report-2023": "2023-11-29", "report-2023-final": "2024-01-15"}
# Decrees and notices of 2022 for 2023, and the first day of 2024.
DAYS_OFF = {
    date(2023, 1, 2), *(date(2023, 1, d) for d in range(20, 27)), date(2023, 5, 1), date(2023, 5, 2), date(2023, 5, 3),
    date(2023, 9, 1), date(2023, 9, 4), date(2024, 1, 1),
}  # fmt: skip


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoRun]:
    """An undisturbed run, finished."""
    with demo(tmp_path_factory.mktemp("demo") / "out") as run:
        run.finish()
        yield run


@pytest.fixture(params=REPORTS)
def report(request: pytest.FixtureRequest, year: DemoRun) -> dict[str, Any]:
    found = year.report(request.param)
    assert found["as_of"] == REPORTS[request.param]
    return found


def test_the_plan_of_2023_has_279_explicit_and_7_implied_occurrences(report: dict[str, Any]) -> None:
    """The counts of the domain come out, and the report keeps the two apart."""
    assert report["totals"]["explicit"]["expected"] == 279
    assert report["totals"]["implied"]["expected"] == 7


def test_a_day_that_is_over_is_answered_as_on_that_day(year: DemoRun) -> None:
    """The report as of 30 June has the same bytes at the year's end as in the evening of that day, and isn't empty."""
    then, again = (year.out / f"report-2023-06-30{asked}.json" for asked in ("", "-again"))
    assert then.read_bytes() == again.read_bytes()
    report = year.report("report-2023-06-30")
    assert report["as_of"] == "2023-06-30"
    assert 0 < report["outputs"]["standing"] < year.report("report-2023-final")["outputs"]["standing"]


def test_every_grouping_adds_up_to_the_totals(report: dict[str, Any]) -> None:
    """Duties, agencies and months each sum to explicit + implied, count by count, and each line is whole."""
    wanted = {count: sum(report["totals"][kind][count] for kind in ("explicit", "implied")) for count in COUNTS}
    for grouping in ("duties", "agencies", "months"):
        assert {count: sum(line[count] for line in report[grouping]) for count in COUNTS} == wanted, grouping
        for line in report[grouping]:
            parts = ("met", "met_late", "overdue", "excused", "open")
            assert sum(line[part] for part in parts) == line["expected"]


def test_the_report_equals_a_recount_from_the_event_log(report: dict[str, Any], year: DemoRun) -> None:
    """Totals, duties, agencies and months equal what a count of the log, written apart, gives."""
    counted = tallies(year.events(), report["as_of"])
    groups = {"duty": ("duties", "id"), "agency": ("agencies", "id"), "month": ("months", "month")}
    for group, (grouping, name) in groups.items():
        told = {line[name]: {c: line[c] for c in COUNTS} for line in report[grouping] if line["expected"]}
        assert told == {key: {c: tally[c] for c in COUNTS} for key, tally in counted[group].items()}
    assert report["totals"] == {kind: {c: t[c] for c in COUNTS} for kind, t in counted["count"].items()}


def test_the_year_has_something_of_everything(year: DemoRun) -> None:
    """The sample year shows late, missing, made up, extra, reused, off-length and wrong ones, and every decision."""
    events = year.events()
    kinds = Counter(event["type"].removeprefix("vn.dondoc.") for event in events)
    flags = {flag for event in events for flag in event["data"].get("flags", ())}
    codes = {reason["code"] for event in events for reason in event["data"].get("reasons", ())}
    assert {"duty.excused.v1", "duty.extended.v1", "output.rejected.v1", "reminder.sent.v1"} <= kinds.keys()
    reviews = Counter((e["data"]["accepted"], e["data"]["notable"]) for e in events if "reviewer" in e["data"])
    assert reviews.keys() == {(True, True), (False, False)}
    assert reviews[False, False] == 2
    assert flags == {"late", "make_up", "extra", "duration", "reuse"}
    assert codes >= {"not_owed", "future_date", "duty_missing", "unknown_field", "unknown_type", "bad_envelope"}
    final = year.report("report-2023-final")["totals"]["explicit"]
    assert all(final[count] for count in ("met", "met_late", "overdue", "excused"))


def test_no_event_stands_twice_in_the_log(year: DemoRun) -> None:
    """Each id once, and each posted event has exactly one receipt."""
    events = year.events()
    assert [i for i, n in Counter(event["id"] for event in events).items() if n > 1] == []
    receipts = ("vn.dondoc.output.recorded.v1", "vn.dondoc.output.rejected.v1")
    submissions = [e["data"]["submission"] for e in events if e["type"] in receipts]
    named = Counter((s["source"], s["id"]) for s in submissions if s)
    assert [name for name, times in named.items() if times > 1] == []


def test_each_digest_is_one_file_and_no_agency_gets_two_on_a_day(year: DemoRun) -> None:
    """As many files as `reminder.sent` events, each with its Message-ID; a recipient's days are all different."""
    sent = [event["data"] for event in year.events() if event["type"] == "vn.dondoc.reminder.sent.v1"]
    mails = _mails(year.out)
    assert sorted(data["message_id"] for data in sent) == sorted(mail["Message-ID"] for mail in mails)
    assert len(sent) > 50
    by_day = Counter((mail["To"], mail["Date"].datetime.date()) for mail in mails)
    assert [who for who, times in by_day.items() if times > 1] == []
    assert len({(data["agency"], data["day"]) for data in sent}) == len(sent)


def test_every_mail_is_whole(year: DemoRun) -> None:
    """Both parts have the same links, the files that belong to it are there, and a follow-up names an earlier mail."""
    days: dict[str, date] = {}
    for mail in sorted(_mails(year.out), key=lambda mail: mail["Date"].datetime):
        text, markup = (
            part.get_content() for kind in ("plain", "html") if (part := mail.get_body((kind,))) is not None
        )
        written = re.findall(r"http\S+/thu/\S+", text)
        assert written == re.findall(r'href="(http[^"]+/thu/[^"]+)"', markup)
        kinds = {part.get_content_subtype() for part in mail.iter_attachments()}
        assert ("calendar" in kinds) is bool(written)
        assert (len(kinds) > bool(written)) is ("công văn" in mail["Subject"])
        days[mail["Message-ID"]] = mail["Date"].datetime.date()
        if mail["References"] is not None:
            assert days[mail["References"]] < days[mail["Message-ID"]]
    assert any(mail["References"] for mail in _mails(year.out))


def test_no_mail_goes_out_on_a_weekend_or_a_holiday(year: DemoRun) -> None:
    """Every Date is a working day of 2023 or of the weeks after, at 08:00 in Vietnam."""
    for mail in _mails(year.out):
        when = mail["Date"].datetime
        assert when.weekday() < 5
        assert when.date() not in DAYS_OFF
        assert (when.hour, when.utcoffset()) == (8, timedelta(hours=7))


def test_no_mail_names_what_was_met_or_excused(year: DemoRun) -> None:
    """By the events that stood in the log before a digest's own day, each occurrence that it names was owed."""
    events = year.events()
    position = {e["data"]["date"]: n for n, e in enumerate(events) if e["type"] == "vn.dondoc.calendar.day.v1"}
    named = 0
    for event in events:
        if event["type"] != "vn.dondoc.reminder.sent.v1":
            continue
        day = event["data"]["day"]
        before = occurrences(events[: position[day]], day)
        for item in event["data"]["items"]:
            key = item["occurrence"]
            assert state(before[key["duty"], key["agency"], key["period"]], day) in {"open", "overdue"}
            named += 1
    assert named > 100


def test_each_rung_is_climbed_once(year: DemoRun) -> None:
    """No recipient is mailed the same rung of the same occurrence twice."""
    sent = [event["data"] for event in year.events() if event["type"] == "vn.dondoc.reminder.sent.v1"]
    rungs = Counter((json.dumps(i["occurrence"]), i["rung"], data["agency"]) for data in sent for i in data["items"])
    assert [rung for rung, times in rungs.items() if times > 1] == []


def test_what_was_mailed_is_the_ladder_recomputed_from_the_log(year: DemoRun) -> None:
    """Every (occurrence, rung, recipient) of the year on its day: what the log tells as mailed, and what the inbox
    holds, is what a recount of the ladder, written apart, gives; none is missing, none is there twice."""
    wanted = Counter(ladder(year.events(), DAYS_OFF))
    told = Counter(_steps(year.events()))
    assert told == wanted
    assert len(wanted) > 150
    assert {step.rung for _, step in wanted} == {"upcoming", "overdue", "escalated", "for_signature"}
    inbox = {mail["Message-ID"] for mail in _mails(year.out)}
    sent = [event["data"]["message_id"] for event in year.events() if event["type"] == "vn.dondoc.reminder.sent.v1"]
    assert (set(sent), len(sent)) == (inbox, len(inbox))


def test_nothing_is_mailed_after_it_was_delivered(year: DemoRun) -> None:
    """No mail names an occurrence of which the log tells an output before it, by the order of the log."""
    delivered: set[tuple[str, str, str]] = set()
    late = []
    for event in year.events():
        if event["type"] == "vn.dondoc.output.recorded.v1" and (at := event["data"]["occurrence"]):
            delivered.add((at["duty"], at["agency"], at["period"]))
        late += [step for _, step in _steps([event]) if step[:3] in delivered]
    assert len(delivered) > 200
    assert late == []


def test_docx_xlsx_and_html_carry_the_figures_of_the_json(report: dict[str, Any], year: DemoRun) -> None:
    """Each document opens, and the totals stand in it."""
    name = next(name for name, as_of in REPORTS.items() if as_of == report["as_of"])
    figures = [str(report["totals"]["explicit"][count]) for count in COUNTS]
    document = docx.Document(str(year.out / f"{name}.docx"))
    cells = [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]
    assert any(_within(figures[:1] + figures[2:4], row) for row in cells)
    book = openpyxl.load_workbook(year.out / f"{name}.xlsx")
    rows = [[str(v) for v in row if v is not None] for sheet in book for row in sheet.iter_rows(values_only=True)]
    assert any(_within(figures, row) for row in rows)
    page = (year.out / f"{name}.html").read_text(encoding="utf-8")
    assert all(f">{figure}<" in page for figure in figures)
    assert (year.out / f"{name}.pdf").read_bytes().startswith(b"%PDF-")


def test_kill_9_of_every_service_in_the_middle_of_the_year_changes_nothing(year: DemoRun, tmp_path: Path) -> None:
    """Each service is killed at another moment of the year and started again; the reports are the same bytes, and
    the same mails went out."""
    with demo(tmp_path / "out") as run:
        for mails, name in ((15, "submissions"), (40, "notifier"), (60, "reports"), (80, "assignments")):
            run.wait_for_mails(mails)
            run.kill(name)
        run.finish()
        for report in REPORTS:
            assert (run.out / f"{report}.json").read_bytes() == (year.out / f"{report}.json").read_bytes()
        assert {m["Message-ID"] for m in _mails(run.out)} == {m["Message-ID"] for m in _mails(year.out)}


def _steps(events: list[dict[str, Any]]) -> Iterator[tuple[date, Step]]:
    """What `reminder.sent` events tell."""
    for event in events:
        if event["type"] == "vn.dondoc.reminder.sent.v1":
            data = event["data"]
            for item in data["items"]:
                at = item["occurrence"]
                where = at["duty"], at["agency"], at["period"]
                yield date.fromisoformat(data["day"]), Step(*where, item["rung"], data["agency"])


def _mails(out: Path) -> list[EmailMessage]:
    found = sorted((out / "mail").glob("*.eml"))
    return [email.message_from_bytes(path.read_bytes(), policy=policy.default) for path in found]


def _within(wanted: list[str], row: list[str]) -> bool:
    """Whether the wanted cells stand in the row in that order."""
    cells = iter(row)
    return all(any(cell == one for cell in cells) for one in wanted)
