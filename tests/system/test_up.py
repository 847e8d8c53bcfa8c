"""`dondoc up` as a person runs it, and an integrator who has plain nats-py and no code of ours."""

import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nats
import pytest
from nats.aio.msg import Msg
from nats.js.errors import BadRequestError

from shared.flushed import flushed
from tests.harness.processes import lives, until
from tests.harness.servers import clean_environ

pytestmark = pytest.mark.timeout(300)

ROOT = Path(__file__).parents[2]
PLAN = ROOT / "plans" / "quang-ngai-2023.yaml"
PATIENCE_SECONDS = 60.0


@dataclass
class Up:
    """A running `dondoc up` and what it printed."""

    process: subprocess.Popen[str]
    data: Path
    lines: list[str] = field(default_factory=list)

    @property
    def environ(self) -> dict[str, str]:
        """What commands in another terminal need."""
        told = (self.data / "environment").read_text()
        return {**clean_environ(), **dict(re.findall(r"^export (\w+)='?(.*?)'?$", told, re.MULTILINE))}

    def dondoc(self, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        """Another terminal's command."""
        command = [sys.executable, "-m", "deploy.cli", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=self.environ, input=given, capture_output=True, text=True, timeout=60, check=False
        )


def _up(data: Path, **environ: str) -> Up:
    process = subprocess.Popen(
        [sys.executable, "-m", "deploy.cli", "up", "--data", str(data)],
        cwd=ROOT,
        env={**clean_environ(), **environ},
        stdout=subprocess.PIPE,
        stderr=(data.parent / "up.log").open("w"),
        text=True,
    )
    up = Up(process, data)
    assert process.stdout is not None
    for line in process.stdout:
        up.lines.append(line.strip())
        if line.strip() == "ready":
            return up
    raise AssertionError(f"it ended: {(data.parent / 'up.log').read_text()[-2000:]}")


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """`dondoc up` in a new folder, with a manual calendar at 2023-02-20 and the real plan published."""
    running = _up(tmp_path_factory.mktemp("up") / "data", DONDOC_CALENDAR="manual")
    try:
        assert "190 assigned" in running.dondoc("plan", "publish", str(PLAN)).stdout
        running.dondoc("day", "publish", "2023-02-20")
        yield running
    finally:
        running.process.send_signal(signal.SIGINT)
        running.process.wait(60)


def _event(identity: str, **data: Any) -> bytes:
    event = {"specversion": "1.0", "id": identity, "source": "/test/cms", "type": "vn.dondoc.output.submitted.v1"}
    return json.dumps({**event, "data": data}).encode()


RADIO = {"channel": "radio", "title": "Chuyên mục CCHC", "published_on": "2023-02-15", "duration_minutes": 5}


class Integrator:
    """Plain nats-py: posts, and hears the receipts of all agencies."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.receipts: list[bytes] = []

    async def __aenter__(self) -> "Integrator":
        self.nc = await nats.connect(self._url)

        async def hear(msg: Msg) -> None:
            self.receipts.append(msg.data)

        await self.nc.subscribe("dondoc.output.*.*", cb=hear)
        await flushed(self.nc)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.nc.close()

    async def post(self, agency: str, body: bytes) -> None:
        await self.nc.jetstream().publish(f"dondoc.intake.{agency}", body)

    async def heard(self, count: int) -> list[dict[str, Any]]:
        """The first `count` receipts, when they have come."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(self.receipts) < count:
            assert time.monotonic() < deadline, f"heard {self.receipts}"
            await asyncio.sleep(0.01)
        return [json.loads(receipt) for receipt in self.receipts[:count]]


async def test_a_radio_programme_is_recorded_and_its_repeat_gets_the_same_receipt(up: Up) -> None:
    """Week 2023-W07 of dai-ptth: matched by channel and date; the second post changes nothing and hears the same."""
    async with Integrator(up.environ["DONDOC_NATS_URL"]) as integrator:
        await integrator.post("dai-ptth", _event("w07", **RADIO))
        (receipt,) = await integrator.heard(1)
        assert receipt["type"] == "vn.dondoc.output.recorded.v1"
        assert receipt["data"]["duty"] == "III.10b-radio"
        assert receipt["data"]["occurrence"]["period"] == "2023-W07"
        await integrator.post("dai-ptth", _event("w07", **RADIO))
        await integrator.heard(2)
        assert integrator.receipts[0] == integrator.receipts[1]
        log = await integrator.nc.jetstream().stream_info("EVENTS", subjects_filter="dondoc.output.>")
        assert log.state.subjects == {"dondoc.output.recorded.dai-ptth": 1}
    status = json.loads(up.dondoc("status", "--agency", "dai-ptth", "--json").stdout)
    radio = next(duty for duty in status["duties"] if duty["id"] == "III.10b-radio")
    assert (radio["met"] + radio["met_late"], radio["outputs"]) == (1, 1)


async def test_wrong_events_are_rejected_with_reasons_and_their_neighbours_recorded(up: Up) -> None:
    """Posted in one go: not owed, future, no JSON, 2 MB, and right ones between them."""
    async with Integrator(up.environ["DONDOC_NATS_URL"]) as integrator:
        posts = [
            ("dai-ptth", _event("n1", **{**RADIO, "published_on": "2023-01-04"}), "recorded"),
            ("so-y-te", _event("n2", duty="III.5", title="Bản tin", published_on="2023-02-01"), "not_owed"),
            ("dai-ptth", _event("n3", **{**RADIO, "published_on": "2023-03-01"}), "future_date"),
            ("dai-ptth", b"{this is no JSON", "bad_envelope"),
            ("dai-ptth", _event("n4", **{**RADIO, "published_on": "2023-01-11"}), "recorded"),
        ]
        for agency, body, _ in posts:
            await integrator.nc.publish(f"dondoc.intake.{agency}", body)
        with pytest.raises(BadRequestError, match="message size exceeds maximum allowed"):
            await integrator.post("dai-ptth", _event("n5", **{**RADIO, "note": "x" * 2_000_000}))
        receipts = await integrator.heard(len(posts))
    told = [r["data"]["reasons"][0]["code"] if "reasons" in r["data"] else "recorded" for r in receipts]
    assert sorted(told) == sorted(outcome for *_, outcome in posts)
    assert all(r["message"] for receipt in receipts for r in receipt["data"].get("reasons", ()))


def test_commands_tell_people_what_happened(up: Up, tmp_path: Path) -> None:
    """submit, report, topology, deadletters and verify, each from another terminal."""
    body = _event(
        "cli", agency="bao-quang-ngai", channel="newspaper", title="Trang", published_on="2023-02-10"
    ).decode()
    submitted = up.dondoc("submit", "-", given=f"{body}\n")
    assert (submitted.returncode, submitted.stdout) == (0, "cli: recorded for III.10a 2023-02\n")
    wrong = up.dondoc("submit", "-", given=f"{body.replace('newspaper', 'radio').replace('cli', 'cli2')}\n")
    assert wrong.returncode == 1
    assert "bao-quang-ngai has no duty on the channel 'radio'" in wrong.stdout
    out = tmp_path / "report.docx"
    assert up.dondoc("report", "qngai-cchc-2023", "--format", "docx", "-o", str(out)).returncode == 0
    assert out.read_bytes().startswith(b"PK")
    unknown = up.dondoc("report", "qngai-2099", "-o", str(out))
    assert unknown.returncode == 1
    assert "qngai-cchc-2023" in unknown.stderr
    assert up.dondoc("topology", "check").stdout == "all is as declared\n"
    assert up.dondoc("deadletters", "list").stdout == "there are none\n"
    backed_up = up.dondoc("backup", str(tmp_path / "backup"))
    assert re.fullmatch(r".*/backup: \d+ documents as of .* UTC\n", backed_up.stdout)
    assert "is there already" in up.dondoc("backup", str(tmp_path / "backup")).stderr
    refused = up.dondoc("restore", str(tmp_path / "backup"), "--replace")
    assert (refused.returncode, "stop all services first" in refused.stderr) == (1, True)
    assert up.dondoc("verify").stdout.startswith("log, outboxes and stores agree: ")


def test_a_wrong_plan_is_refused_with_its_line_and_nothing_is_published(up: Up, tmp_path: Path) -> None:
    """An unknown agency: file, line, what is wrong and what would be right; the plan stays as it was."""
    wrong = tmp_path / "wrong.yaml"
    text = PLAN.read_text(encoding="utf-8").replace("agencies: [bao-quang-ngai]", "agencies: [bao-quang-ngay]", 1)
    wrong.write_text(text, encoding="utf-8")
    line = text[: text.index("bao-quang-ngay")].count("\n") + 1
    told = up.dondoc("plan", "publish", str(wrong))
    assert told.returncode == 1
    assert f"{wrong}:{line}: " in told.stderr
    assert "bao-quang-ngai" in told.stderr
    assert "nothing was published" in up.dondoc("plan", "publish", str(PLAN)).stdout


def test_ctrl_c_leaves_no_process_behind_and_the_data_serve_the_next_start(tmp_path: Path) -> None:
    """All children end with it, by Ctrl-C and by kill -9; what was published is there again."""
    first = _up(tmp_path / "data", DONDOC_CALENDAR="manual")
    first.dondoc("plan", "publish", str(PLAN))
    children = _children(first.process.pid)
    assert len(children) == 6
    first.process.send_signal(signal.SIGINT)
    assert first.process.wait(60) == 0
    until(lambda: not any(lives(pid) for pid in children), "all children are gone")
    second = _up(tmp_path / "data", DONDOC_CALENDAR="manual")
    assert "nothing was published" in second.dondoc("plan", "publish", str(PLAN)).stdout
    children = _children(second.process.pid)
    os.kill(second.process.pid, signal.SIGKILL)
    second.process.wait(60)
    until(lambda: not any(lives(pid) for pid in children), "all children are gone")


def _children(parent: int) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


def test_a_log_that_is_gone_is_refilled_before_the_services_start(tmp_path: Path) -> None:
    """The store of nats-server was removed between two runs: the second one has every event again, nothing differs."""
    data = tmp_path / "data"
    first = _up(data, DONDOC_CALENDAR="manual")
    assert "190 assigned" in first.dondoc("plan", "publish", str(PLAN)).stdout
    assert first.dondoc("verify").stdout.startswith("log, outboxes and stores agree: ")
    first.process.send_signal(signal.SIGINT)
    first.process.wait(PATIENCE_SECONDS)
    shutil.rmtree(data / "nats-server")
    second = _up(data, DONDOC_CALENDAR="manual")
    try:
        assert second.dondoc("verify").stdout.startswith("log, outboxes and stores agree: ")
        assert second.dondoc("topology", "refill").stdout == "191 events were in the log, 0 were published again\n"
    finally:
        second.process.send_signal(signal.SIGINT)
        second.process.wait(PATIENCE_SECONDS)
