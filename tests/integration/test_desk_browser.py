"""The desk in a real browser: what axe finds, what a keyboard reaches, and how wide it is."""

import asyncio
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext

from services.reports.desk.web.access import COOKIE
from services.reports.desk.web.paths import ENTER, PREFIX
from shared.ask import ask, request_body
from shared.settings import Settings
from tests.harness.inbox import Inbox
from tests.harness.looking import look
from tests.integration.officer_desk import ADMIN, OFFICER, VIEWER, OfficerDesk, open_officer_desk
from tests.integration.test_desk_actions import told as last_told
from tests.integration.test_reports_service import WITHIN, publish
from tests.integration.until import until
from tests.integration.whole_desk import open_whole_desk
from tests.unit.reports.events import year_of_events
from tests.unit.reports.sample import PLAN_ID, plan_with

WIDTHS = (390, 1280, 1920)
Pages = list[dict[str, Any]]
HEADINGS = {
    "overview": ("/", "Tổng quan"),
    "overdue": ("/qua-han", "Đang quá hạn"),
    "agencies": ("/co-quan", "Cơ quan, đơn vị"),
    "agency": ("/co-quan/tt-nui", "Trung tâm Truyền thông - Văn hóa - Thể thao huyện Núi"),
    "duty": ("/co-quan/tt-nui/III.11", "Phát thanh cơ sở"),
    "occurrence": ("/ky/III.11/tt-nui/2023-05", "Tháng 05/2023"),
    "outputs": ("/san-pham", "Sản phẩm chờ xem xét"),
    "output": ("/san-pham/c2", "Sản phẩm mẫu số c2"),
    "decisions": ("/quyet-dinh", "Quyết định miễn, gia hạn"),
    "report": ("/bao-cao", "Báo cáo tổng hợp"),
    "narrative": ("/bao-cao/noi-dung/causes", "Nguyên nhân"),
    "officers": ("/can-bo", "Cán bộ"),
    "nowhere": ("/khong-co", "Không có trang này"),
}


def judge(found: Pages) -> None:
    """Axe finds nothing, nothing is wider than the window, no target is too small, and the focus is always seen."""
    trouble = [
        (
            one["name"],
            one["width"],
            one["scheme"],
            *(one[what] for what in ("violations", "overflow", "small", "unseen")),
        )
        for one in found
        if one["violations"] or one["overflow"] > 0 or one["small"] or one["unseen"]
    ]
    assert not trouble
    # That a page answers with 401, 404, 410 or 422 is an error to the console, and an icon isn't there.
    said = {text for one in found for text in one["errors"]}
    assert {text for text in said if "Failed to load resource" not in text and "favicon" not in text} == set()


@pytest.fixture
async def desk(settings: Settings, js: JetStreamContext, nc: Client, inbox: Inbox) -> AsyncIterator[OfficerDesk]:
    async with open_officer_desk(settings, nc, inbox) as desk:
        await publish(js, year_of_events())
        yield desk


@pytest.mark.timeout(500)
async def test_every_page_can_be_used_by_everybody(
    desk: OfficerDesk, js: JetStreamContext, node_modules: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Signing in, every page of an admin, and forms that were filled in wrong: on a phone, a desk and a wide screen,
    in light and dark, by the keyboard alone."""
    folder = tmp_path_factory.mktemp("b")
    at = desk.url + PREFIX
    outside: Pages = [
        {"name": "enter", "url": at + ENTER},
        {"name": "enter-wrong", "url": at + ENTER, "fill": {"email": "không phải"}, "press": "Gửi liên kết"},
        {"name": "enter-sent", "url": at + ENTER, "fill": {"email": VIEWER}, "press": "Gửi liên kết"},
        {"name": "enter-gone", "url": f"{at}/vao/thu/x"},
        {"name": "enter-needed", "url": f"{at}/co-quan"},
    ]
    found = await asyncio.to_thread(look, outside, WIDTHS, folder)
    judge(found)
    assert {one["name"]: one["heading"] for one in found} == {
        "enter": "Đăng nhập",
        "enter-wrong": "Đăng nhập",
        "enter-sent": "Xin kiểm tra hộp thư",
        "enter-gone": "Liên kết không còn dùng được",
        "enter-needed": "Đăng nhập",
    }
    link = await desk.link(VIEWER)
    confirmed = await asyncio.to_thread(
        look, [{"name": "entered", "url": at + link, "fill": {}, "press": "Đăng nhập"}], WIDTHS, folder
    )
    judge(confirmed)
    assert {one["heading"] for one in confirmed} == {"Tổng quan"}

    admin = await desk.signed_in(ADMIN)
    cookie = {"name": COOKIE, "value": admin.cookie, "domain": "127.0.0.1", "path": PREFIX}
    inside: Pages = [{"name": name, "url": at + path} for name, (path, _) in HEADINGS.items()]
    found = await asyncio.to_thread(look, inside, WIDTHS, folder, None, [cookie])
    judge(found)
    headings = {one["name"]: one["heading"].partition("\n")[0] for one in found}
    for name, (_, heading) in HEADINGS.items():
        assert headings[name].startswith(heading), (name, headings[name])
    # So that there is another plan to compare with.
    await publish(js, [("before", plan_with(plan="mau-2022", year=2022, title="Kế hoạch năm 2022 (mẫu)"))])
    wrong: Pages = [
        {"name": "wrong-report", "url": f"{at}/bao-cao", "fill": {"so-voi-ngay": "x"}, "press": "Lập báo cáo"},
        {"name": "wrong-review", "url": f"{at}/san-pham/c2", "fill": {"verdict": "send_back"}, "press": "Ghi kết quả"},
        {
            "name": "wrong-decision",
            "url": f"{at}/ky/III.11/tt-nui/2023-05",
            "fill": {"decision": "extend", "until": "31/02/2023", "document": "12/QĐ"},
            "press": "Ghi quyết định",
        },
        {
            "name": "wrong-officer",
            "url": f"{at}/can-bo",
            "fill": {"name": "Trần Văn Mẫu", "email": "x", "role": "officer"},
            "press": "Thêm vào",
        },
    ]
    found = await asyncio.to_thread(look, wrong, WIDTHS, folder, None, [cookie])
    judge(found)
    assert {one["focused"] for one in found} == {"summary"}


@pytest.mark.timeout(400)
async def test_a_keyboard_alone_issues_a_report(
    desk: OfficerDesk, node_modules: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """It chooses and sends; the page shows how it is coming along until the document can be had, whose bytes are those
    that any other way gives. What failed says why."""
    folder = tmp_path_factory.mktemp("b")
    at = desk.url + PREFIX
    officer = await desk.signed_in(OFFICER)
    cookie = {"name": COOKIE, "value": officer.cookie, "domain": "127.0.0.1", "path": "/"}
    typed = {"dang": "json", "ngay": "30/06/2023"}
    pages: Pages = [{"name": "making", "url": f"{at}/bao-cao", "fill": typed, "press": "Lập báo cáo"}]
    found = await asyncio.to_thread(look, pages, WIDTHS, folder, None, [cookie])
    judge(found)
    assert {one["heading"] for one in found} == {"Lập báo cáo"}
    expected = await ask(desk.nc, "dondoc.reports.report", request_body(plan=PLAN_ID, as_of="2023-06-30"), WITHIN)
    listed = await officer.page("/bao-cao")
    path = f"/bao-cao/da-lap/{sha256(expected).hexdigest()}"
    assert PREFIX + path in listed
    assert (await officer.get(path)).content == expected
    answer = await officer.post("/bao-cao/lap", typed)
    assert answer.status_code == 303
    made = answer.headers["Location"]

    async def done() -> bool:
        return f'href="{PREFIX}{path}"' in await officer.page(made.removeprefix(PREFIX))

    await until(done, "the page shows where the document is")
    assert 'http-equiv="refresh"' not in await officer.page(made.removeprefix(PREFIX))
    again: Pages = [{"name": "issued", "url": f"{at}/bao-cao"}, {"name": "made", "url": desk.url + made}]
    judge(await asyncio.to_thread(look, again, WIDTHS, folder, None, [cookie]))


@pytest.mark.timeout(400)
async def test_a_keyboard_alone_reviews_an_output(
    settings: Settings,
    js: JetStreamContext,
    nc: Client,
    inbox: Inbox,
    node_modules: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """It asks for a link, signs in, chooses, writes the reason and sends; the log has what it did."""
    folder = tmp_path_factory.mktemp("b")
    async with open_whole_desk(settings, nc, inbox) as whole:
        output = await whole.deliver("1")
        at = whole.desk.url + PREFIX
        asked: Pages = [{"name": "asked", "url": at + ENTER, "fill": {"email": OFFICER}, "press": "Gửi liên kết"}]
        judge(await asyncio.to_thread(look, asked, WIDTHS[:1], folder))
        # One browser, so that the second page is opened with the cookie of the first.
        link = await whole.desk.link(OFFICER)
        review = {"verdict": "send_back", "reason": "Sai kỳ (mẫu)"}
        pages: Pages = [
            {"name": "in", "url": at + link, "fill": {}, "press": "Đăng nhập"},
            {"name": "reviewed", "url": f"{at}/san-pham/{output}", "fill": review, "press": "Ghi kết quả"},
        ]
        found = await asyncio.to_thread(look, pages, WIDTHS, folder)
        judge(found)
        data = await last_told(js, "dondoc.output.reviewed.so-a", review=1)
        assert (data["reviewer"], data["accepted"], data["reason"]) == (OFFICER, False, review["reason"])
