"""The identity folder: made once, whole, and for its owner alone."""

from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import pytest

from deploy.identity import folder, nkey
from deploy.identity.folder import Identity
from deploy.identity.issue_key import give_key, revoke_keys
from deploy.identity.keys import KeyRefused

NOW = datetime.now(UTC)
WHILE = 0.5  # seconds: what another command needs, many times over


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


def test_of_two_commands_at_once_the_later_keys_seed_is_kept(
    identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that comes while the other writes its seed waits: the file is that of the key that counts without end."""
    write = folder._write
    other = Thread(target=give_key, args=("dai", identity, NOW))

    def write_and_be_disturbed(path: Path, text: str) -> None:
        if path.suffix == ".nk" and other.ident is None:
            other.start()
            other.join(WHILE)
        write(path, text)

    monkeypatch.setattr(folder, "_write", write_and_be_disturbed)
    give_key("dai", identity, NOW)
    other.join()
    (open_,) = [key for key in identity.keys()["dai"] if key.ends is None]
    assert nkey.public_key((identity.path / "seeds" / "dai.nk").read_text().strip()) == open_.public
