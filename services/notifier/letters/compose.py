"""A letter as the bytes of a mail: text, HTML and files, the same bytes for the same letter."""

from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime

from services.notifier.letters.headers import address_line, line, text_line
from services.notifier.letters.ids import message_id, short_id
from services.notifier.letters.letter import Letter
from services.notifier.letters.mail import Mail
from services.notifier.letters.mime import File, attachment, multipart, text
from services.notifier.letters.render import render
from services.notifier.recipients import Addresses, usable


def compose(
    letter: Letter,
    addresses: Addresses,
    *,
    key: str,
    mail_from: str,
    date: datetime,
    files: Sequence[File] = (),
    first: str | None = None,
) -> Mail:
    """The mail. `key` names the digest, `addresses.to` is not empty, `date` knows its time zone; `first` is the
    Message-ID of the mail that this one follows up.

    Raises ValueError where `mail_from` is no plain address.
    """
    if not usable(mail_from):
        raise ValueError(f"{mail_from!r} can't be the sender of a mail: write one plain address")
    words, markup = render(letter)
    id_, short = message_id(key, mail_from), short_id(key)
    said = multipart("alternative", f"{short}_a", [text("plain", words), text("html", markup)])
    contact = letter.contact
    head = [
        address_line("From", (mail_from,), letter.coordinator),
        address_line("To", addresses.to, letter.recipient),
        address_line("Cc", addresses.cc) if addresses.cc else "",
        address_line("Reply-To", (contact.email,), contact.name) if contact.mailto else "",
        text_line("Subject", letter.subject),
        line("Date", format_datetime(date)),
        line("Message-ID", id_),
        line("In-Reply-To", first) + line("References", first) if first else "",
        line("Auto-Submitted", "auto-generated"),
        line("X-Auto-Response-Suppress", "OOF, AutoReply"),
        line("Content-Language", "vi"),
        line("MIME-Version", "1.0"),
    ]
    return Mail(
        sender=mail_from,
        to=addresses.to,
        cc=addresses.cc,
        message_id=id_,
        body="".join(head).encode("ascii") + multipart("mixed", f"{short}_m", [said, *map(attachment, files)]),
    )
