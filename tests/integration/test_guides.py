"""The guide for integrators, followed word for word in a shell."""

import json
import re
import subprocess
import sys
from pathlib import Path

from nats.js import JetStreamContext

from tests.contracts.test_guides import ENGLISH, blocks
from tests.harness.services import Processes
from tests.harness.tree import ROOT
from tests.unit.submissions.sample_files import sample

TODAY = "2023-04-10"


def _dondoc(environ: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "-m", "deploy.cli", *arguments]
    done = subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout.strip()


async def test_the_guide_can_be_followed(
    js: JetStreamContext, processes: Processes, environ: dict[str, str], tmp_path: Path
) -> None:
    """Events in three modes, what is overdue, a list, a file: each command gets the answer that the guide tells of."""
    async with processes("assignments", "submissions") as running:
        _dondoc(environ, "plan", "publish", str(ROOT / "plans/quang-ngai-2023.yaml"))
        _dondoc(environ, "day", "publish", TODAY)
        token = _dondoc(environ, "agency", "add", "dai-ptth")
        assert re.fullmatch(r"dondoc_[\w-]{43}", token)
        named = environ | {"DONDOC": running.services["submissions"].url, "TOKEN": token}

        def follow(block: str) -> str:
            script = ["/bin/sh", "-eu", "-c", block]
            done = subprocess.run(
                script, cwd=tmp_path, env=named, capture_output=True, text=True, timeout=60, check=True
            )
            return done.stdout

        server, structured, binary, batch, overdue, listed, shown = blocks(ENGLISH)
        assert [line.partition("=")[0] for line in server.splitlines()] == ["DONDOC", "TOKEN"]
        receipt = json.loads(follow(structured))
        assert (receipt["data"]["duty"], receipt["data"]["occurrence"]["period"]) == ("III.10b-tv", "2023-02")
        assert json.loads(follow(binary))["data"]["duty"] == "III.10b-radio"
        assert json.loads(follow(batch))["results"] == [{"status": 200, "receipt": receipt}]
        owed = {(one["duty"], one["period"]) for one in json.loads(follow(overdue))["occurrences"]}
        assert ("III.10b-tv", "2023-03") in owed
        assert ("III.10b-tv", "2023-02") not in owed
        refusal = json.loads(follow(listed))  # nobody has filled it in
        assert (refusal["status"], len(refusal["outcome"]["problems"])) == (422, 1)
        (tmp_path / "bien-ban.pdf").write_bytes(sample("pdf"))
        kept, named = follow(shown).replace("}{", "}\n{").splitlines()
        assert json.loads(kept)["type"] == "application/pdf"
        recorded = json.loads(named)["data"]
        assert recorded["evidence"] == [json.loads(kept)["evidence"]]
        assert recorded["occurrence"]["period"] == "2023-03"
