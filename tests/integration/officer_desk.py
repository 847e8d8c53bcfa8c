"""The desk on real servers, as officers meet it: a browser's worth of HTTP, and the mail that lets them in."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from urllib.parse import urlsplit

import httpx2
from nats.aio.client import Client

from services.reports.app import start
from services.reports.desk.web.access import COOKIE
from services.reports.desk.web.paths import BY_LINK, ENTER, PREFIX
from shared.ask import ask, request_body
from shared.contracts.officers import Role
from shared.health import Health
from shared.settings import Settings
from tests.harness.http import served
from tests.harness.inbox import Inbox
from tests.harness.services import in_process
from tests.integration.test_reports_service import WITHIN
from tests.integration.until import until

ADMIN, OFFICER, VIEWER = "truong-phong@stttt.example", "can-bo@stttt.example", "nguoi-xem@stttt.example"
EVERYBODY = {ADMIN: Role.ADMIN, OFFICER: Role.OFFICER, VIEWER: Role.VIEWER}
CSRF = re.compile(r'name="csrf" value="([^"]+)"')


@dataclass
class Browser:
    """One person's browser, at the desk; paths are below PREFIX."""

    client: httpx2.AsyncClient
    csrf: str = ""

    async def get(self, path: str, **headers: str) -> httpx2.Response:
        return await self.client.get(PREFIX + path, headers=headers)

    async def page(self, path: str) -> str:
        """The page, which must be there."""
        answer = await self.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text)
        return answer.text

    async def post(self, path: str, fields: Mapping[str, str] | None = None, **headers: str) -> httpx2.Response:
        """As a form of this session's pages sends it."""
        return await self.client.post(PREFIX + path, data={"csrf": self.csrf, **(fields or {})}, headers=headers)

    @property
    def cookie(self) -> str:
        return self.client.cookies.get(COOKIE) or ""


@dataclass
class OfficerDesk:
    """`url` is where the service listens."""

    url: str
    nc: Client
    inbox: Inbox
    stack: AsyncExitStack
    seen: set[str] = field(default_factory=set)

    async def list_officer(self, email: str, role: Role | None, name: str | None = "Nguyễn Thị Mẫu") -> None:
        body = request_body(email=email, name=name if role else None, role=role)
        await ask(self.nc, "dondoc.reports.list_officer", body, WITHIN)

    async def browser(self) -> Browser:
        client = httpx2.AsyncClient(base_url=self.url, timeout=60)
        return Browser(await self.stack.enter_async_context(client))

    async def link(self, email: str) -> str:
        """The path of the link that was mailed to the address last, each told once."""
        found: list[str] = []

        async def arrived() -> bool:
            for mail in self.inbox.messages():
                path = link_in(mail)
                if mail["To"] == email and path not in self.seen:
                    found.append(path)
            return bool(found)

        await until(arrived, f"a link is mailed to {email}")
        self.seen.add(found[0])
        return found[0]

    async def signed_in(self, email: str) -> Browser:
        """A browser whose officer has signed in by a mailed link."""
        browser = await self.browser()
        answer = await browser.post(ENTER, {"email": email})
        assert answer.status_code == 200, answer.text
        entered = await browser.post(await self.link(email))
        assert entered.status_code == 303, entered.text
        found = CSRF.search(await browser.page("/"))
        assert found is not None
        browser.csrf = found[1]
        return browser


def link_in(mail: EmailMessage) -> str:
    """The path of the link in a mail, below PREFIX."""
    found = re.search(rf"\S+{PREFIX}({BY_LINK}/\S+)", mail.get_content())
    assert found is not None
    return found[1]


@asynccontextmanager
async def open_officer_desk(settings: Settings, nc: Client, inbox: Inbox) -> AsyncIterator[OfficerDesk]:
    """The reports service with its web server, and an officer of each role in the list. The topology must be there."""
    async with AsyncExitStack() as stack:
        health = Health()
        web, url = await stack.enter_async_context(served(health))
        health.waiting_for = None
        own = settings.model_copy(update={"http_port": urlsplit(url).port})
        await stack.enter_async_context(in_process("reports", start, own, mount=web.mount))
        desk = OfficerDesk(url, nc, inbox, stack)
        for email, role in EVERYBODY.items():
            await desk.list_officer(email, role)
        yield desk
        await asyncio.sleep(0)
