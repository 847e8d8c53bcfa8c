"""Where a line's button and links lead: signed links by which the recipient acts without an account. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

from shared.contracts.duties import OccurrenceKey
from shared.contracts.ledger import Standing
from shared.signed_links import Link, Purpose, address

# Late outputs are always accepted; the next rung of the ladder brings a new link.
COUNTS_FOR = timedelta(days=60)


@dataclass(frozen=True)
class Actions:
    """Three addresses."""

    submit: str
    nothing_to_report: str
    already_done: str


@dataclass(frozen=True)
class Links:
    """What the links of one mail have in common. `mailboxes` are all that it goes to; they count up to `until`."""

    public_url: str
    secret: str
    recipient: str
    mail: str
    mailboxes: tuple[str, ...]
    until: date

    def of(self, key: OccurrenceKey, now: Standing) -> Actions:
        """The recipient acts for itself where it may deliver the occurrence, else for who owes it: it stands in for
        an abolished body."""
        agency = self.recipient if self.recipient in (key.agency, *now.jointly_with) else key.agency

        def to(purpose: Purpose) -> str:
            link = Link(purpose, agency, key, self.mail, self.mailboxes, self.until)
            return address(link, self.public_url, self.secret)

        return Actions(*map(to, (Purpose.SUBMIT, Purpose.NOTHING_TO_REPORT, Purpose.ALREADY_DONE)))
