"""The inbox keeps every message as it came."""

import smtplib
import socket
from asyncio import to_thread
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.inbox import inbox, keep
from deploy.servers.ports import LOOPBACK

RECIPIENT = "dai-ptth@qngai.example"
MESSAGE = (
    b"Date: Mon, 13 Feb 2023 08:00:00 +0700\r\n"
    b"From: nhac-viec@dondoc.example\r\n"
    b"To: dai-ptth@qngai.example\r\n"
    b"Message-ID: <2023-02-13.dai-ptth@dondoc.example>\r\n"
    b"Subject: sample\r\n"
    b"\r\n"
    b".a line that begins with a dot\r\n"
    b"ng\xc6\xb0\xe1\xbb\x9di\r\n"
)


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_named_by_day_recipient_and_message_id(tmp_path: Path) -> None:
    """The name is the same in every run, and sorts by day."""
    path = keep(tmp_path, [RECIPIENT], MESSAGE)
    assert path.name == "2023-02-13_dai-ptth@qngai.example_aedf1a84ac0f.eml"
    assert path.read_bytes() == MESSAGE


def test_a_second_copy_is_kept_where_people_see_it(tmp_path: Path) -> None:
    """A message that was sent twice is never hidden by overwriting the first."""
    first = keep(tmp_path, [RECIPIENT], MESSAGE)
    copies = [keep(tmp_path, [RECIPIENT], MESSAGE + more) for more in (b"second", b"third")]
    assert [path.name for path in copies] == [f"{first.stem}.copy-2.eml", f"{first.stem}.copy-3.eml"]
    assert first.read_bytes() == MESSAGE


def test_different_messages_of_a_day_are_different_files(tmp_path: Path) -> None:
    """The digest is of the Message-ID, so two mails to one agency on one day are both there."""
    keep(tmp_path, [RECIPIENT], MESSAGE)
    keep(tmp_path, [RECIPIENT], MESSAGE.replace(b"<2023-02-13.", b"<other."))
    assert len(_names(tmp_path)) == 2
    assert not any(".copy-" in name for name in _names(tmp_path))


@pytest.mark.parametrize(
    ("header", "changed"),
    [
        (b"Date: Mon, 13 Feb 2023 08:00:00 +0700", b"Date: some day"),
        (b"Date: Mon, 13 Feb 2023 08:00:00 +0700", b"X-A: b"),
    ],
    ids=["unreadable", "missing"],
)
def test_a_message_without_a_readable_date_is_kept(tmp_path: Path, header: bytes, changed: bytes) -> None:
    """An inbox refuses nothing; what is wrong with a message is for people to see."""
    assert keep(tmp_path, [RECIPIENT], MESSAGE.replace(header, changed)).name.startswith("undated_")


def test_without_a_message_id_the_content_names_it(tmp_path: Path) -> None:
    """Two messages without an id are two files, and the same one again is a copy."""
    bare = MESSAGE.replace(b"Message-ID:", b"X-Not-Id:")
    first, second = keep(tmp_path, [RECIPIENT], bare), keep(tmp_path, [RECIPIENT], bare + b"more")
    assert first.stem != second.stem
    assert keep(tmp_path, [RECIPIENT], bare).name == f"{first.stem}.copy-2.eml"


@pytest.mark.parametrize("recipient", ["../../etc/passwd@a.example", "a/b\0c@a.example", "người@a.example", "-rf"])
def test_a_recipient_cannot_choose_where_its_file_goes(tmp_path: Path, recipient: str) -> None:
    """A name made from an address stays a name in the inbox."""
    path = keep(tmp_path, [recipient], MESSAGE)
    assert path.resolve().parent == tmp_path.resolve()
    assert path.name.startswith("2023-02-13_")


def test_nothing_half_written_is_ever_a_message(tmp_path: Path) -> None:
    """A message that can't be stored leaves no file at all."""
    with pytest.raises(OSError, match="No such file"):
        keep(tmp_path / "gone", [RECIPIENT], MESSAGE)
    keep(tmp_path, [RECIPIENT], MESSAGE)
    assert [name for name in _names(tmp_path) if not name.endswith(".eml")] == []


def _send(url: str, *messages: bytes) -> None:
    host, port = url.removeprefix("smtp://").split(":")
    with smtplib.SMTP(host, int(port)) as client:
        for message in messages:
            client.sendmail("bounce@dondoc.example", [RECIPIENT, "pct@qngai.example"], message)


async def test_a_message_over_smtp_is_kept_byte_for_byte(tmp_path: Path) -> None:
    """Leading dots, bytes beyond ASCII and line ends arrive as they were sent; one file a message, whoever gets it."""
    async with inbox(tmp_path / "mail", port=0) as url:
        await to_thread(_send, url, MESSAGE)
    assert [path.read_bytes() for path in (tmp_path / "mail").iterdir()] == [MESSAGE]


async def test_a_taken_port_is_no_obstacle(tmp_path: Path) -> None:
    """Where the preferred port is taken the inbox takes another and says which."""
    with socket.create_server((LOOPBACK, 0)) as other:
        async with inbox(tmp_path, other.getsockname()[1]) as url:
            await to_thread(_send, url, MESSAGE)
    assert len(_names(tmp_path)) == 1


async def test_a_message_that_cannot_be_stored_is_to_be_sent_again(tmp_path: Path) -> None:
    """452 is a temporary error: the sender keeps the mail, and the inbox goes on taking others."""
    folder = tmp_path / "mail"
    async with inbox(folder, port=0) as url:
        folder.rmdir()
        with pytest.raises(smtplib.SMTPDataError) as refused:
            await to_thread(_send, url, MESSAGE)
        folder.mkdir()
        await to_thread(_send, url, MESSAGE)
    assert refused.value.smtp_code == 452
    assert len(_names(folder)) == 1


def _hang_up(url: str) -> None:
    host, port = url.removeprefix("smtp://").split(":")
    with socket.create_connection((host, int(port))) as raw:
        raw.recv(100)
        raw.sendall(b"EHLO a\r\nMAIL FROM:<a@a.example>\r\nRCPT TO:<b@b.example>\r\nDATA\r\nhalf a mess")


def _talk_nonsense(url: str) -> None:
    host, port = url.removeprefix("smtp://").split(":")
    with socket.create_connection((host, int(port))) as raw:
        raw.sendall(b"\xff\x00" * 3000 + b"\r\n")
        raw.recv(100)


@pytest.mark.parametrize("offend", [_hang_up, _talk_nonsense])
async def test_a_client_that_misbehaves_harms_nobody(tmp_path: Path, offend: Callable[[str], None]) -> None:
    """The next client's mail is taken, and nothing is kept of a message that never ended."""
    async with inbox(tmp_path, port=0) as url:
        await to_thread(offend, url)
        await to_thread(_send, url, MESSAGE)
    assert len(_names(tmp_path)) == 1


async def test_mails_are_for_who_runs_it(tmp_path: Path) -> None:
    """Also in a folder that an earlier run left open."""
    for folder in (tmp_path / "new", tmp_path / "open"):
        (tmp_path / "open").mkdir(mode=0o755, exist_ok=True)
        async with inbox(folder, port=0):
            assert folder.stat().st_mode & 0o777 == 0o700
