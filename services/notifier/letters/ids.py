"""Short names that a key gives: the same for the same key, and short, since a mailer breaks up long tokens."""

import hashlib


def short_id(key: str) -> str:
    """32 hexadecimal digits."""
    return hashlib.blake2s(key.encode(), digest_size=16).hexdigest()


def message_id(key: str, mail_from: str) -> str:
    """The Message-ID of the digest of that key: below 77 characters, so that threading holds."""
    return f"<{short_id(key)}@{mail_from.partition('@')[2]}>"
