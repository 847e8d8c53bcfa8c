"""The HTTP intake on a real web server, NATS server and MongoDB; the log and the days are handed to it by hand."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext

from services.submissions.credentials import Credentials, make_token
from services.submissions.evidence import Evidence
from services.submissions.import_outputs import Importing
from services.submissions.keep_evidence import Limits, limits
from services.submissions.web.api import api
from services.submissions.web.evidence import Files
from services.submissions.web.gate import Gate
from services.submissions.web.incoming import Incoming
from services.submissions.web.links import PREFIX as LINKS
from services.submissions.web.links import link_pages
from shared.contracts.http_api import PREFIX
from shared.health import Health
from shared.mongo import Mongo
from shared.request_body import PATIENCE, Patience
from shared.settings import Settings
from tests.harness.http import Answered, request, served
from tests.integration.intake_desk import Desk, open_desk, posted, prepare

STRUCTURED = {"Content-Type": "application/cloudevents+json"}
BATCH = {"Content-Type": "application/cloudevents-batch+json; charset=UTF-8"}
FAST = 100_000.0


@dataclass
class HttpDesk:
    """`tokens` by agency; whoever asks without saying as whom is `dai`."""

    desk: Desk
    credentials: Credentials
    url: str
    tokens: dict[str, str]
    health: Health
    files: Files
    incoming: Incoming

    async def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        agency: str = "dai",
    ) -> Answered:
        shown = {"Authorization": f"Bearer {self.tokens[agency]}", **(headers or {})}
        return await request(method, self.url + path, body, shown)

    async def post(self, id_: str, agency: str = "dai", **data: object) -> Answered:
        """One event in structured mode."""
        return await self.ask("POST", "/events", posted(id_, **data), STRUCTURED, agency)

    async def keep(self, name: str, body: bytes, agency: str = "dai", **headers: str) -> Answered:
        """A file as evidence."""
        return await self.ask("POST", f"/evidence?{urlencode({'name': name})}", body, headers, agency)

    async def batch(self, *events: Any) -> Answered:
        return await self.ask("POST", "/events", json.dumps(events).encode(), BATCH)


@asynccontextmanager
async def open_http_desk(
    settings: Settings,
    mongo: Mongo,
    nc: Client,
    rate: float = FAST,
    bounds: Limits | None = None,
    patience: Patience = PATIENCE,
) -> AsyncIterator[HttpDesk]:
    """The agencies `dai` and `huyen` have a token each; `bounds` are those of evidence."""
    store, evidence = await prepare(mongo), Evidence(mongo)
    await evidence.ensure_indexes()
    credentials = Credentials(mongo)
    await credentials.ensure_indexes()
    tokens = {agency: make_token() for agency in ("dai", "huyen")}
    for agency, token in tokens.items():
        await credentials.add(token, agency, datetime.now(UTC))
    async with open_desk(settings, mongo, nc, store) as desk:
        health = desk.runtime.health
        health.waiting_for = None
        async with served(health) as (web, url):
            importing, gate = Importing(desk.intake, store), Gate(credentials, rate)
            incoming = Incoming(settings, health, patience)
            files = Files(evidence, bounds or limits(settings))
            web.mount(LINKS, link_pages(desk.runtime, desk.intake, store, files, incoming, settings.links()))
            web.mount(PREFIX, api(desk.runtime, desk.intake, importing, store, files, gate, incoming))
            yield HttpDesk(desk, credentials, url + PREFIX, tokens, health, files, incoming)


@pytest.fixture
async def http(settings: Settings, mongo: Mongo, nc: Client, js: JetStreamContext) -> AsyncIterator[HttpDesk]:
    """The HTTP intake, as fast as it is."""
    async with open_http_desk(settings, mongo, nc) as desk:
        yield desk
