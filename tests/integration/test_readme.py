"""The README's first event, word for word: its script, its wrong events, and what they print."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from nats.js import JetStreamContext

from deploy.servers.nats import address, identity_of
from deploy.servers.server import Running
from tests.harness.services import Processes
from tests.harness.tree import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
TODAY = "2026-11-24"  # of the README's output
HTTP = README.split("### By HTTP\n", 1)[1].split("\n### ", 1)[0]
FIRST = README.split("### Post the first event\n", 1)[1].split("\n### ", 1)[0]


def _agency(environ: dict[str, str], server: Running, folder: Path) -> dict[str, str]:
    """What the first shell block leaves: a key's seed in the folder; and the environment of a script there."""
    make, copy, enter = _block("sh").splitlines()
    assert enter == "cd first"
    assert "agency add dai-ptth" in make
    assert _run(environ, folder, "-m", "deploy.cli", "agency", "add", "dai-ptth").returncode == 0
    seed = copy.split("cp .dondoc/identity/")[1].split()[0]
    shutil.copy(identity_of(server.data).path / seed, folder)
    packages = str(ROOT / "tests/harness/packages")
    return {**environ, "NATS_URL": address(server.port), "PYTHONPATH": f"{environ['PYTHONPATH']}:{packages}"}


def _block(kind: str, number: int = 0, text: str = FIRST) -> str:
    return re.findall(rf"```{kind}\n(.*?)```", text, re.DOTALL)[number]


def _run(environ: dict[str, str], folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command], cwd=folder, env=environ, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.fixture
def dondoc(environ: dict[str, str], tmp_path: Path) -> Any:
    """`dondoc …` in a folder of its own; the value is what it printed."""

    def call(*arguments: str) -> str:
        done = _run(environ, tmp_path, "-m", "deploy.cli", *arguments)
        assert done.stderr == ""
        return done.stdout

    return call


async def test_the_readme_can_be_followed(
    js: JetStreamContext,
    processes: Processes,
    nats_server: Running,
    environ: dict[str, str],
    dondoc: Any,
    tmp_path: Path,
) -> None:
    """post.py gets the receipt that the README shows, twice the same; wrong.jsonl gets the lines that it shows."""
    async with processes("assignments", "submissions"):
        assert dondoc("plan", "publish", str(ROOT / "plans/quang-ngai-2023.yaml")) in README
        dondoc("day", "publish", TODAY)
        (tmp_path / "post.py").write_text(_block("python"), encoding="utf-8")
        (tmp_path / "event.json").write_text(_block("json"), encoding="utf-8")
        theirs = _agency(environ, nats_server, tmp_path)
        command, shown = re.fullmatch(r".*/python (post\.py [^\n]+)\n(.*)", _block("console"), re.DOTALL).groups()
        first = _run(theirs, tmp_path, *command.split())
        assert _run(theirs, tmp_path, *command.split()).stdout == first.stdout
        shown = json.loads(shown)
        assert {**json.loads(first.stdout), "time": shown["time"]} == shown
        (tmp_path / "wrong.jsonl").write_text(_block("json", 1), encoding="utf-8")
        assert dondoc("submit", "wrong.jsonl") == _block("console", 2).split("wrong.jsonl\n", 1)[1]


async def test_the_readme_can_be_followed_by_http(
    js: JetStreamContext, processes: Processes, environ: dict[str, str], dondoc: Any, tmp_path: Path
) -> None:
    """The shell gets a token, a receipt, and what is overdue; the same event again gets the same receipt."""
    async with processes("assignments", "submissions") as running:
        dondoc("plan", "publish", str(ROOT / "plans/quang-ngai-2023.yaml"))
        dondoc("day", "publish", TODAY)
        script = f"{_block('sh').splitlines()[0]}\n{_block('sh', text=HTTP)}"
        script = script.replace("http://127.0.0.1:8102", running.services["submissions"].url)
        script = script.replace(".venv/bin/dondoc", f"{sys.executable} -m deploy.cli")
        said = _shell(script, environ, tmp_path)
        receipt, status, occurrences = said.split("\n", 2)
        assert (status, json.loads(receipt)["data"]["occurrence"]["period"]) == ("201", "2023-02")
        overdue = {(one["duty"], one["period"]) for one in json.loads(occurrences)["occurrences"]}
        assert ("III.10b-tv", "2023-03") in overdue
        assert ("III.10b-tv", "2023-02") not in overdue
        again = script.replace("agency add", "agency rotate")
        assert _shell(again, environ, tmp_path).split("\n", 2)[:2] == [receipt, "200"]


def _shell(script: str, environ: dict[str, str], folder: Path) -> str:
    done = subprocess.run(
        ["/bin/sh", "-eu", "-c", script],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout
