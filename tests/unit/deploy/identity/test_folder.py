"""The identity folder: made once, whole, and for its owner alone."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.identity.folder import Identity
from deploy.identity.issue_key import give_key, revoke_keys
from deploy.identity.keys import KeyRefused

NOW = datetime.now(UTC)


@pytest.fixture
def identity(tmp_path: Path) -> Identity:
    identity = Identity(tmp_path / "identity")
    identity.prepare()
    return identity


def test_nobody_else_can_read_it(identity: Identity) -> None:
    """Neither the folder nor any file in it, a seed's least of all."""
    give_key("dai", identity, NOW)
    modes = {path.name: path.stat().st_mode & 0o777 for path in (identity.path, *identity.path.rglob("*"))}
    assert {mode for name, mode in modes.items() if name not in {"identity", "seeds"}} == {0o600}
    assert (modes["identity"], modes["seeds"]) == (0o700, 0o700)


def test_secrets_are_made_once_and_a_lost_one_alone_is_made_anew(identity: Identity) -> None:
    """Running services go on with theirs."""
    first = (identity.path / "secrets.env").read_text()
    identity.prepare()
    assert (identity.path / "secrets.env").read_text() == first
    less = "".join(line for line in first.splitlines(keepends=True) if "REPORTS" not in line)
    (identity.path / "secrets.env").write_text(less)
    identity.prepare()
    second = (identity.path / "secrets.env").read_text()
    assert less in second
    assert "NATS_REPORTS=" in second
    assert second != first


def test_a_url_goes_to_every_member_as_the_user(identity: Identity) -> None:
    """Whoever the URL named before."""
    secret = next(
        line.partition("=")[2]
        for line in (identity.path / "secrets.env").read_text().splitlines()
        if line.startswith("NATS_SYSTEM=")
    )
    told = identity.url("system", "tls://operator:x@a:4222,tls://operator:x@b:4222")
    assert told == f"tls://system:{secret}@a:4222,tls://system:{secret}@b:4222"


def test_what_is_refused_leaves_all_as_it_was(identity: Identity) -> None:
    before = (identity.path / "accounts.conf").read_text()
    with pytest.raises(KeyRefused):
        give_key("a.b", identity, NOW)
    assert (identity.path / "accounts.conf").read_text() == before
    assert not (identity.path / "seeds").exists()


def test_a_seed_is_nowhere_but_in_its_file(identity: Identity) -> None:
    """And not there any more when the key was revoked."""
    file = give_key("dai", identity, NOW)
    seed = file.read_text().strip()
    others = [path for path in identity.path.rglob("*") if path.is_file() and path != file]
    assert not any(seed in path.read_text() for path in others)
    assert revoke_keys("dai", identity, NOW) == 1
    assert not file.exists()
