"""The officers' page in a real browser: what axe finds, and how wide it is."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.notifier.officers.web.session import ENTER
from shared.contracts.agency_answers import AnswerKind
from shared.mongo import Mongo
from tests.harness.looking import look
from tests.integration.notifier_desk import OTHER, OVERDUE
from tests.integration.test_notifier_news import answer
from tests.integration.test_notifier_page import Officer, at_the_page
from tests.unit.notifier.sample import plan

WIDTHS = (390, 1280)
# Without a mail as it would be: its policy lets nothing run in it, axe included.
PAGES = {
    "overview": "/",
    "mails": "/thu",
    "gone-by": "/xem-truoc?ngay=2023-03-08",
    "news": "/xem-truoc?ngay=2023-03-09",
    "ahead": "/xem-truoc?ngay=2023-03-14",
    "wrong": "/thu?tu-ngay=8/3/2023",
    "nowhere": "/gi-do",
}


@pytest.fixture
async def officer(mongo: Mongo) -> AsyncIterator[Officer]:
    async with at_the_page(mongo, plan()) as found:
        await found.desk.owe(OTHER)
        await found.desk.tell(answer(OTHER, AnswerKind.ALREADY_DONE, day=OVERDUE))
        yield found


@pytest.mark.timeout(400)
async def test_every_page_can_be_used_by_everybody(
    officer: Officer, node_modules: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Light and dark, on a phone and on a desk: axe finds nothing, and nothing is wider than the window. The link lets
    in as it does a person, whose browser keeps the cookie; without one there is the page that says so."""
    pages = [{"name": name, "url": officer.url + path} for name, path in PAGES.items()]
    # To a browser another host, for which it has no cookie.
    pages.append({"name": "outside", "url": officer.url.replace("127.0.0.1", "localhost") + "/"})
    enter = f"{officer.url}{ENTER}/{officer.token}"
    found = await asyncio.to_thread(look, pages, WIDTHS, tmp_path_factory.mktemp("b"), enter)
    assert {one["name"]: one["heading"] for one in found} == {
        "overview": "Tổng quan nhắc việc",
        "mails": "Thư nhắc việc",
        "gone-by": "Xem trước nhắc việc",
        "news": "Xem trước nhắc việc",
        "ahead": "Xem trước nhắc việc",
        "wrong": "Không mở được trang",
        "nowhere": "Không mở được trang",
        "outside": "Không mở được trang",
    }
    assert [one for one in found if one["violations"] or one["overflow"] > 0] == []
