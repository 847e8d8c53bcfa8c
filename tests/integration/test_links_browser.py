"""The pages behind links in a real browser: what axe finds, what a keyboard reaches, and how wide they are."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from shared.signed_links import Purpose
from tests.harness.looking import look
from tests.integration.http_desk import HttpDesk
from tests.integration.intake_desk import posted
from tests.integration.link_desk import OUTPUT, RADIO, REASON, TV, LinkDesk, excused, open_link_desk
from tests.unit.submissions.books import TODAY

WIDTHS = (360, 800, 1280)
WRONG = {"title": "", "published_on": "31/02/2026", "url": "dai example/tv-02", "duration_minutes": "mười"}
LONG = OUTPUT | {
    "title": "Chuyênmục" * 30 + " (mẫu)",
    "published_on": "09022026",
    "duration_minutes": "9,5",
    "url": "https://dai.example/" + "mot-duong-dan-rat-dai/" * 20,
    "note": "Phát lại lúc 19 giờ 45 (mẫu)",
}
EARLIER = RADIO.model_copy(update={"period": "2026-W06"})
EXCUSED = RADIO.model_copy(update={"period": "2026-W05"})


@pytest.fixture
async def desk(http: HttpDesk) -> LinkDesk:
    return await open_link_desk(http)


@pytest.mark.timeout(400)
async def test_every_page_can_be_used_by_everybody(
    desk: LinkDesk, node_modules: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Forms, errors, receipts, what is expired, altered, met or excused; light and dark; on a phone and on a desk.

    Axe finds nothing. The keyboard alone fills in and sends, and shows where it is; errors are read out first. Nothing
    is wider than the window, no target is too small, and the page's own policy stops nothing that it needs.
    """
    await desk.http.desk.post(posted("1", published_on="2026-01-15"))
    await desk.told(excused(EXCUSED))
    january, march = (TV.model_copy(update={"period": f"2026-0{month}"}) for month in (1, 3))
    pages: list[dict[str, Any]] = [
        {"name": "form", "url": desk.link(key=RADIO)},
        {"name": "wrong", "url": desk.link(key=RADIO), "fill": WRONG},
        {"name": "receipt", "url": desk.link(key=RADIO), "fill": LONG | {"published_on": "11022026"}},
        {"name": "receipt-late", "url": desk.link(key=EARLIER), "fill": LONG},
        {"name": "nothing", "url": desk.link(Purpose.NOTHING_TO_REPORT)},
        {"name": "nothing-wrong", "url": desk.link(Purpose.NOTHING_TO_REPORT), "fill": {"reason": "..."}},
        {"name": "done", "url": desk.link(Purpose.ALREADY_DONE)},
        {"name": "nothing-receipt", "url": desk.link(Purpose.NOTHING_TO_REPORT), "fill": REASON},
        {"name": "answered", "url": desk.link(Purpose.ALREADY_DONE)},
        {"name": "done-receipt", "url": desk.link(Purpose.ALREADY_DONE, mail="e" * 32), "fill": REASON},
        {"name": "done-other", "url": desk.link(Purpose.ALREADY_DONE, mail="f" * 32)},
        {"name": "form-answered", "url": desk.link()},
        {"name": "met", "url": desk.link(key=january)},
        {"name": "excused", "url": desk.link(Purpose.ALREADY_DONE, EXCUSED)},
        {"name": "expired", "url": desk.link(key=march, until=TODAY.replace(day=1))},
        {"name": "altered", "url": f"{desk.link()}x"},
    ]
    folder = tmp_path_factory.mktemp("b")
    found = await asyncio.to_thread(look, pages, WIDTHS, folder)
    assert {one["name"]: one["heading"] for one in found} == {
        "form": "Ghi nhận sản phẩm",
        "wrong": "Ghi nhận sản phẩm",
        "receipt": "Đã ghi nhận sản phẩm",
        "receipt-late": "Đã ghi nhận sản phẩm",
        "nothing": "Báo không phát sinh",
        "nothing-wrong": "Báo không phát sinh",
        "nothing-receipt": "Đã ghi nhận trả lời",
        "done": "Đã thực hiện hoặc không đồng ý",
        "answered": "Thư này đã được trả lời",
        "done-receipt": "Đã ghi nhận trả lời",
        "done-other": "Đã thực hiện hoặc không đồng ý",
        "form-answered": "Ghi nhận sản phẩm",
        "met": "Kỳ này đã được ghi nhận",
        "excused": "Kỳ này đã được miễn",
        "expired": "Liên kết đã hết hạn",
        "altered": "Liên kết không đúng",
    }
    assert [one for one in found if one["violations"]] == []
    assert [one for one in found if one["overflow"] > 0 or one["small"] or one["unseen"]] == []
    assert {one["name"]: one["focused"] for one in found if one["name"].endswith("wrong")} == {
        "wrong": "summary",
        "nothing-wrong": "summary",
    }
    # That a page answers with 404, 410 or 422 is an error to the console, and an icon isn't there.
    said = {text for one in found for text in one["errors"]}
    assert {text for text in said if "Failed to load resource" not in text and "favicon" not in text} == set()
