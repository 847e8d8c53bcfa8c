"""Links as agencies get them by mail, followed as browsers and programs do, on the desk of the HTTP intake."""

import asyncio
import http.client
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from html import unescape
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from services.submissions.apply_events import Told, apply_events
from services.submissions.store import Store
from shared.contracts.base import Event
from shared.contracts.duties import DutyExcused, ExcuseKind, OccurrenceKey
from shared.contracts.plan import Agency
from shared.signed_links import Link, Purpose, address
from tests.harness.forms import FORM, form
from tests.harness.services import LINK_SECRET
from tests.integration.http_desk import HttpDesk
from tests.integration.intake_desk import LONG_AGO, turn
from tests.unit.submissions.books import PLAN, TODAY, plan

TV = OccurrenceKey(plan=PLAN, duty="tv", agency="dai", period="2026-02")
RADIO = OccurrenceKey(plan=PLAN, duty="radio", agency="dai", period="2026-W07")
BOXES = ("vanthu@dai.example", "giamdoc@dai.example")
OUTPUT = {"title": "Chuyên mục tháng 02 (mẫu)", "published_on": "11/02/2026", "url": "https://dai.example/tv-02"}
REASON = {"reason": "Trong kỳ không có nội dung mới (mẫu)."}


class Page(NamedTuple):
    """What a browser ends at: the page of a redirect in the place of the redirect."""

    status: int
    headers: Mapping[str, str]
    text: str
    redirected: bool

    @property
    def heading(self) -> str:
        found = re.search(r"<h1>(.*?)</h1>", self.text, re.DOTALL)
        return unescape(found.group(1)) if found else ""

    @property
    def has_form(self) -> bool:
        return "<form" in self.text

    def error(self, field: str) -> str:
        """What is said beside the field."""
        found = re.search(rf'id="{field}-error">(.*?)</p>', self.text, re.DOTALL)
        return unescape(found.group(1)) if found else ""


@dataclass
class LinkDesk:
    """`http` with a station that has a name."""

    http: HttpDesk

    @property
    def origin(self) -> str:
        parts = urlsplit(self.http.url)
        return f"{parts.scheme}://{parts.netloc}"

    def link(self, purpose: Purpose = Purpose.SUBMIT, key: OccurrenceKey = TV, **other: object) -> str:
        """The address of a link of yesterday's mail."""
        day = TODAY - timedelta(days=1)
        one = Link(purpose, "dai", key, "0123456789abcdef0123456789abcdef", BOXES, day + timedelta(days=60))
        return address(replace(one, **other), self.origin, LINK_SECRET)  # type: ignore[arg-type]

    async def ask(
        self, method: str, url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Page:
        return await asyncio.to_thread(_ask, method, url, body, headers or {})

    async def get(self, url: str) -> Page:
        return await self.ask("GET", url)

    async def post(
        self, url: str, fields: Mapping[str, str], file: tuple[str, bytes] | None = None, **headers: str
    ) -> Page:
        return await self.ask("POST", url, form(fields, file), {**FORM, **headers})

    async def told(self, event: Event) -> None:
        """The log tells the event."""
        runtime = self.http.desk.runtime
        await apply_events([Told("told", event, LONG_AGO)], Store(runtime.mongo), runtime.mongo)

    async def turn(self, day: date) -> None:
        runtime = self.http.desk.runtime
        await turn(Store(runtime.mongo), runtime.mongo, day, LONG_AGO + timedelta(days=1))

    async def outbox(self) -> list[str]:
        """The ids of all events that submissions has told."""
        return sorted([id_ async for id_ in self.http.desk.runtime.outbox.ids()])


async def open_link_desk(http: HttpDesk) -> LinkDesk:
    """The plan knows its agencies by name."""
    desk = LinkDesk(http)
    agencies = (
        Agency(id="dai", kind="k", name="Đài Phát thanh và Truyền hình tỉnh Mẫu", short_name="Đài PT-TH"),
        Agency(id="so-a", kind="k", name="Sở Thông tin và Truyền thông tỉnh Mẫu", short_name="Sở TT&TT"),
    )
    await desk.told(plan().model_copy(update={"revision": 2, "agencies": agencies}))
    return desk


def excused(key: OccurrenceKey = TV) -> DutyExcused:
    return DutyExcused(
        plan=key.plan,
        revision=1,
        day=TODAY,
        duty=key.duty,
        agency=key.agency,
        period=key.period,
        kind=ExcuseKind.EXEMPTION,
        approver="Giám đốc (mẫu)",
        document="12/STTTT-MẪU",
        reason="Mẫu",
    )


def _ask(method: str, url: str, body: bytes | None, headers: Mapping[str, str]) -> Page:
    where = urlsplit(url)
    assert where.hostname is not None
    connection = http.client.HTTPConnection(where.hostname, where.port, timeout=60)
    try:
        connection.request(method, where.path, body, dict(headers))
        got = connection.getresponse()
        text = got.read().decode()
    finally:
        connection.close()
    if got.status == 303:
        after = _ask("GET", urljoin(url, got.headers["Location"]), None, {})
        return after._replace(redirected=True)
    return Page(got.status, got.headers, text, False)
