"""`dondoc agency` on the side of NATS: the command's own key opens the server, and closes it."""

import asyncio
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import nats
import pytest
from nats.js import JetStreamContext

from deploy.servers.nats import identity_of
from deploy.servers.server import Running
from shared.mongo import Mongo
from shared.settings import Settings
from tests.harness.edge import as_agency
from tests.integration.intake_desk import prepare
from tests.integration.until import until


@pytest.fixture
async def dondoc(environ: dict[str, str], settings: Settings, tmp_path: Path) -> Any:
    """`dondoc agency …` in a house where the agency `dai` owes something: code, output and error."""
    mongo = Mongo(settings.mongo_url, f"{settings.database_prefix}_submissions")
    await prepare(mongo)
    mongo.close()

    async def call(*arguments: str, **more: str) -> tuple[int, str, str]:
        done = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", "deploy.cli", "agency", *arguments],
            env={**environ, **more},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    return call


async def test_what_add_says_is_enough_to_post_and_revoke_ends_it(
    dondoc: Any, nats_server: Running, js: JetStreamContext
) -> None:
    """The seed lies where it says, readable by its owner alone; subject and prefix are those it names."""
    code, _, said = await dondoc("add", "dai")
    found = re.search(r"seed is in (\S+);.*inbox prefix (\S+) post to (\S+) and", said)
    assert code == 0
    assert found is not None
    seed, prefix, subject = Path(found[1]), found[2], found[3]
    assert seed.stat().st_mode & 0o777 == 0o600
    nc = await as_agency(nats_server, "dai", seed.read_text().strip())
    assert prefix == "_INBOX_dai"
    assert (await nc.jetstream().publish(subject, b"{}")).seq == 1
    code, said, _ = await dondoc("revoke", "dai")
    assert (code, said) == (0, "dai: 1 tokens and 1 keys revoked\n")

    async def cut_off() -> bool:
        return nc.is_closed

    await until(cut_off, "the connection is cut")
    assert not seed.exists()


async def test_rotate_makes_a_second_key_beside_the_first(dondoc: Any, nats_server: Running) -> None:
    """For a day both open; the list shows until when."""
    await dondoc("add", "dai")
    file = identity_of(nats_server.data).path / "seeds" / "dai.nk"
    first = file.read_text().strip()
    assert (await dondoc("rotate", "dai"))[0] == 0
    for seed in (first, file.read_text().strip()):
        await (await as_agency(nats_server, "dai", seed)).close()
    lines = [line for line in (await dondoc("list"))[1].splitlines() if " key U" in line]
    assert ["until" in line for line in lines] == [True, False]


async def test_without_a_server_the_key_counts_later(dondoc: Any, nats_server: Running) -> None:
    """What was written holds at the next start; what was revoked and not applied is an error."""
    nats_server.child.kill()
    code, _, said = await dondoc("add", "dai")
    assert (code, "It doesn't count yet: no NATS server answers" in said) == (0, True)
    seed = (identity_of(nats_server.data).path / "seeds" / "dai.nk").read_text().strip()
    nats_server.start()
    await (await as_agency(nats_server, "dai", seed)).close()
    nats_server.child.kill()
    code, _, said = await dondoc("revoke", "dai")
    assert (code, "its keys still open NATS" in said) == (1, True)
    nats_server.start()
    with pytest.raises(nats.errors.Error, match="Authorization Violation"):
        await as_agency(nats_server, "dai", seed)


async def test_apply_says_how_many_servers_heard(dondoc: Any, nats_server: Running) -> None:
    assert await dondoc("apply") == (0, "1 nats-server read the accounts again\n", "")


async def test_without_an_identity_folder_there_is_a_token_and_a_word_about_it(dondoc: Any, tmp_path: Path) -> None:
    """HTTP needs none; `init` makes one, and again changes nothing."""
    elsewhere = {"DONDOC_IDENTITY": str(tmp_path / "own")}
    code, token, said = await dondoc("add", "dai", **elsewhere)
    assert (code, token[:7], "No key for NATS was made" in said) == (0, "dondoc_", True)
    assert (await dondoc("init", **elsewhere))[0] == 0
    made = (tmp_path / "own" / "secrets.env").read_bytes()
    assert (await dondoc("init", **elsewhere))[0] == 0
    assert (tmp_path / "own" / "secrets.env").read_bytes() == made
    assert "accounts {" in (tmp_path / "own" / "accounts.conf").read_text()
