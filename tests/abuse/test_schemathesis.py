"""schemathesis against both HTTP APIs, from their OpenAPI documents: no failure, no answer beside the contract."""

import asyncio
import json
import sys
from pathlib import Path

import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext

from shared.ask import ask, request_body
from shared.contracts.http_api import PREFIX
from shared.settings import Settings
from tests.harness.inbox import Inbox
from tests.harness.tree import ROOT
from tests.integration.http_desk import HttpDesk
from tests.integration.officer_desk import OFFICER, open_officer_desk
from tests.integration.test_reports_service import WITHIN, publish
from tests.unit.reports.events import year_of_events

CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
CONTRACTS = ROOT / "docs" / "contracts"
PROGRAM = Path(sys.executable).with_name("schemathesis")


@pytest.mark.timeout(900)  # half a minute of work, on a machine that does nothing else
async def test_no_answer_is_beside_the_contract(http: HttpDesk, tmp_path: Path) -> None:
    """Examples, values at each boundary of the schemas, wrong ones, and chains of requests; always the same ones."""
    await _judge("openapi.json", http.url, http.tokens["dai"], tmp_path)


@pytest.mark.timeout(900)
async def test_no_answer_about_reports_is_beside_the_contract(
    settings: Settings, js: JetStreamContext, nc: Client, inbox: Inbox, tmp_path: Path
) -> None:
    """The same of the reports service, as an officer."""
    async with open_officer_desk(settings, nc, inbox) as desk:
        await publish(js, year_of_events())
        answer = await ask(nc, "dondoc.reports.officer_token", request_body(email=OFFICER), WITHIN)
        await _judge("openapi-reports.json", desk.url + PREFIX, json.loads(answer)["token"], tmp_path)


async def _judge(name: str, url: str, token: str, folder: Path) -> None:
    document = CONTRACTS / name
    running = await asyncio.create_subprocess_exec(
        PROGRAM,
        f"--config-file={CONFIGURATION}",
        "run",
        document,
        f"--url={url.removesuffix(PREFIX)}",
        f"--header=Authorization: Bearer {token}",
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await running.communicate()
    assert running.returncode == 0, said.decode()
    operations = sum(len(methods) for methods in json.loads(document.read_text(encoding="utf-8"))["paths"].values())
    assert f"Tested: {operations}" in said.decode()
