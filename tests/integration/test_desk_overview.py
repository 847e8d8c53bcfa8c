"""What the desk shows at a glance keeps apart what the plan numbers and what it implies."""

import re
from collections.abc import AsyncIterator

import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext

from services.reports.renderings.charts import NUMBERED
from services.reports.renderings.summaries import EXPLICIT, IMPLIED
from shared.ask import ask
from shared.settings import Settings
from tests.harness.inbox import Inbox
from tests.integration.officer_desk import VIEWER
from tests.integration.test_reports_service import WITHIN
from tests.integration.whole_desk import WholeDesk, open_whole_desk
from tests.system.small_house import PLAN

A_YEAR = """\
  - id: I.2
    clause: I.2
    title: Hội thi (mẫu)
    heading: radio
    count: implied
    frequency: yearly
    lead: so-a
    performers: {agencies: [so-a]}
"""
DECEMBER = re.compile(
    r'<th role="rowheader" scope="row">12/2026</th>\s*<td [^>]*data-label="Phải thực hiện">(\d+)</td>'
)
FIELD = re.compile(r'data-label="12/2026">.*?(\d+/\d+)')


@pytest.fixture
async def desk(settings: Settings, js: JetStreamContext, nc: Client, inbox: Inbox) -> AsyncIterator[WholeDesk]:
    """Beside what is due each month something once a year, which the plan implies."""
    async with open_whole_desk(settings, nc, inbox) as desk:
        plan = PLAN.read_text(encoding="utf-8").rstrip() + "\n" + A_YEAR
        await ask(nc, "dondoc.assignments.publish_plan", plan.encode(), WITHIN)
        yield desk


async def test_what_the_plan_implies_is_never_added_up(desk: WholeDesk) -> None:
    """Neither in a month nor in an agency's; both say so. On the agency's own page the two stand apart."""
    browser = await desk.signed_in(VIEWER)
    text = await browser.page("/")
    for found in (DECEMBER.findall(text), FIELD.findall(text)):
        assert found in (["1"], ["0/1"])
    assert text.lower().count(f"chỉ tính {NUMBERED}".lower()) == 2
    own = await browser.page("/co-quan/so-a")
    numbers = re.findall(r"<dt>Cả năm</dt><dd>(\d+)</dd>|<h2>([^<]+)</h2>", own)
    assert [one for pair in numbers for one in pair if one] == [EXPLICIT, "12", IMPLIED, "1", "Nhiệm vụ"]
