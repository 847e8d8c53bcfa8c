"""The assignments service as it runs: commands by request and reply, events in the log."""

import asyncio
import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext

from services.assignments.app import start
from shared.ask import Refused, ask, request_body
from shared.contracts.duties import DutyExcused
from shared.settings import CalendarMode, Settings
from tests.harness.services import in_process
from tests.integration.assignments_desk import PLANS, SMALL
from tests.integration.log import told
from tests.integration.until import until

WITHIN = timedelta(seconds=30)
WHICH = {"plan": "mau-2026", "duty": "I.1", "agency": "so-a", "period": "2026-02"}
PAPER = {"approver": "UBND tỉnh (mẫu)", "document": "01/CV (mẫu)", "reason": "nghỉ Tết"}


async def _ask(nc: Client, name: str, payload: bytes) -> dict[str, object]:
    found = json.loads(await ask(nc, f"dondoc.assignments.{name}", payload, WITHIN))
    assert isinstance(found, dict)
    return found


async def _refusal(nc: Client, name: str, payload: bytes) -> str:
    with pytest.raises(Refused) as caught:
        await _ask(nc, name, payload)
    assert caught.value.code == "400"
    return caught.value.text


async def _in_the_log(js: JetStreamContext, count: int) -> list[str]:
    async def there() -> bool:
        return len(await told(js)) >= count

    await until(there, f"the log holds {count} events")
    return [id_ for id_, _ in await told(js)]


async def test_commands_become_events_in_the_order_in_which_they_were_given(
    nc: Client, js: JetStreamContext, settings: Settings
) -> None:
    """Publish, turn days, exempt, extend, publish again: each answered, each in the log, the last one no event."""
    async with in_process("assignments", start, settings):
        published = await _ask(nc, "publish_plan", SMALL.encode())
        assert (published["changed"], published["occurrences"]) == (True, 12)
        turned = await _ask(nc, "publish_day", request_body(date="2026-02-05"))
        assert turned == {"published": ["2026-02-05"], "last": "2026-02-05"}
        excused = await _ask(nc, "excuse", request_body(**WHICH, **PAPER, kind="nothing_to_report"))
        extended = await _ask(nc, "extend", request_body(**WHICH, **PAPER, until="2026-03-15"))
        assert (excused["revision"], extended["revision"], extended["register_by"]) == (2, 3, "2026-03-20")
        assert not (await _ask(nc, "publish_plan", SMALL.encode()))["changed"]
        assert await _in_the_log(js, 5) == [
            "plan:mau-2026:1",
            "assigned:mau-2026:1:I.1:so-a",
            "day:2026-02-05",
            "excused:mau-2026:2",
            "extended:mau-2026:3",
        ]


async def test_what_is_wrong_is_refused_in_words(nc: Client, js: JetStreamContext, settings: Settings) -> None:
    """A wrong file, a day that lies back, a decision without a document, a kind that there isn't."""
    async with in_process("assignments", start, settings):
        wrong = (PLANS / "wrong" / "unknown-key.yaml").read_bytes()
        assert "plan:5: unknown key 'tiltle'; did you mean title?" in await _refusal(nc, "publish_plan", wrong)
        assert "date: " in await _refusal(nc, "publish_day", request_body(date="9999-12-31"))
        await _ask(nc, "publish_day", request_body(date="2026-02-05"))
        assert "days only go forward" in await _refusal(nc, "publish_day", request_body(date="2026-02-04"))
        assert "date: " in await _refusal(nc, "publish_day", request_body(date="05/02/2026"))
        assert "document: " in await _refusal(nc, "excuse", request_body(**WHICH, kind="exemption"))
        assert "kind: " in await _refusal(nc, "excuse", request_body(**WHICH, **PAPER, kind="holiday"))
        assert "there is no plan" in await _refusal(nc, "extend", request_body(**WHICH, **PAPER, until="2026-03-15"))
        assert await _in_the_log(js, 1) == ["day:2026-02-05"]


async def test_an_automatic_calendar_turns_by_itself_and_by_nothing_else(
    nc: Client, js: JetStreamContext, settings: Settings
) -> None:
    """With a plan there is a today; a day by command would be a second calendar."""
    automatic = settings.model_copy(update={"calendar": CalendarMode.AUTO})
    began = datetime.now(UTC)
    async with in_process("assignments", start, automatic):
        refusal = await _refusal(nc, "publish_day", request_body(date="2026-02-05"))
        assert "the calendar is automatic" in refusal
        await _ask(nc, "publish_plan", SMALL.encode())
        *_, day = await _in_the_log(js, 3)
    # By the clock in Viet Nam, seven hours ahead; midnight may pass while this runs.
    todays = {(time + timedelta(hours=7)).date() for time in (began, datetime.now(UTC))}
    assert date.fromisoformat(day.removeprefix("day:")) in todays


async def test_the_command_says_who_enters_a_decision(
    nc: Client, js: JetStreamContext, settings: Settings, environ: dict[str, str]
) -> None:
    """The operator, or who is named; run again it is the same decision."""
    async with in_process("assignments", start, settings):
        await _ask(nc, "publish_plan", SMALL.encode())
        paper = [f"--{name}={text}" for name, text in PAPER.items()]
        command = [sys.executable, "-P", "-m", "deploy.cli", "duty", "exempt", *WHICH.values(), *paper]
        for more in ([], [], ["--by", "can-bo@so-a.example"]):
            run = subprocess.run
            done = await asyncio.to_thread(
                run, command + more, env=environ, capture_output=True, timeout=60, check=True
            )
            out = "I.1 2026-02 of so-a is excused (exemption) by 01/CV (mẫu); an output for it would count all the same"
            assert done.stdout == f"{out}\n".encode()
        await _in_the_log(js, 4)
        decided = [event.decided_by for _, event in await told(js) if isinstance(event, DutyExcused)]
        assert decided == ["operator", "can-bo@so-a.example"]
