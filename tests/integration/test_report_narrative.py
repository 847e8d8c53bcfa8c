"""Parts of the report from files: the command writes what the desk would, and nothing over words that nobody read."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext

from shared.ask import Refused, ask, request_body
from shared.contracts.narrative import LONGEST_NARRATIVE, NARRATIVE, NarrativeWritten, Part
from shared.settings import Settings
from tests.harness.inbox import Inbox
from tests.integration.log import told
from tests.integration.officer_desk import OFFICER, OfficerDesk, open_officer_desk
from tests.integration.test_reports_service import WITHIN, publish
from tests.integration.until import until
from tests.unit.reports.events import year_of_events
from tests.unit.reports.sample import AS_OF, PLAN_ID

Run = Callable[..., Awaitable[subprocess.CompletedProcess[str]]]


@pytest.fixture
async def desk(settings: Settings, js: JetStreamContext, nc: Client, inbox: Inbox) -> AsyncIterator[OfficerDesk]:
    async with open_officer_desk(settings, nc, inbox) as desk:
        await publish(js, year_of_events())
        yield desk


@pytest.fixture
def run(environ: dict[str, str], tmp_path: Path) -> Run:
    async def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-P", "-m", "deploy.cli", "report", "narrative", PLAN_ID, *arguments]
        return await asyncio.to_thread(
            subprocess.run, command, env=environ, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
        )

    return run


async def _written(js: JetStreamContext) -> list[NarrativeWritten]:
    return [event for _, event in await told(js) if isinstance(event, NarrativeWritten)]


async def _has_written(js: JetStreamContext, text: str) -> bool:
    return text in {one.text for one in await _written(js)}


async def test_parts_are_written_from_files(desk: OfficerDesk, run: Run, js: JetStreamContext, tmp_path: Path) -> None:
    """Each by its name, as the event that the desk makes; the report and the list show it; again it changes nothing,
    and an empty file takes it away."""
    before = len(await _written(js))
    (tmp_path / "causes.md").write_text("\ufeffDo **bão**.\r\n\r\n- Thiết bị hỏng (mẫu)\r\n", encoding="utf-8")
    (tmp_path / "quality.md").write_text("Tốt (mẫu)", encoding="utf-8")
    files, text = ("causes.md", "quality.md"), "Do **bão**.\n\n- Thiết bị hỏng (mẫu)"
    done = await run(*files, "--by", OFFICER, "--replace")
    assert done.returncode == 0, done.stderr
    assert [line.partition(" (")[0] for line in done.stdout.splitlines()] == ["causes", "quality"]
    assert "is written" in done.stdout
    again = await run(*files, "--by", OFFICER)
    assert again.stdout.count("stands there already") == 2, again.stderr
    listed = {one["part"]: one for one in json.loads((await run("--json")).stdout)["parts"]}
    assert list(listed) == list(NARRATIVE)
    assert (listed["causes"]["text"], listed["causes"]["author"]) == (text, OFFICER)
    shown = (await run()).stdout
    assert all(f"{part}.md" in shown for part in Part)
    report = json.loads(await ask(desk.nc, "dondoc.reports.report", request_body(plan=PLAN_ID), WITHIN))
    assert text in [line["text"] for line in report["narrative"]]
    (tmp_path / "causes.md").write_text("", encoding="utf-8")
    assert "is taken away" in (await run("causes.md", "--replace")).stdout
    await until(lambda: _has_written(js, ""), "the log tells that it was taken away")
    events = (await _written(js))[before:]
    assert [(one.part, one.author, one.day) for one in events] == [
        (Part.CAUSES, OFFICER, AS_OF),
        (Part.QUALITY, OFFICER, AS_OF),
        (Part.CAUSES, "operator", AS_OF),
    ]


async def test_nothing_is_written_over_unseen(
    desk: OfficerDesk, run: Run, js: JetStreamContext, tmp_path: Path
) -> None:
    """One word from somebody else holds all files back until `--replace`; the service holds to it for whoever asks."""
    await ask(desk.nc, "dondoc.reports.write_narrative", _write("outlook", "Của người khác"), WITHIN)
    for name in ("outlook.md", "proposals.md"):
        (tmp_path / name).write_text("Bản mới", encoding="utf-8")
    await until(lambda: _has_written(js, "Của người khác"), "the log tells of it")
    before = await _written(js)
    refused = await run("proposals.md", "outlook.md")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert f"outlook.md: operator wrote outlook on {AS_OF}; nothing is written" in refused.stderr
    with pytest.raises(Refused, match="wrote outlook meanwhile"):
        await ask(desk.nc, "dondoc.reports.write_narrative", _write("outlook", "Bản mới"), WITHIN)
    assert await _written(js) == before
    assert (await run("proposals.md", "outlook.md", "--replace")).returncode == 0


async def test_what_cannot_be_written_is_said(
    desk: OfficerDesk, run: Run, js: JetStreamContext, tmp_path: Path
) -> None:
    """The file and what would be right; a good file beside it isn't written either."""
    before = await _written(js)
    for name, data in (
        ("causes.md", b"x"),
        ("ket-luan.md", b"x"),
        ("quality.md", "ư".encode("utf-16")),
        ("outlook.txt", b"x"),
    ):
        (tmp_path / name).write_bytes(data)
    (tmp_path / "proposals.md").write_text("x" * (LONGEST_NARRATIVE + 1))
    (tmp_path / "directing.md").write_text("ư" * 100_001, encoding="utf-8")
    for name, said in (
        ("ket-luan.md", "the parts are directing.md, quality.md, shortcomings.md, causes.md, outlook.md, proposals.md"),
        ("outlook.txt", "is named after no part"),
        ("quality.md", "is no text in UTF-8"),
        ("proposals.md", "proposals.md has 20,001 characters; a part of the report has 20,000 characters at most"),
        ("directing.md", "directing.md is larger than 200,000 bytes"),
    ):
        refused = await run("causes.md", name)
        assert (refused.returncode, said in refused.stderr, refused.stderr.count("\n")) == (1, True, 1), refused.stderr
    with pytest.raises(Refused, match="20,000 at most"):
        await ask(desk.nc, "dondoc.reports.write_narrative", _write("outlook", "x" * (LONGEST_NARRATIVE + 1)), WITHIN)
    with pytest.raises(Refused, match="there is no plan 'mau'; known: mau-2023"):
        await ask(desk.nc, "dondoc.reports.write_narrative", _write("outlook", "x", plan="mau"), WITHIN)
    assert await _written(js) == before


def _write(part: str, text: str, **more: object) -> bytes:
    return request_body(**{"plan": PLAN_ID, "part": part, "text": text} | more)
