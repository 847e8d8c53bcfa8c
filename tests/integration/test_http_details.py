"""HTTP as odd clients speak it: each is told in our words what is wrong and what would be right."""

import json

import pytest

from shared.contracts.outputs import OutputRejected
from tests.harness.http import request
from tests.integration.http_desk import BATCH, STRUCTURED, HttpDesk
from tests.integration.intake_desk import posted
from tests.integration.promised import check
from tests.unit.submissions.sample_files import sample

PROBLEM = "application/problem+json"
CSV = {"Content-Type": "text/csv"}
IMPORT, EVIDENCE = "/imports?name=a.csv", "/evidence?name=a.pdf"


@pytest.mark.parametrize(
    ("path", "headers"), [("/events", STRUCTURED), ("/events", BATCH), (IMPORT, CSV), (EVIDENCE, {})]
)
async def test_an_encoded_body_is_refused(http: HttpDesk, path: str, headers: dict[str, str]) -> None:
    """And not taken for what its bytes happen to be; `identity` is none."""
    answer = await http.ask("POST", path, b"x", headers | {"Content-Encoding": "gzip"})
    check(answer, "post", f"/v1{path.partition('?')[0]}", 415)
    assert answer.json["detail"] == "the Content-Encoding 'gzip' can't be taken; send the body as it is"
    assert (await http.ask("POST", "/events", posted("1"), STRUCTURED | {"Content-Encoding": "identity"})).status == 201


@pytest.mark.parametrize("named", ["utf-8", '"UTF-8"', "UTF8"])
async def test_utf_8_may_be_named(http: HttpDesk, named: str) -> None:
    headers = {"Content-Type": f"application/cloudevents+json; charset={named}"}
    assert (await http.ask("POST", "/events", posted("1"), headers)).status == 201


@pytest.mark.parametrize("media_type", ["application/cloudevents+json", "application/cloudevents-batch+json"])
async def test_another_charset_is_refused(http: HttpDesk, media_type: str) -> None:
    """Before its bytes are taken for UTF-8."""
    headers = {"Content-Type": f"{media_type};profile=x; Charset=windows-1258"}
    answer = await http.ask("POST", "/events", posted("1"), headers)
    check(answer, "post", "/v1/events", 415)
    assert answer.json["detail"] == "the Content-Type says charset=windows-1258; send UTF-8"


@pytest.mark.parametrize(("path", "body"), [(IMPORT, b"--x"), (EVIDENCE, sample("pdf"))])
async def test_a_form_is_refused(http: HttpDesk, path: str, body: bytes) -> None:
    """With what to send instead."""
    answer = await http.ask("POST", path, body, {"Content-Type": "multipart/form-data; boundary=x"})
    check(answer, "post", f"/v1{path.partition('?')[0]}", 415)
    assert "send the file itself as the body" in answer.json["detail"]


@pytest.mark.parametrize(
    ("body", "headers", "text"),
    [
        (b"", STRUCTURED, "the event is empty; send JSON"),
        (b"", BATCH, "the batch is empty; send JSON"),
        (b"\xef\xbb\xbf[]", BATCH, "the batch begins with a byte order mark (EF BB BF); send UTF-8 without one"),
        ("[]".encode("utf-16-le"), BATCH, "the batch is not JSON at line 1, column 2"),
        (b'["\xe3"]', BATCH, "the batch is not UTF-8: byte 3 can't be read"),
        (b"[" + b"9" * 5_000 + b"]", BATCH, "the batch holds a number with too many digits"),
        (b"[1,]", BATCH, "the batch is not JSON at line 1, column"),
    ],
)
async def test_a_body_that_can_not_be_read_is_told_where(
    http: HttpDesk, body: bytes, headers: dict[str, str], text: str
) -> None:
    answer = await http.ask("POST", "/events", body, headers)
    check(answer, "post", "/v1/events", 400)
    assert answer.json["detail"].startswith(text)


@pytest.mark.parametrize("name", ["id", "source"])
async def test_a_name_of_spaces_is_refused_both_ways(http: HttpDesk, name: str) -> None:
    """One that nobody sees would be one that many share."""
    event = json.dumps(json.loads(posted("1")) | {name: "  "}).encode()
    answer = await http.ask("POST", "/events", event, STRUCTURED)
    (rejected,) = await http.desk.post(event)
    text = f"the CloudEvents attribute {name!r} holds nothing but spaces"
    assert (answer.status, answer.json["errors"][0]["pointer"], answer.json["detail"]) == (400, f"/{name}", text)
    assert isinstance(rejected, OutputRejected)
    assert [(one.field, one.message) for one in rejected.reasons] == [(name, text)]


async def test_data_in_base64_are_refused(http: HttpDesk) -> None:
    """Also where nothing else is wrong."""
    event = json.dumps(json.loads(posted("1")) | {"data_base64": "e30="}).encode()
    answer = await http.ask("POST", "/events", event, STRUCTURED)
    check(answer, "post", "/v1/events", 400)
    (error,) = answer.json["errors"]
    assert (error["pointer"], error["code"]) == ("/data_base64", "bad_envelope")


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("/imports/template", "/v1/imports/template"),
        ("/receipts/receipt-0", "/v1/receipts/{id}"),
        ("/occurrences", "/v1/occurrences"),
        (f"/evidence/{'0' * 64}", "/v1/evidence/{sha256}"),
    ],
)
async def test_a_parameter_that_there_is_not_is_named(http: HttpDesk, path: str, template: str) -> None:
    """It would count for nothing else."""
    answer = await http.ask("GET", f"{path}?statee=overdue")
    check(answer, "get", template, 400)
    assert answer.json["detail"].startswith("there is no parameter 'statee'; ")


async def test_a_parameter_that_is_given_twice_is_named(http: HttpDesk) -> None:
    """Nobody can say which of the two is meant."""
    answer = await http.ask("GET", "/occurrences?state=overdue&duty=tv&state=open")
    check(answer, "get", "/v1/occurrences", 400)
    assert answer.json["detail"] == "the parameter 'state' is given twice; give it once"


@pytest.mark.parametrize("path", ["/events/", "/imports/", "/evidence/?name=a.pdf"])
async def test_a_path_with_a_slash_too_many_is_another_path(http: HttpDesk, path: str) -> None:
    """A redirect would lose the body or the token."""
    answer = await http.ask("POST", path, posted("1"), STRUCTURED)
    assert (answer.status, answer.headers["Content-Type"]) == (404, PROBLEM)
    assert await http.desk.documents() == []


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/v1/events", "POST"),
        ("DELETE", "/v1/receipts/receipt-0", "GET, HEAD"),
        ("PUT", "/v1/imports", "POST"),
        ("PATCH", f"/v1/evidence/{'0' * 64}", "GET, HEAD"),
        ("POST", "/health/ready", "GET, HEAD"),
        ("POST", "/metrics", "GET, HEAD"),
    ],
)
async def test_another_method_is_told_what_there_is(http: HttpDesk, method: str, path: str, allowed: str) -> None:
    """As a problem like all others, with `Allow`."""
    token = {"Authorization": f"Bearer {http.tokens['dai']}"}
    answer = await request(method, http.url.removesuffix("/v1") + path, headers=token)
    assert (answer.status, answer.headers["Content-Type"]) == (405, PROBLEM)
    assert ", ".join(sorted(answer.headers["Allow"].split(", "))) == allowed
    assert answer.json["status"] == 405
