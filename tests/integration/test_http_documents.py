"""The contract is served as it is committed, to anybody, and nothing else is."""

import re
from collections.abc import AsyncIterator

import pytest

from services.submissions.web import documents
from shared.health import Health
from tests.harness.http import request, served
from tests.harness.tree import ROOT

COMMITTED = ROOT / "docs" / "contracts"


@pytest.fixture
async def url() -> AsyncIterator[str]:
    """The page's address."""
    health = Health()
    health.waiting_for = None
    async with served(health) as (web, url):
        web.mount(documents.PREFIX, documents.documents())
        yield f"{url}{documents.PREFIX}/"


async def test_the_page_and_all_that_it_links_to_are_served(url: str) -> None:
    page = await request("GET", url)
    assert (page.status, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert page.body == (COMMITTED / "index.html").read_bytes()
    linked = set(re.findall(r'href="([^"#:]+)"', page.body.decode()))
    assert {"openapi.json", "asyncapi.json"} < linked
    for path in linked:
        answer = await request("GET", url + path)
        assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
        assert answer.body == (COMMITTED / path).read_bytes()


async def test_by_another_method_they_are_not_to_be_had(url: str) -> None:
    """A problem as of the API."""
    answer = await request("POST", url + "openapi.json")
    assert (answer.status, answer.headers["Content-Type"]) == (405, "application/problem+json")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD"}


@pytest.mark.parametrize("path", ["nothing.json", "../operations.md", "..%2f..%2fREADME.md", "released/x.json", "%00"])
async def test_nothing_else_is_served(url: str, path: str) -> None:
    assert (await request("GET", url + path)).status == 404
