"""What can happen to the store of a stopped nats-server: lost, cut short, or put back as it was yesterday."""

import random
import shutil
from pathlib import Path

from deploy.servers.nats import NATS
from deploy.servers.server import Running

STREAMS = "jetstream/*/streams"  # within the store: an account, then a stream
INDEX = "index.db"


def store_of(server: Running) -> Path:
    """The folder in which this nats-server keeps its streams."""
    return server.folder.path / NATS.name


def snapshot(store: Path, copy: Path) -> None:
    """Copy the store; a copy that is there already is replaced."""
    _replace(copy, store)


def restore(store: Path, copy: Path) -> None:
    """Put the store back as it was when the copy was made; what came since is gone."""
    _replace(store, copy)


def wipe(store: Path) -> None:
    """Remove all that it holds; the folder stays."""
    for part in store.iterdir():
        shutil.rmtree(part) if part.is_dir() else part.unlink()


def truncate(store: Path, stream: str, rng: random.Random) -> int:
    """Cut a random tail, of a byte at least, off the newest messages of the stream; how many bytes are gone.

    The index goes too, so that the server counts anew what the blocks hold, as after a power cut. Raises
    FileNotFoundError where the stream holds no message.
    """
    messages = _folder(store, stream) / "msgs"
    blocks = sorted(messages.glob("*.blk"), key=lambda block: int(block.stem))
    sizes = [(block, block.stat().st_size) for block in blocks if block.stat().st_size]
    if not sizes:
        raise FileNotFoundError(f"the stream {stream} holds no message")
    block, size = sizes[-1]
    left = rng.randrange(size)
    with block.open("r+b") as file:
        file.truncate(left)
    (messages / INDEX).unlink(missing_ok=True)
    return size - left


def _folder(store: Path, stream: str) -> Path:
    found = [folder / stream for folder in store.glob(STREAMS) if (folder / stream).is_dir()]
    if len(found) != 1:
        raise FileNotFoundError(f"{store} holds {len(found)} streams {stream}")
    return found[0]


def _replace(target: Path, source: Path) -> None:
    if target.exists():
        shutil.rmtree(target)
    shutil.copytree(source, target)
