"""schemathesis against the HTTP intake, from the OpenAPI document: no failure, no answer beside the contract."""

import asyncio
import json
import sys
from pathlib import Path

import pytest

from shared.contracts.http_api import PREFIX
from tests.harness.tree import ROOT
from tests.integration.http_desk import HttpDesk

CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
DOCUMENT = ROOT / "docs" / "contracts" / "openapi.json"
PROGRAM = Path(sys.executable).with_name("schemathesis")


@pytest.mark.timeout(900)  # half a minute of work, on a machine that does nothing else
async def test_no_answer_is_beside_the_contract(http: HttpDesk, tmp_path: Path) -> None:
    """Examples, values at each boundary of the schemas, wrong ones, and chains of requests; always the same ones."""
    running = await asyncio.create_subprocess_exec(
        PROGRAM,
        f"--config-file={CONFIGURATION}",
        "run",
        DOCUMENT,
        f"--url={http.url.removesuffix(PREFIX)}",
        f"--header=Authorization: Bearer {http.tokens['dai']}",
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await running.communicate()
    assert running.returncode == 0, said.decode()
    operations = sum(len(methods) for methods in json.loads(DOCUMENT.read_text(encoding="utf-8"))["paths"].values())
    assert f"Tested: {operations}" in said.decode()
