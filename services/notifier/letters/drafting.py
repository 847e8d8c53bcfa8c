"""What a digest comes to at this moment: what is still due, and the mail that says so."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, datetime

from services.notifier.letters.actions import COUNTS_FOR, Links
from services.notifier.letters.calendar_file import calendar_file
from services.notifier.letters.compose import compose
from services.notifier.letters.draft_letter import docx, draft_letter
from services.notifier.letters.ids import message_id, short_id
from services.notifier.letters.letter import write
from services.notifier.letters.line import Reminded
from services.notifier.letters.mail import Mail
from services.notifier.letters.news import NOTHING, News
from services.notifier.recipients import addresses
from services.notifier.rules import Digest, is_unreached, still_due
from shared.contracts.duties import OccurrenceKey
from shared.contracts.ledger import Account, standing
from shared.contracts.plan import PlanPublished


@dataclass(frozen=True)
class Draft:
    """A mail that isn't fixed yet, and the digest with what it names; nobody's mail where there is no address."""

    digest: Digest
    mail: Mail


def find_due(
    digest: Digest,
    plan: PlanPublished,
    today: date,
    accounts: Mapping[OccurrenceKey, Account],
    reached: Mapping[OccurrenceKey, Set[str]],
) -> list[Reminded]:
    """Those of the digest's items whose rung is due as they stand now: days may have turned since it was decided,
    dates may have moved. `reached` are the recipients at which a reminder of it arrived."""
    due = []
    for item in digest.items:
        account = accounts.get(item.occurrence)
        now = standing(account.facts, today) if account is not None else None
        if now is not None and still_due(plan, item, now, today, digest.recipient):
            unreached = is_unreached(plan, item, now, today, reached)
            due.append(Reminded(item.occurrence, item.rung, now, unreached))
    return due


def draft(
    digest: Digest,
    due: Sequence[Reminded],
    plan: PlanPublished,
    at: datetime,
    mail_from: str,
    links: tuple[str, str],
    desk: str,
    first: str | None,
    besides: Sequence[Reminded] = (),
    news: News = NOTHING,
) -> Draft:
    """The mail that names what is due, dated `at`, what is overdue `besides`, and the coordinator's `news`.

    `links` are the public address and the secret of links, `desk` is the address of the coordinator's desk; `first` is
    the Message-ID of the mail that it follows up, None where there is none. What is named besides is no item of the
    digest: no rung is done by that.
    """
    wanted = {one.key for one in due}
    items = tuple(item for item in digest.items if item.occurrence in wanted)
    digest = replace(digest, items=items)
    to = addresses(plan, digest.recipient, frozenset(item.rung for item in items), digest.day)
    if not to.to:
        return Draft(digest, Mail(mail_from, (), (), message_id(digest.key, mail_from), b""))
    linking = Links(*links, digest.recipient, short_id(digest.key), to.to + to.cc, digest.day + COUNTS_FOR)
    letter = write(plan, linking, due, at, copied=bool(to.cc), besides=besides, news=news, desk=desk)
    files = []
    if letter.own:
        files.append(calendar_file(letter, digest.recipient, mail_from, at))
    if letter.draft:
        files.append(docx(draft_letter(letter, plan, at.date()), at.date()))
    mail = compose(letter, to, key=digest.key, mail_from=mail_from, date=at, files=files, first=first)
    return Draft(digest, mail)
