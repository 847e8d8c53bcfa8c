"""Officers' questions over NATS, by the command, and in front of the page of a service that really runs."""

import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import date, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from nats.aio.client import Client
from nats.js import JetStreamContext

from deploy.contracts.schemas import answer_schemas
from services.notifier.app import start
from services.notifier.officers.web.session import COOKIE
from shared.ask import BUCKET, Refused, ask, request_body
from shared.contracts.days import CalendarDay
from shared.contracts.reminder_preview import ReminderPreview
from shared.settings import Settings
from tests.harness.http import request
from tests.harness.inbox import Inbox
from tests.harness.services import Processes, in_process
from tests.integration.test_notifier_service import MONTH, OVERDUE, publish, settled, turn
from tests.unit.notifier.sample import CENTRE, assigned_event, key, plan

WITHIN = timedelta(seconds=60)
BEFORE = date(2023, 3, 1)


def fits(name: str, answer: Any) -> list[str]:
    """What the published schema of an answer finds wrong."""
    return [error.message for error in Draft202012Validator(answer_schemas()[name]).iter_errors(answer)]


def dondoc(environ: Mapping[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "deploy.cli", "reminders", *arguments],
        env=dict(environ),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


async def test_many_mails_go_through_the_object_store(
    js: JetStreamContext, nc: Client, settings: Settings, inbox: Inbox
) -> None:
    """A preview with more mails than fit a message comes whole, before and after the day; both fit their schemas."""
    centres = tuple(CENTRE.model_copy(update={"id": f"tt-{n}", "emails": (f"tt-{n}@mau.example",)}) for n in range(120))
    async with in_process("notifier", start, settings):
        await publish(js, plan(agencies=(*plan().agencies, *centres)))
        await publish(js, *(assigned_event(key("III.2", one.id, "2023-02")) for one in centres))
        await turn(js, nc, [BEFORE])
        body = request_body(as_of=str(OVERDUE), mails=True)
        reply = await nc.request("dondoc.notifier.preview", body, timeout=WITHIN.total_seconds())
        assert BUCKET in (reply.headers or {})
        answer = await ask(nc, "dondoc.notifier.preview", body, WITHIN)
        assert fits("reminder-preview", json.loads(answer)) == []
        foreseen = ReminderPreview.model_validate_json(answer)
        assert len(foreseen.mails) == len(centres)
        assert inbox.messages() == []
        await turn(js, nc, [OVERDUE])
        assert {str(m["To"].addresses[0].addr_spec) for m in inbox.messages()} == {m.to[0] for m in foreseen.mails}
        listed = json.loads(await ask(nc, "dondoc.notifier.reminders", b"", WITHIN))
        assert fits("reminder-list", listed) == []
        assert {one["state"] for one in listed["reminders"]} == {"sent"}


async def test_wrong_questions_are_refused_in_words(js: JetStreamContext, nc: Client, settings: Settings) -> None:
    """A slip in a key or a value says what there is."""
    async with in_process("notifier", start, settings):
        await publish(js, plan(), CalendarDay(date=BEFORE))
        await settled(nc, BEFORE)
        for endpoint, asked, words in (
            ("preview", {"asof": "2023-03-08"}, "known keys: as_of, plan, agency, mails"),
            ("preview", {"as_of": "8/3"}, "as_of"),
            ("reminders", {"state": "late"}, "state"),
            ("reminders", {"most": 0}, "most"),
            ("reminders", {"agency": "tt-b"}, "did you mean tt-a"),
        ):
            with pytest.raises(Refused, match=words) as refusal:
                await ask(nc, f"dondoc.notifier.{endpoint}", request_body(**asked), WITHIN)
            assert refusal.value.code == "400"


async def test_the_commands_and_the_page(
    js: JetStreamContext,
    nc: Client,
    processes: Processes,
    environ: dict[str, str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """An officer previews a day with its mails, lists what went out, and opens the page by the link; the service's
    log names no token."""
    async with processes("notifier"):
        await publish(js, plan(), assigned_event(MONTH))
        await turn(js, nc, [BEFORE])
        shown = dondoc(environ, "preview", "--as-of", str(OVERDUE), "--mail", str(tmp_path / "mail"), "--all")
        assert "quá 1 ngày làm việc" in shown
        assert {path.name for path in (tmp_path / "mail").iterdir()} == {"2023-03-08-tt-a.eml", "2023-03-08-tt-a.html"}
        message = message_from_bytes((tmp_path / "mail" / "2023-03-08-tt-a.eml").read_bytes(), policy=policy.default)
        assert message["Date"].datetime.date() == OVERDUE
        assert "Phát thanh cơ sở" in (tmp_path / "mail" / "2023-03-08-tt-a.html").read_text(encoding="utf-8")
        await turn(js, nc, [OVERDUE])
        listed = json.loads(dondoc(environ, "list", "--json", "--since", str(date(2023, 3, 1)), "--agency", "tt-a"))
        assert [(one["recipient"], one["state"]) for one in listed["reminders"]] == [("tt-a", "sent")]
        assert "Đã gửi" in dondoc(environ, "list")
        saturday = "Ngày này không gửi thư nào: không phải ngày làm việc\n"
        assert saturday in dondoc(environ, "preview", "--as-of", "2023-03-11")
        link = dondoc(environ, "open").strip()
        home, _, token = link.rpartition("/vao/")
        entered = await request("GET", link)
        assert (entered.status, entered.headers["Refresh"]) == (200, "0; url=/nhac-viec/")
        page = await request("GET", f"{home}/thu", headers={"Cookie": f"{COOKIE}={token}"})
        assert (page.status, "Phát thanh cơ sở" in page.body.decode()) == (200, True)
        assert (await request("GET", f"{home}/thu")).status == 401
    printed = capsys.readouterr().out
    assert "an officer came in" in printed
    assert token not in printed
