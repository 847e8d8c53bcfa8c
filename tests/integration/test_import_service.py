"""Importing through the running service: by NATS requests and by the command."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext
from openpyxl import load_workbook

from services.submissions.app import start
from shared.ask import NoAnswer, Refused, ask, request_body
from shared.contracts.days import CalendarDay
from shared.contracts.outputs import OutputRecorded
from shared.large_messages import LARGEST_ENCLOSED_BYTES, enclose
from shared.settings import Settings
from tests.harness.services import in_process
from tests.integration.intake_desk import setting
from tests.integration.log import tell, told
from tests.integration.until import until
from tests.unit.submissions.books import TODAY
from tests.unit.submissions.imports.files import workbook

WITHIN = timedelta(minutes=2)
SUBJECT = "dondoc.submissions.import"
RIGHT = ("Bài A (mẫu)", "11/02/2026", "https://dai.example/a", "tv")
WRONG = ("Bài B (mẫu)", "30/02/2026", None, "tv")


@pytest.fixture
async def service(js: JetStreamContext, settings: Settings) -> AsyncIterator[None]:
    """submissions runs; `dai` owes radio and television, and it is 2 March 2026."""
    for number, event in enumerate(setting()):
        await tell(js, event, f"setting:{number}")
    await tell(js, CalendarDay(date=TODAY))
    async with in_process("submissions", start, settings):
        yield


async def command(environ: dict[str, str], *arguments: str | Path) -> tuple[int, str, str]:
    """`dondoc import …`: its code, output and error."""
    words = [sys.executable, "-m", "deploy.cli", "import", *map(str, arguments)]
    pipe = asyncio.subprocess.PIPE
    child = await asyncio.create_subprocess_exec(*words, env=environ, stdout=pipe, stderr=pipe)
    out, error = await child.communicate()
    return child.returncode or 0, out.decode(), error.decode()


async def recorded(js: JetStreamContext) -> list[OutputRecorded]:
    return [event for _, event in await told(js) if isinstance(event, OutputRecorded)]


@pytest.mark.usefixtures("service")
async def test_a_file_in_a_request(nc: Client, js: JetStreamContext) -> None:
    """A small one as base64, a large one by the object store: the same answer, and one receipt in the log."""
    small = workbook(RIGHT)
    large = ("Tiêu đề,Ngày đăng,Link,Nhiệm vụ\n" + ",".join(RIGHT) + "\n" + ",,,,\n" * LARGEST_ENCLOSED_BYTES).encode()
    for data, kind, became in ((small, "file", "recorded"), (large, "stored", "already_recorded")):
        enclosed = await enclose(js, "mau", data)
        assert list(enclosed) == [kind]
        body = request_body(agency="dai", name="mau", **enclosed)
        outcome = json.loads(await ask(nc, SUBJECT, body, WITHIN))
        assert [row["became"] for row in outcome["rows"]] == [became]

    async def one() -> bool:
        return len(await recorded(js)) == 1

    await until(one, "the receipt is in the log")


@pytest.mark.usefixtures("service")
@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"agency": "dai", "name": "x"}, "the question names no file"),
        ({"agency": "dai", "name": "x", "stored": "nothing/x"}, "there is no file 'nothing/x'"),
        ({"agency": "dai", "name": "x", "file": b"x", "dryrun": True}, "dryrun: Extra inputs .* known keys: agency"),
        ({"name": "x", "file": b"x"}, "agency: Field required"),
    ],
)
async def test_a_question_that_is_none(nc: Client, fields: dict[str, Any], why: str) -> None:
    """It is refused with what would be right."""

    async def heard() -> bool:
        try:
            await ask(nc, SUBJECT, request_body(), WITHIN)
        except NoAnswer:
            return False
        except Refused:
            return True
        return False

    await until(heard, "the service hears questions")
    with pytest.raises(Refused, match=why):
        await ask(nc, SUBJECT, request_body(**fields), WITHIN)


@pytest.mark.usefixtures("service")
async def test_the_command(environ: dict[str, str], js: JetStreamContext, tmp_path: Path) -> None:
    """A dry run, a file with a wrong row, the corrected one, and a template; each says in Vietnamese what it did."""
    file = tmp_path / "danh-sach.xlsx"
    file.write_bytes(workbook(RIGHT, WRONG))
    code, out, _ = await command(environ, file, "--agency", "dai")
    assert (code, out.splitlines()) == (
        1,
        [
            "Dòng 3, cột “Ngày đăng”: “30/02/2026” không phải là ngày; "
            "hãy ghi theo dạng ngày/tháng/năm, ví dụ 05/03/2023.",
            "2 dòng: 1 dòng hợp lệ, 0 dòng đã ghi nhận trước đây, 0 dòng trùng dòng khác, 1 dòng sai.",
            "Chưa ghi nhận dòng nào; hãy sửa những chỗ trên rồi nhập lại.",
        ],
    )
    file.write_bytes(workbook(WRONG, RIGHT))
    code, out, _ = await command(environ, file, "--agency", "dai", "--dry-run")
    assert (code, [line[:6] for line in out.splitlines()[:2]]) == (
        1,
        ["Dòng 3", "Dòng 2"],
    )  # faults where they are seen
    file.write_bytes(workbook(RIGHT))
    code, out, _ = await command(environ, file, "--agency", "dai", "--dry-run")
    assert (code, out.splitlines()[0]) == (0, "Dòng 2: sẽ ghi nhận cho mau-2026/tv/dai/2026-02")
    assert await recorded(js) == []
    code, out, _ = await command(environ, file, "--agency", "dai", "--json")
    assert (code, json.loads(out)["saved"]) == (0, True)
    code, out, _ = await command(environ, file, "--agency", "dai")
    assert (code, out.splitlines()[-1]) == (0, "Không có dòng mới nào để ghi nhận.")
    code, out, error = await command(environ, "--agency", "dai", "--template", tmp_path / "mau.xlsx")
    assert (code, error) == (0, "")
    assert load_workbook(tmp_path / "mau.xlsx").sheetnames == ["Sản phẩm", "Hướng dẫn"]
    code, _, error = await command(environ, "--agency", "dai", "--template", tmp_path / "mau.xlsx")
    assert (code, "mau.xlsx is there already, and may be filled in" in error) == (1, True)
    code, _, error = await command(environ, file, "--agency", "dai", "--template", tmp_path / "x.xlsx")
    assert (code, "name a FILE to import, or --template FILE to make one" in error) == (2, True)
