"""With more than one plan the desk keeps to the one that was chosen, and finds what older addresses name."""

import re
from collections.abc import AsyncIterator

import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext

from services.reports.desk.web.paths import PREFIX
from shared.ask import ask, request_body
from shared.settings import Settings
from tests.harness.inbox import Inbox
from tests.integration.log import day, has_come
from tests.integration.officer_desk import ADMIN
from tests.integration.test_reports_service import WITHIN
from tests.integration.whole_desk import JANUARY, WholeDesk, open_whole_desk
from tests.system.small_house import PLAN

NEXT_YEAR = "2027-01-04"
# A form to be sent by GET has the plan as a field of its own.
LINK = re.compile(r'<a href="([^"#]+)"|<form [^>]*method="post" action="([^"]+)"')


@pytest.fixture
async def desk(settings: Settings, js: JetStreamContext, nc: Client, inbox: Inbox) -> AsyncIterator[WholeDesk]:
    async with open_whole_desk(settings, nc, inbox) as desk:
        yield desk


async def _new_year(desk: WholeDesk) -> None:
    """The next year's plan is published, and that year has begun: it is what is shown to who chooses none."""
    other = PLAN.read_bytes().replace(b"id: mau-2026", b"id: mau-2027").replace(b"year: 2026", b"year: 2027")
    await ask(desk.nc, "dondoc.assignments.publish_plan", other, WITHIN)
    await ask(desk.nc, "dondoc.assignments.publish_day", request_body(date=NEXT_YEAR), WITHIN)
    await has_come(desk.nc.jetstream(), day(NEXT_YEAR).subject)


async def test_what_was_chosen_stays_chosen(desk: WholeDesk) -> None:
    """Each link and form of each page below the overview keeps to the plan, but for leaving and other plans."""
    output = await desk.deliver("1")
    await _new_year(desk)
    browser = await desk.signed_in(ADMIN)
    left = [
        "/?ke-hoach=mau-2026",
        f"/san-pham/{output}?ke-hoach=mau-2026",
        f"{JANUARY}?ke-hoach=mau-2026",
        "/bao-cao/noi-dung/causes?ke-hoach=mau-2026",
    ]
    seen = set(left)
    while left:
        text = await browser.page(left.pop())
        for link, action in LINK.findall(text):
            address = link or action
            if not address.startswith(PREFIX) or address == f"{PREFIX}/ra" or address.endswith("ke-hoach=mau-2027"):
                continue
            assert "ke-hoach=mau-2026" in address, (address, text)
            path = address.removeprefix(PREFIX).replace("&amp;", "&")
            if link and path not in seen:
                seen.add(path)
                left.append(path)
    assert {path.partition("?")[0] for path in seen} >= {"/", "/co-quan", "/san-pham", "/bao-cao", "/can-bo", JANUARY}


async def test_a_report_is_issued_of_the_chosen_plan(desk: WholeDesk) -> None:
    """By the link in the bar and the form that it leads to, and on the page of the job still."""
    await _new_year(desk)
    browser = await desk.signed_in(ADMIN)
    bar = re.search(rf'<a href="{PREFIX}(/bao-cao[^"]*)"', await browser.page("/?ke-hoach=mau-2026"))
    assert bar is not None
    form = re.search(rf'action="{PREFIX}(/bao-cao/lap[^"]*)"', await browser.page(bar[1]))
    assert form is not None
    made = (await browser.post(form[1], {"dang": "json"})).headers["Location"]
    assert made.endswith("?ke-hoach=mau-2026")
    text = await browser.page(made.removeprefix(PREFIX))
    assert text.count('?ke-hoach=mau-2026"') >= 6
    assert "mau-2027" not in text


async def test_what_an_address_names_is_found_in_its_own_plan(desk: WholeDesk) -> None:
    """An output by its id, an occurrence by its period's year: links noted when there was one plan lead there still,
    and on from there."""
    output = await desk.deliver("1")
    browser = await desk.signed_in(ADMIN)
    assert f'href="{PREFIX}/bao-cao"' in await browser.page(f"/san-pham/{output}")
    await _new_year(desk)
    for path in (f"/san-pham/{output}", JANUARY):
        assert f'href="{PREFIX}/bao-cao?ke-hoach=mau-2026"' in await browser.page(path)
    assert f'href="{PREFIX}/bao-cao?ke-hoach=mau-2027"' in await browser.page("/ky/I.1/so-a/2027-01")
    reviewed = await browser.post(f"/san-pham/{output}", {"verdict": "accept", "sau": "0"})
    assert (reviewed.status_code, "ke-hoach=mau-2026" in reviewed.headers["Location"]) == (303, True)
    for nowhere in ("/san-pham/khac", "/ky/I.1/so-a/2025-01", f"/san-pham/{output}?ke-hoach=mau-2027"):
        assert (await browser.get(nowhere)).status_code == 404


async def test_the_other_plan_can_be_chosen_on_every_page(desk: WholeDesk) -> None:
    """Also where that plan has no such page, and where a form was refused."""
    await _new_year(desk)
    browser = await desk.signed_in(ADMIN)
    pages = {path: await browser.page(path) for path in ("/", JANUARY, "/co-quan/so-a", "/bao-cao")}
    pages["/bao-cao/lap"] = (await browser.post("/bao-cao/lap", {"dang": "odt"})).text
    pages["/san-pham"] = await browser.page("/san-pham?xem-xet=all&ke-hoach=mau-2026")
    for path, text in pages.items():
        other = re.search(r'Kế hoạch khác: <a href="([^"]+)"', text)
        assert other is not None, path
        address = other[1].removeprefix(PREFIX)
        assert "ke-hoach=" in await browser.page(address if address.startswith("/") else path + address), path


async def test_a_page_that_is_not_there_keeps_the_plan_that_is(desk: WholeDesk) -> None:
    """One that isn't there itself is not kept: every way on would lead to the same."""
    await _new_year(desk)
    browser = await desk.signed_in(ADMIN)
    assert f'href="{PREFIX}/?ke-hoach=mau-2026"' in (await browser.get("/san-pham/khac?ke-hoach=mau-2026")).text
    assert "ke-hoach=" not in (await browser.get("/?ke-hoach=mau-2025")).text
