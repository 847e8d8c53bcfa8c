"""Documents of digests: what is kept of a mail."""

from services.notifier.database.documents import frozen, mail
from services.notifier.letters.mail import Mail

TEXT = b"Subject: m\xe1\xba\xabu\r\n\r\n" + b"<td>\x00.</td>\r\n" * 1000
MAIL = Mail("a@mau.example", ("b@mau.example",), ("c@mau.example",), "<1@mau.example>", TEXT)


def test_a_mail_comes_back_byte_by_byte() -> None:
    """Its text is kept in a tenth of its bytes where it says one thing again and again, and comes back as it was."""
    document = frozen(MAIL)
    assert len(document["body"]) < len(TEXT) / 10
    assert mail(document) == MAIL


def test_a_mail_that_is_read_without_its_text() -> None:
    """It has all the rest."""
    document = frozen(MAIL)
    del document["body"]
    assert (mail(document).body, mail(document).recipients) == (b"", MAIL.recipients)
