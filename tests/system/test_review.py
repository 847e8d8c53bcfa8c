"""An output is sent back by command: its agency hears why, is reminded again, mends it, and the report says so."""

import json
import subprocess
import sys

from nats.aio.client import Client
from nats.js import JetStreamContext

from deploy.servers.server import Running
from deploy.verification import verify
from shared.flushed import flushed
from shared.settings import Settings
from tests.harness.edge import as_agency, let_in
from tests.harness.inbox import Inbox
from tests.harness.services import Processes
from tests.integration.until import until
from tests.system.small_house import SmallHouse, small_house

JANUARY = {"plan": "mau-2026", "duty": "I.1", "agency": "so-a", "period": "2026-01"}  # to be registered by 6 February


def _review(environ: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "deploy.cli", "output", "review", *arguments]
    return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, check=False)


async def test_from_the_command_to_the_report(
    js: JetStreamContext, nc: Client, nats_server: Running, environ: dict[str, str], settings: Settings,
    processes: Processes, inbox: Inbox,
) -> None:  # fmt: skip
    """The occurrence is met, owed again, chased again and met late; each day keeps what was known on it."""
    seeds = await let_in(nats_server, "so-a")
    agency = await as_agency(nats_server, "so-a", seeds["so-a"])
    heard = await agency.subscribe("receipts.so-a.reviewed")
    await flushed(agency)
    async with processes(), small_house(nc, settings) as house:
        await house.publish_plan()
        await house.turn("2026-01-20")
        output = (await house.deliver("first", "2026-01-15"))["data"]["output"]
        await house.turn("2026-01-21")

        sent_back = _review(environ, output, "--send-back", "--reason", "Sai đường dẫn", "--reviewer", "Cán bộ (mẫu)")

        assert sent_back.stdout == "I.1 2026-01 of so-a is sent back (review 1)\n", sent_back.stderr
        told = json.loads((await heard.next_msg(timeout=30)).data)
        assert told["type"] == "vn.dondoc.output.reviewed.v1"
        assert {**told["data"], "occurrence": None} == {
            "agency": "so-a", "output": output, "occurrence": None, "day": "2026-01-21", "review": 1,
            "accepted": False, "reviewer": "Cán bộ (mẫu)", "reason": "Sai đường dẫn", "notable": False,
        }  # fmt: skip
        assert told["data"]["occurrence"] == JANUARY
        await house.turn("2026-02-03")
        assert (await house.sent())["sent"] == 1
        await house.turn("2026-02-09")
        assert (await house.sent())["sent"] == 2
        mended = (await house.deliver("mended", "2026-01-16"))["data"]
        assert (mended["occurrence"], mended["flags"]) == (JANUARY, ["late"])
        await house.turn("2026-02-27")
        assert (await house.sent())["sent"] == len(inbox.messages()) == 2
        days = ("2026-01-20", "2026-01-21", "2026-02-06", "2026-02-08", "2026-02-09")
        assert [await _state(house, day) for day in days] == ["met", "open", "open", "overdue", "met_late"]
        await house.all_told()
        assert (await verify(nc, settings)).disagreements == []
    await agency.close()


async def test_a_wrong_review_by_command_says_what_would_be_right(
    js: JetStreamContext, nc: Client, environ: dict[str, str], settings: Settings, processes: Processes
) -> None:
    """Neither accepted nor sent back, without a reason, of an output that there isn't; the log stays as it was."""
    async with processes("assignments", "submissions", "notifier"), small_house(nc, settings) as house:
        await house.publish_plan()
        await house.turn("2026-01-20")
        output = (await house.deliver("first", "2026-01-15"))["data"]["output"]
        await house.all_told()
        before = await house.in_log()
        by = ("--reviewer", "Cán bộ (mẫu)")
        for arguments, said in (
            ((output, *by), "--accept"),
            ((output, "--send-back", *by), "`reason` is empty"),
            ((output, "--send-back", "--notable", "--reason", "x", *by), "can't be notable"),
            ((output, "--accept", "--reviewer", " "), "reviewer: must be one line of text, with letters or digits"),
            ((output[:10], "--accept", *by), f"outputs like it: {output}"),
        ):
            done = _review(environ, *arguments)
            assert done.returncode != 0
            assert said in done.stderr
        assert await house.in_log() == before


async def _state(house: SmallHouse, as_of: str) -> str:
    """What January is as of the day, by the report, which has read the day that follows."""
    found: list[str] = []

    async def read() -> bool:
        report = json.loads(
            await house.ask("reports", "report", json.dumps({"plan": "mau-2026", "as_of": as_of}).encode())
        )
        lines = (line for line in report["occurrences"] if line["period"] == "2026-01")
        found[:] = [line["state"] for line in lines]
        return bool(found)

    await until(read, f"the report as of {as_of}")
    return found[0]
