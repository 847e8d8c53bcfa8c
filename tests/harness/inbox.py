"""A real SMTP server for tests."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from deploy import inbox as deployed


@dataclass(frozen=True)
class Inbox:
    """Where mail went: `url` is for DONDOC_SMTP_URL, `folder` holds the .eml files."""

    url: str
    folder: Path

    def messages(self) -> list[EmailMessage]:
        """What came, by file name: by day, then by recipient."""
        return [
            message_from_bytes(path.read_bytes(), policy=policy.default) for path in sorted(self.folder.glob("*.eml"))
        ]


@pytest.fixture
async def inbox(tmp_path: Path) -> AsyncIterator[Inbox]:
    """An empty inbox that takes mail."""
    folder = tmp_path / "inbox"
    async with deployed.inbox(folder, port=0) as url:
        yield Inbox(url, folder)
