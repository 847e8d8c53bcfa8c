"""`dondoc agency`: a token is made, replaced and ended by one command, and never shown again."""

import json
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.submissions.credentials import Credentials, counts
from shared.mongo import Mongo
from shared.settings import Settings
from tests.integration.intake_desk import prepare


@pytest.fixture
async def mongo(settings: Settings) -> AsyncIterator[Mongo]:
    """The database of submissions."""
    mongo = Mongo(settings.mongo_url, settings.database("submissions"))
    yield mongo
    mongo.close()


@pytest.fixture
async def dondoc(environ: dict[str, str], mongo: Mongo) -> Any:
    """`dondoc agency …` in a house where the agencies `dai` and `huyen` owe something; code, output and error."""
    await prepare(mongo)

    def call(*arguments: str) -> tuple[int, str, str]:
        done = subprocess.run(
            [sys.executable, "-m", "deploy.cli", "agency", *arguments],
            env=environ,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return done.returncode, done.stdout.strip(), done.stderr

    return call


async def test_a_token_is_made_replaced_and_ended(dondoc: Any, mongo: Mongo) -> None:
    """Each command does what the next request sees; the list tells who has what, by its mark."""
    credentials = Credentials(mongo)
    _, first, _ = dondoc("add", "dai")
    found = await credentials.find(first)
    assert found is not None
    assert (found.agency, found.ends) == ("dai", None)
    _, second, _ = dondoc("rotate", "dai", "--overlap", "0")
    old, new = await credentials.find(first), await credentials.find(second)
    assert old is not None
    assert new is not None
    assert old.ends is not None
    assert counts(new, old.ends)
    assert not counts(old, old.ends)
    _, listed, _ = dondoc("list", "--json")
    shown = [json.loads(line) for line in listed.splitlines()]
    assert [one["mark"] for one in shown if one["kind"] == "token"] == [old.mark, new.mark]
    assert [one["ends"] is None for one in shown if one["kind"] == "key"] == [False, True]
    assert first not in listed
    assert dondoc("revoke", "dai")[:2] == (0, "dai: 1 tokens and 1 keys revoked")
    last = await credentials.find(second)
    assert last is not None
    assert last.ends is not None
    assert "ended" in dondoc("list")[1]


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("add", "daii"), "no duty of any plan is assigned to the agency 'daii'; did you mean dai?"),
        (("rotate", "dai"), "dai has no token that counts; `dondoc agency add dai` makes one"),
        (("revoke", "dai"), "dai has no token and no key that counts"),
        (("add", "dai", "--ends", "2020-01-01"), "would never count"),
        (("add", "a.b"), "'a.b' is no agency's id: letters, digits, - and _, 100 at most"),
        (("add", "*"), "'*' is no agency's id"),
    ],
)
async def test_what_makes_no_sense_is_refused(dondoc: Any, arguments: tuple[str, ...], text: str) -> None:
    code, said, error = dondoc(*arguments)
    assert (code, said) == (1, "")
    assert text in error


async def test_a_second_token_is_no_accident(dondoc: Any) -> None:
    """`add` twice is refused with the command that is meant."""
    dondoc("add", "dai")
    code, _, error = dondoc("add", "dai")
    assert code == 1
    assert "`dondoc agency rotate dai` replaces it" in error


async def test_without_an_environment_the_server_is_named(dondoc: Any, environ: dict[str, str]) -> None:
    """The standard one may be anybody's; where none answers, it is told how to find the right one."""
    named = environ.pop("DONDOC_MONGO_URL")
    assert "DONDOC_MONGO_URL isn't set: this asks MongoDB at mongodb://127.0.0.1:27017" in dondoc("list")[2]
    environ["DONDOC_MONGO_URL"] = "mongodb://u:secret@127.0.0.1:1/?serverSelectionTimeoutMS=100"
    code, said, error = dondoc("list")
    assert (code, said, "secret" in error) == (1, "", False)
    assert error.startswith(
        "dondoc: MongoDB at mongodb://***@127.0.0.1:1/?serverSelectionTimeoutMS=100 doesn't answer;"
    )
    assert "run `. .dondoc/environment` first" in error
    environ["DONDOC_MONGO_URL"] = named
    assert dondoc("list") == (0, "", "")
