"""docs/examples: each program, alone in a folder with its credentials, posts to a real house and gets its receipt."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from nats.js import JetStreamContext

from deploy.identity.folder import Identity
from deploy.identity.nkey import new_seed
from deploy.servers.nats import address
from deploy.servers.server import Running
from tests.harness.node import PROGRAM
from tests.harness.services import Processes
from tests.harness.tree import ROOT

EXAMPLES = ROOT / "docs" / "examples"
AGENCY, OTHER = "dai-ptth", "bao-quang-ngai"


@dataclass
class Outside:
    """An integrator's folder, with `event.json`, `AGENCY.nk` and the programs, and an environment with nothing else."""

    folder: Path
    environ: dict[str, str]

    def run(self, program: str, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        commands = {".py": sys.executable, ".mjs": str(PROGRAM), ".sh": "/bin/sh"}
        shutil.copy(EXAMPLES / program, self.folder)
        return subprocess.run(
            [commands[Path(program).suffix], program, *arguments],
            cwd=self.folder,
            env=self.environ | more,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def write(self, name: str, **data: object) -> str:
        """An event like that of the examples, with another id and other data; the file's name."""
        event = json.loads((EXAMPLES / "event.json").read_text(encoding="utf-8"))
        event |= {"id": name, "data": event["data"] | data}
        (self.folder / f"{name}.json").write_text(json.dumps(event), encoding="utf-8")
        return f"{name}.json"


@pytest.fixture
async def outside(
    js: JetStreamContext,
    processes: Processes,
    nats_server: Running,
    environ: dict[str, str],
    node_modules: Path,
    tmp_path: Path,
) -> AsyncIterator[Outside]:
    """What an agency's integrator has after `dondoc agency add`, and a house that runs as long."""

    def dondoc(*arguments: str) -> str:
        command = [sys.executable, "-m", "deploy.cli", *arguments]
        done = subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
        return done.stdout.strip()

    async with processes("assignments", "submissions") as running:
        dondoc("plan", "publish", str(ROOT / "plans/quang-ngai-2023.yaml"))
        dondoc("day", "publish", "2023-02-17")
        token = dondoc("agency", "add", AGENCY)
        seed = Identity(Path(environ["DONDOC_IDENTITY"])).path / "seeds" / f"{AGENCY}.nk"
        shutil.copy(seed, tmp_path)
        shutil.copy(EXAMPLES / "event.json", tmp_path)
        (tmp_path / "node_modules").symlink_to(node_modules)
        yield Outside(
            tmp_path,
            {
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(ROOT / "tests/harness/packages"),  # what nats-py signs with
                "NATS_URL": address(nats_server.port),
                "DONDOC": running.services["submissions"].url,
                "TOKEN": token,
            },
        )


def _receipt(done: subprocess.CompletedProcess[str], code: int) -> Any:
    assert (done.returncode, done.stderr) == (code, "")
    return json.loads(done.stdout)


@pytest.mark.parametrize("program", ["post.py", "post.mjs"])
async def test_by_nats_an_event_gets_its_receipt(program: str, outside: Outside) -> None:
    """Recorded, the same receipt again for the same event, and for a wrong one the reasons and another exit code; and
    whoever has no key, another agency's subject or no server hears what is wrong."""
    seed = f"{AGENCY}.nk"
    first = _receipt(outside.run(program, AGENCY, seed, "event.json"), 0)
    assert first["data"]["occurrence"]["period"] == "2023-W07"
    assert first["data"]["flags"] == []
    assert _receipt(outside.run(program, AGENCY, seed, "event.json"), 0) == first
    wrong = outside.write("wrong", published_on="2023-02-16", titel="x")
    refused = _receipt(outside.run(program, AGENCY, seed, wrong), 1)
    assert [one["code"] for one in refused["data"]["reasons"]] == ["unknown_field"]

    (outside.folder / "nobody.nk").write_text(new_seed())
    (outside.folder / "broken.nk").write_text("SU?")
    for arguments, said, server in (
        ((AGENCY, "nobody.nk", "event.json"), "authorization violation", {}),
        ((AGENCY, "broken.nk", "event.json"), "no receipt: ", {}),
        ((AGENCY, "missing.nk", "event.json"), "missing.nk", {}),
        ((OTHER, seed, "event.json"), "permissions violation", {}),
        ((AGENCY, seed, "event.json"), "no receipt: ", {"NATS_URL": "nats://127.0.0.1:1"}),
        ((AGENCY, seed), "usage", {}),
    ):
        done = outside.run(program, *arguments, **server)
        assert (done.returncode, done.stdout) == (2, ""), done
        assert said in done.stderr.lower()


async def test_by_http_an_event_gets_its_receipt(outside: Outside) -> None:
    """Recorded, the same bytes again, the reasons of a wrong one, and a token that nobody has."""
    first = outside.run("post.sh", "event.json")
    assert _receipt(first, 0)["data"]["occurrence"]["period"] == "2023-W07"
    assert outside.run("post.sh", "event.json").stdout == first.stdout
    wrong = outside.write("wrong", duty="III.10b-tv")
    refused = _receipt(outside.run("post.sh", wrong), 1)
    assert [one["code"] for one in refused["errors"]] == ["wrong_channel"]
    done = outside.run("post.sh", "event.json", TOKEN="dondoc_nobody")
    assert (done.returncode, json.loads(done.stdout)["status"]) == (2, 401)
    assert "the answer's status is 401" in done.stderr
    assert "Usage" in outside.run("post.sh").stderr
