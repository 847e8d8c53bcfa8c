"""The report as a page in a real browser: what axe finds, and how wide it is."""

import asyncio
from pathlib import Path

import pytest

from services.reports.renderings.html import render
from shared.contracts.narrative import Part
from tests.harness.looking import look
from tests.unit.reports.renderings.complete import complete_report
from tests.unit.reports.renderings.hostile import SCRIPT
from tests.unit.reports.renderings.officers_words import written

WIDTHS = (390, 1280)
TEXT = "Do **thiếu** *người*:\n- một\n- hai\n\n" + "a" * 10_000


@pytest.mark.timeout(400)
async def test_the_report_can_be_read_by_everybody(
    node_modules: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """On a phone and on a desk: axe finds nothing, nothing is wider than the window, and nothing runs, whatever people
    wrote; as a file, as people open it."""
    whole = complete_report()
    named = tuple(line.model_copy(update={"title": SCRIPT, "reason": TEXT[-2000:]}) for line in whole.notable)
    report = whole.model_copy(update={"notable": named, "narrative": written({Part.CAUSES: TEXT}).narrative})
    file = tmp_path / "report.html"
    file.write_bytes(render(report))
    found = await asyncio.to_thread(
        look, [{"name": "report", "url": file.as_uri()}], WIDTHS, tmp_path_factory.mktemp("b")
    )
    assert {one["heading"] for one in found} == {f"Kết quả thực hiện {report.title}"}
    assert [one for one in found if one["violations"] or one["overflow"] > 0 or one["errors"]] == []
