"""What is typed to do harm, and what comes from where it shouldn't: nothing of it runs, and every answer is a page."""

import asyncio
import re
from html import unescape
from html.parser import HTMLParser

import pytest

from services.submissions.keep_evidence import Limits
from services.submissions.web.multipart import FIELDS_BYTES
from shared.contracts.evidence import Kind
from shared.mongo import Mongo
from shared.service import EX_CONFIG
from shared.settings import Settings
from shared.signed_links import Purpose
from tests.harness.forms import BOUNDARY, FORM, form
from tests.integration.http_desk import HttpDesk, open_http_desk
from tests.integration.link_desk import OUTPUT, RADIO, REASON, LinkDesk, Page, open_link_desk
from tests.integration.service_process import running
from tests.unit.submissions.sample_files import sample

BAD = {
    "script": "<script>alert(1)</script> mẫu",
    "attribute": '"><img src=x onerror=alert(1)> mẫu',
    "template": "{{7*7}} ${7*7} mẫu",
    "lines": "một\r\nSet-Cookie: hai",
    "nul": "một\x00hai",
    "turned": "một \u202eiah\u202c \u200fba\u2066",
    "long": "ă" * 10_000,
    "surrogate": "một \udcff",
}
TYPES = {"evidence": Limits({Kind.DOCUMENT: 300_000, Kind.AUDIO: 300_000, Kind.VIDEO: 300_000}, 10_000_000)}


@pytest.fixture
async def desk(http: HttpDesk) -> LinkDesk:
    return await open_link_desk(http)


class _Tags(HTMLParser):
    """What a browser would make of the page: its elements and their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}


def _nothing_runs(page: Page) -> None:
    """No tag and no attribute of what was typed, nothing evaluated, and nothing that can't be seen."""
    tags = _Tags()
    tags.feed(page.text)
    assert not tags.names & {"script", "img", "iframe", "object", "svg", "base"}
    assert not {name for name in tags.attributes if name.startswith("on")}
    assert re.search(r"\b49\b", page.text) is None
    assert re.search("[\x00-\x08\x0b-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]", page.text) is None
    assert "Set-Cookie" not in page.headers


def _sent(fields: dict[str, str]) -> bytes:
    """The form, with lone surrogates as the bytes that they stand for."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    return "".join((*parts, f"--{BOUNDARY}--\r\n")).encode("utf-8", "surrogateescape")


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
@pytest.mark.parametrize("field", ["title", "url", "note", "duration_minutes", "published_on", "reason"])
async def test_hostile_text_is_shown_as_text_or_refused_in_words(desk: LinkDesk, field: str, bad: str) -> None:
    """In each field, on the page that asks again and on the receipt; a refusal says what would be right."""
    purpose = Purpose.ALREADY_DONE if field == "reason" else Purpose.SUBMIT
    page = await desk.ask("POST", desk.link(purpose, RADIO), _sent({**OUTPUT, field: bad}), FORM)
    _nothing_runs(page)
    assert page.status in {200, 422}
    if page.status == 422:
        assert page.error(field).startswith("Cần sửa: ")
        assert len(page.error(field)) < 500
    if page.status == 200 and field in {"title", "reason"}:
        shown = bad.translate(dict.fromkeys((8207, 8238, 8236, 8294))).replace("\udcff", "�")
        assert " ".join(shown.replace("\x00", " ").split()) in " ".join(unescape(page.text).split())


async def test_a_long_text_is_given_back_whole(desk: LinkDesk) -> None:
    """Ten thousand letters are too many for a title, and none of them is lost to who shortens it."""
    page = await desk.post(desk.link(), OUTPUT | {"title": BAD["long"]})
    assert (page.status, BAD["long"] in page.text) == (422, True)
    assert "nhiều nhất 500 ký tự" in page.error("title")


@pytest.mark.parametrize(
    "name", [*BAD.values(), "../../etc/passwd", "C:\\x\\y.pdf", 'a"; filename="b', "", " ", "." * 400]
)
async def test_a_file_s_name_is_only_quoted(desk: LinkDesk, name: str) -> None:
    """Whatever it is, the file is kept under a name that can be printed, or was not chosen at all."""
    head = b'--%s\r\nContent-Disposition: form-data; name="evidence"; filename="' % BOUNDARY.encode()
    quoted = name.replace("\r\n", "%0D%0A").replace('"', "%22").encode("utf-8", "surrogateescape")
    end = b'"\r\n\r\n' + sample("pdf") + b"\r\n--%s--\r\n" % BOUNDARY.encode()
    fields = _sent(OUTPUT).removesuffix(b"--\r\n").removesuffix(f"--{BOUNDARY}".encode())
    page = await desk.ask("POST", desk.link(), fields + head + quoted + end, FORM)
    _nothing_runs(page)
    assert page.status == (400 if len(name) >= 5_000 else 200)
    kept = [stored.file.name async for _, stored in desk.http.files.evidence.every()]
    assert len(kept) == (page.status == 200 and name != "")
    assert all(1 <= len(one) <= 200 and one.isprintable() and "/" not in one and "\\" not in one for one in kept)


@pytest.mark.parametrize("purpose", Purpose)
async def test_every_page_keeps_its_address_to_itself(desk: LinkDesk, purpose: Purpose) -> None:
    """Form, error, receipt, refusal: nothing is loaded, run, framed, cached, indexed or passed on."""
    link = desk.link(purpose)
    pages = [
        await desk.get(link),
        await desk.ask("HEAD", link),
        await desk.post(link, {}),
        await desk.post(link, OUTPUT | REASON),
        await desk.get(f"{link}x"),
        await desk.ask("PUT", link),
    ]
    assert [page.status for page in pages] == [200, 200, 422, 200, 404, 405]
    for page in pages:
        policy = dict(part.split(" ", 1) for part in page.headers["Content-Security-Policy"].split("; "))
        assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
        assert policy["form-action"] == "'self'"
        assert "script-src" not in policy
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert "noindex" in page.headers["X-Robots-Tag"]
        assert page.headers["Content-Type"] == "text/html; charset=utf-8"
        token = link.rsplit("/", 1)[1]
        assert token not in page.text
        assert re.findall(r'(?:src|href)="(?!mailto:|tel:|#|https://dai\.example/)', page.text) == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://other.example"}, 403),
        ({"Origin": "https://other.example", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Origin": "null"}, 200),
        ({"Origin": "http://127.0.0.1:8102"}, 200),
        ({}, 200),
    ],
)
async def test_only_the_page_itself_may_post(desk: LinkDesk, headers: dict[str, str], status: int) -> None:
    """As far as the browser says where a form comes from; a page without a referrer says `null`."""
    page = await desk.ask("POST", desk.link(), form(OUTPUT), {**FORM, **headers})
    assert page.status == status
    assert len(await desk.outbox()) == (status == 200)


async def test_the_page_s_own_address_may_post(desk: LinkDesk) -> None:
    """Also where a proxy has another one before it: the one that the request names."""
    assert (await desk.post(desk.link(), OUTPUT, Origin=desk.origin)).status == 200


async def test_a_large_file_is_refused_in_words(settings: Settings, mongo: Mongo, http: HttpDesk) -> None:
    """Beyond its kind's limit, while it comes in; what was typed stays, and nothing of the file is kept."""
    async with open_http_desk(settings, mongo, http.desk.runtime.nc, bounds=TYPES["evidence"]) as bounded:
        desk = await open_link_desk(bounded)
        for size in (300_001, 900_000):
            page = await desk.post(desk.link(), OUTPUT, ("a.pdf", sample("pdf") + b"x" * size))
            assert (page.status, "Tệp quá lớn" in page.error("evidence")) == (413, True)
            assert f'value="{OUTPUT["title"]}"' in page.text
        assert [one async for one in desk.http.files.evidence.every()] == []
        assert await desk.outbox() == []
        assert (await desk.post(desk.link(), OUTPUT, ("a.pdf", sample("pdf")))).status == 200


async def test_too_large_a_body_is_refused_before_it_is_read(desk: LinkDesk) -> None:
    """By what it announces or by what has come: whoever sends terabytes is answered after a few hundred kilobytes."""

    async def answered(url: str, announced: int, begins: bytes) -> str:
        host, port = desk.origin.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        path = url.removeprefix(desk.origin)
        head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM['Content-Type']}\r\n"
        writer.write(f"{head}Content-Length: {announced}\r\n\r\n".encode() + begins)
        status = await reader.readline()
        writer.close()
        return status.decode().split(" ")[1]

    huge = 10**12
    assert await answered(desk.link(Purpose.ALREADY_DONE), huge, b"") == "413"
    assert await answered(desk.link(), huge, form({"title": "x" * 2 * FIELDS_BYTES})) == "413"
    begun = form(OUTPUT, ("a.pdf", sample("pdf"))).removesuffix(f"\r\n--{BOUNDARY}--\r\n".encode())
    assert await answered(desk.link(), huge, begun) == "413"
    assert await desk.outbox() == []


async def test_a_packed_form_is_refused(desk: LinkDesk) -> None:
    """It could be of any size."""
    page = await desk.post(desk.link(), OUTPUT, **{"Content-Encoding": "gzip"})
    assert (page.status, await desk.outbox()) == (415, [])


async def test_a_form_of_a_hundred_fields_is_refused(desk: LinkDesk) -> None:
    assert (await desk.post(desk.link(), {f"f{number}": "" for number in range(100)})).status == 400


async def test_the_log_names_no_address(
    environ: dict[str, str], js: object, desk: LinkDesk, unused_tcp_port: int
) -> None:
    """A service with its log at its most talkative: links are opened, used, altered, refused, and no token is in it."""
    async with running("submissions", {**environ, "DONDOC_LOG_LEVEL": "DEBUG"}, unused_tcp_port) as service:
        await service.is_ready()
        own = f"http://127.0.0.1:{unused_tcp_port}"
        tokens = []
        for purpose in Purpose:
            link = desk.link(purpose).replace(desk.origin, own)
            tokens.append(link.rsplit("/", 1)[1])
            await desk.get(link)
            await desk.post(link, OUTPUT | REASON)
            await desk.get(f"{link}x")
            await desk.post(link, OUTPUT, **{"Sec-Fetch-Site": "cross-site"})
            await desk.ask("PUT", link)
        await service.says("no link of ours")
        assert not any(token[:60] in line for token in tokens for line in service.lines)


async def test_a_service_without_the_secret_doesn_t_start(
    environ: dict[str, str], js: object, unused_tcp_port: int
) -> None:
    """It says which setting is missing: else every link of every mail would be refused."""
    without = {name: value for name, value in environ.items() if name != "DONDOC_LINK_SECRET"}
    async with running("submissions", without, unused_tcp_port) as service:
        assert await service.ends() == EX_CONFIG
        await service.says("DONDOC_LINK_SECRET is not set")
