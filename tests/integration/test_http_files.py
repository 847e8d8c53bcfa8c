"""Lists of outputs over HTTP: the same import as by the command, for the token's agency."""

import asyncio
import io
from urllib.parse import urlsplit

import openpyxl
import pytest

from shared.contracts.http_api import XLSX
from shared.contracts.http_limits import FILE_BYTES
from tests.integration.http_desk import HttpDesk
from tests.integration.promised import check

RIGHT = "Nhiệm vụ;Tiêu đề;Ngày đăng\ntv;Chuyên mục (mẫu) tháng 1;05/01/2026\ntv;Chuyên mục (mẫu) tháng 2;11/02/2026\n"
CSV = {"Content-Type": "text/csv"}


async def test_a_file_is_tried_and_then_recorded_once(http: HttpDesk) -> None:
    """The dry run tells and records nothing; the import records; the same file again records nothing twice."""
    tried = await http.ask("POST", "/imports?name=a.csv&dry_run=true", RIGHT.encode("utf-8-sig"), CSV)
    check(tried, "post", "/v1/imports", 200)
    assert (tried.json["saved"], tried.json["counts"]["recorded"]) == (False, 2)
    assert await http.desk.documents() == []
    done = await http.ask("POST", "/imports?name=a.csv", RIGHT.encode(), CSV)
    check(done, "post", "/v1/imports", 200)
    assert (done.json["saved"], len(await http.desk.documents())) == (True, 2)
    again = await http.ask("POST", "/imports?name=b.csv", RIGHT.encode("utf-16"), CSV)
    assert (again.json["counts"]["already_recorded"], len(await http.desk.documents())) == (2, 2)
    receipt = done.json["rows"][0]["receipt"]
    assert (await http.ask("GET", f"/receipts/{receipt}")).status == 200
    assert (await http.ask("GET", f"/receipts/{receipt}", agency="huyen")).status == 404


async def test_a_file_with_a_wrong_row_records_nothing(http: HttpDesk) -> None:
    """422: `detail` in English, each message of the outcome in Vietnamese."""
    wrong = RIGHT.replace("11/02/2026", "31/02/2026")
    answer = await http.ask("POST", "/imports?name=a.csv", wrong.encode(), CSV)
    check(answer, "post", "/v1/imports", 422)
    assert answer.json["detail"] == (
        "nothing is recorded: 1 of 2 rows are wrong; `outcome.rows` says what, in `errors`"
    )
    assert "“31/02/2026” không phải là ngày" in answer.json["outcome"]["rows"][1]["errors"][0]["text"]
    assert await http.desk.documents() == await http.desk.documents("rejections") == []


async def test_a_file_that_is_no_list_is_told_in_one_language_each(http: HttpDesk) -> None:
    """`detail` in English, the file's problems in Vietnamese."""
    answer = await http.ask("POST", "/imports?name=a.csv", b"%PDF-1.7", CSV)
    check(answer, "post", "/v1/imports", 422)
    assert answer.json["detail"] == (
        "nothing is recorded: the file can't be read as a list of outputs; `outcome.problems` says why"
    )
    assert answer.json["outcome"]["problems"] == ["a.csv: Tệp là PDF; hãy gửi bảng tính Excel (.xlsx) hoặc CSV."]


@pytest.mark.parametrize("query", ["", "?name=", "?name=a.csv&dry_run=perhaps", "?name=a.csv&dryrun=true", "?name=%0a"])
async def test_what_is_asked_wrongly_is_refused(http: HttpDesk, query: str) -> None:
    """A dry run that is misspelt must not become an import."""
    check(await http.ask("POST", f"/imports{query}", RIGHT.encode(), CSV), "post", "/v1/imports", 400)
    assert await http.desk.documents() == []


async def test_a_file_that_is_too_large_is_not_read(http: HttpDesk) -> None:
    """By the length that is announced: the answer comes before the file."""
    url = urlsplit(http.url)
    reader, writer = await asyncio.open_connection(url.hostname, url.port)
    head = f"POST {url.path}/imports?name=a.csv HTTP/1.1\r\nHost: {url.netloc}\r\nContent-Length: {FILE_BYTES + 1}\r\n"
    writer.write(f"{head}Authorization: Bearer {http.tokens['dai']}\r\n\r\n".encode())
    assert (await reader.readline()).startswith(b"HTTP/1.1 413 ")
    writer.close()


async def test_the_template_is_ones_own(http: HttpDesk) -> None:
    """With what the agency owes, and a name to save it by."""
    answer = await http.ask("GET", "/imports/template")
    assert (answer.status, answer.headers["Content-Type"]) == (200, XLSX)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="san-pham.xlsx"'
    sheet = openpyxl.load_workbook(io.BytesIO(answer.body)).worksheets[0]
    duties = {cell.value for row in sheet.iter_rows() for cell in row}
    assert "tv" in duties
    assert "local" not in duties


async def test_without_a_token_nobody_imports(http: HttpDesk) -> None:
    nobody = {"Authorization": "Bearer dondoc_nobody"}
    check(await http.ask("POST", "/imports?name=a.csv", RIGHT.encode(), CSV | nobody), "post", "/v1/imports", 401)
    check(await http.ask("GET", "/imports/template", headers=nobody), "get", "/v1/imports/template", 401)
