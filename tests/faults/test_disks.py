"""A small disk can be filled to the last byte, emptied, and is gone afterwards."""

import errno
import shutil
from collections.abc import Iterator
from pathlib import Path

import nats
import pytest
from nats.js import JetStreamContext
from nats.js.errors import APIError

from deploy.servers.embedded import start
from deploy.servers.folder import open_folder
from deploy.servers.nats import NATS
from tests.faults.disks import can_mount, fill, free, small_disk
from tests.harness.servers import clean_environ

SMALL_MIB = 16
pytestmark = pytest.mark.skipif(not can_mount(), reason="needs the right to mount a tmpfs")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "disk"
    path.mkdir()
    with small_disk(path, SMALL_MIB):
        yield path


def test_a_full_disk_takes_no_byte_and_a_freed_one_does(disk: Path) -> None:
    """`fill` leaves nothing, twice in turn; `free` gives it back."""
    assert shutil.disk_usage(disk).total == SMALL_MIB << 20
    for _ in range(2):
        fill(disk)
        assert shutil.disk_usage(disk).free == 0
        with pytest.raises(OSError, match="No space") as refused:
            (disk / "new").write_bytes(b"x")
        assert refused.value.errno == errno.ENOSPC
        free(disk)
        (disk / "new").write_bytes(bytes(SMALL_MIB << 19))
        (disk / "new").unlink()


def test_what_is_given_back_can_be_taken_again(disk: Path) -> None:
    """A server that removes a file of its own makes room; `fill` takes that as well."""
    (disk / "old").write_bytes(bytes(1 << 20))
    fill(disk)
    (disk / "old").unlink()
    assert shutil.disk_usage(disk).free == 1 << 20
    fill(disk)
    assert shutil.disk_usage(disk).free == 0


def test_the_disk_is_gone_afterwards_even_if_a_file_is_open(tmp_path: Path) -> None:
    """The folder is empty and on its old disk again; whoever holds a file may go on reading it."""
    total = shutil.disk_usage(tmp_path).total
    with small_disk(tmp_path, 1):
        file = (tmp_path / "open").open("w+b")
        file.write(b"x")
        file.flush()
    assert list(tmp_path.iterdir()) == []
    assert shutil.disk_usage(tmp_path).total == total
    file.close()


async def test_a_nats_server_on_a_full_disk_refuses(disk: Path) -> None:
    """A publish gets an error from a server that has no room, and it keeps what it acknowledged before."""
    with open_folder(disk, needed=0) as folder:
        running = start(NATS, folder, clean_environ(), preferred=0)
        try:
            nc = await nats.connect(running.url)
            js = nc.jetstream()
            await js.add_stream(name="S", subjects=["s"])
            await js.publish("s", b"kept")
            fill(disk)
            with pytest.raises((APIError, TimeoutError)):
                await _publish_much(js)
            assert (await js.get_msg("S", 1)).data == b"kept"
            await nc.close()
        finally:
            running.child.kill()


async def _publish_much(js: JetStreamContext) -> None:
    for _ in range(100):
        await js.publish("s", bytes(64 * 1024), timeout=5)
