"""The page of the contract: whole, self-contained, and with everything in it."""

from html.parser import HTMLParser

import pytest

from deploy.contracts.generate import ANSWERS
from shared import published
from shared.contracts.reasons import REASONS
from tests.contracts.documents import MADE, document

PAGE = MADE[published.PAGE].decode()
VOID = {"meta", "br", "link", "img", "input", "hr"}


class _Reader(HTMLParser):
    """What stands open, what is linked to, and what has a name."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.links: set[str] = set()
        self.names: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            if name == "id":
                self.names.append(str(value))
            elif name in {"href", "src"}:
                self.links.add(str(value))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture
def page() -> _Reader:
    reader = _Reader()
    reader.feed(PAGE)
    return reader


def test_it_is_well_formed(page: _Reader) -> None:
    """Every element is closed, and no name is given twice."""
    assert page.open == []
    assert len(page.names) == len(set(page.names))


def test_it_loads_and_runs_nothing(page: _Reader) -> None:
    """Links lead to its own parts or to files beside it: all but what only officers ask for."""
    assert not page.tags & {"script", "link", "img", "iframe", "form"}
    assert "@import" not in PAGE
    assert "url(" not in PAGE
    assert {link.removeprefix("#") for link in page.links if link.startswith("#")} <= set(page.names)
    beside = {path for path in MADE if not path.startswith(f"{ANSWERS}/")}
    assert {link for link in page.links if not link.startswith("#")} == beside - {published.PAGE}


def test_it_fits_a_telephone() -> None:
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in PAGE


def test_everything_is_in_it(page: _Reader) -> None:
    """Each path, operation, subject, model and code."""
    http, nats = document(published.OPENAPI), document(published.ASYNCAPI)
    schemas = {**http["components"]["schemas"], **nats["components"]["schemas"]}
    assert {*schemas, *nats["operations"], "postEvents", "getReceipt", "getOccurrences"} <= set(page.names)
    said = [*http["paths"], *(channel["address"] for channel in nats["channels"].values()), *REASONS]
    assert [one for one in said if f"<code>{one}</code>" not in PAGE] == []


def test_whoever_serves_it_gets_what_is_committed() -> None:
    """The page, and by its links every file beside it; nothing else that lies on the disk."""
    for path in MADE:
        content, media_type = published.document(path) or (b"", "")
        assert content == MADE[path]
        assert media_type == ("application/json" if path.endswith(".json") else "text/html; charset=utf-8")
    others = ("", "nothing.json", "../integrators.md", "/etc/hostname", "released/openapi.json")
    assert [published.document(path) for path in others] == [None] * len(others)
