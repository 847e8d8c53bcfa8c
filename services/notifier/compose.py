"""A letter as the bytes of a mail: text and HTML, the same bytes for the same letter."""

import hashlib
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from services.notifier.headers import address_line, line, text_line
from services.notifier.letter import Letter
from services.notifier.mail import Mail
from services.notifier.recipients import Addresses, usable

_TEMPLATES = Environment(
    loader=PackageLoader("services.notifier"),
    # The text part shows what data holds as it is; only the HTML has markup to protect.
    autoescape=select_autoescape(enabled_extensions=("html.j2",), default=False),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_INLINER = css_inline.CSSInliner(keep_style_tags=False, load_remote_stylesheets=False)
_BODY = policy.SMTP.clone(cte_type="7bit")


def message_id(key: str, mail_from: str) -> str:
    """The same for the same digest, and short: a longer token is broken up by mailers, and threading with it."""
    return f"<{_digest(key)}@{mail_from.partition('@')[2]}>"


def compose(letter: Letter, addresses: Addresses, *, key: str, mail_from: str, date: datetime) -> Mail:
    """The mail. `key` names the digest, `addresses.to` is not empty, `date` knows its time zone.

    Raises ValueError where `mail_from` is no plain address.
    """
    if not usable(mail_from):
        raise ValueError(f"{mail_from!r} can't be the sender of a mail: write one plain address")
    text, markup = render(letter)
    body = EmailMessage(policy=_BODY)
    body.set_content(text, cte="quoted-printable")
    body.add_alternative(markup, subtype="html", cte="quoted-printable")
    body.set_boundary(f"=_{_digest(key + '/boundary')}")
    id_ = message_id(key, mail_from)
    head = [
        address_line("From", (mail_from,), letter.coordinator),
        address_line("To", addresses.to, letter.recipient),
        address_line("Cc", addresses.cc) if addresses.cc else "",
        address_line("Reply-To", (letter.contact_email,), letter.contact_name) if usable(letter.contact_email) else "",
        text_line("Subject", letter.subject),
        line("Date", format_datetime(date)),
        line("Message-ID", id_),
        line("Auto-Submitted", "auto-generated"),
        line("X-Auto-Response-Suppress", "OOF, AutoReply"),
        line("Content-Language", "vi"),
    ]
    return Mail(
        sender=mail_from,
        to=addresses.to,
        cc=addresses.cc,
        message_id=id_,
        body="".join(head).encode("ascii") + body.as_bytes(),
    )


def render(letter: Letter) -> tuple[str, str]:
    """The letter as plain text and as HTML with its styles inlined."""
    text = _TEMPLATES.get_template("digest.txt.j2").render(letter=letter)
    markup = _TEMPLATES.get_template("digest.html.j2").render(letter=letter)
    return text, _INLINER.inline(markup)


def _digest(key: str) -> str:
    return hashlib.blake2s(key.encode(), digest_size=16).hexdigest()
