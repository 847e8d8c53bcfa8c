"""Hands a letter to the mail server: a new connection each time, for there are few."""

from datetime import timedelta

import aiosmtplib

from services.reports.desk.letter import Letter
from shared.printable import printable
from shared.smtp_url import Server

# A person waits for it. What takes longer is asked for once more.
WITHIN = timedelta(seconds=60)


class NotHandedOver(Exception):
    """The server didn't take it; the text says why."""


async def hand_over(letter: Letter, server: Server) -> None:
    """Raises NotHandedOver."""
    try:
        async with aiosmtplib.SMTP(**server.arguments, timeout=WITHIN.total_seconds()) as client:
            await client.sendmail(letter.sender, [letter.to], letter.body)
    except (aiosmtplib.SMTPException, OSError) as error:
        # What the server said may be no UTF-8, which a log can't hold.
        raise NotHandedOver(printable(f"{type(error).__name__}: {error}")[:300]) from error
