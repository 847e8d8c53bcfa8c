"""What the notifier's documents look like: from the service's own words to MongoDB's and back. Pure."""

import hashlib
import zlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from services.notifier.bounces.unreachable import Marked
from services.notifier.letters.mail import Mail
from services.notifier.letters.wording import full_date
from services.notifier.rules import Digest, Mark
from services.notifier.sending.queue import Queued, State
from shared.contracts.duties import OccurrenceKey
from shared.contracts.ledger import FACT, Account, Fact, standing
from shared.contracts.reminders import ReminderItem
from shared.mongo import UpdateOne

Document = dict[str, Any]
# The quickest: a mail is mostly markup, of which a quarter is left.
_LEVEL = 1


def account_write(account: Account) -> UpdateOne:
    """The whole account, as it was read in the same transaction and folded."""
    latest = standing(account.facts, date.max)
    fields: Document = {
        "facts": {fact_key(fact): FACT.dump_python(fact, mode="json") for fact in account.facts},
        "plan": account.key.plan,
        "key": account.key.model_dump(),
        "owed": latest is not None and latest.owed,
        "register_by": latest.register_by.isoformat() if latest is not None else None,
    }
    if latest is not None and latest.answers:
        fields["answered"] = True
    return UpdateOne({"_id": str(account.key)}, {"$set": fields}, upsert=True)


def fact_key(fact: Fact) -> str:
    # An event id may hold dots, which the names of fields must not.
    return hashlib.blake2s(fact.event.encode(), digest_size=16).hexdigest()


def account(document: Document) -> Account:
    facts = frozenset(FACT.validate_python(fact) for fact in document["facts"].values())
    return Account(OccurrenceKey.model_validate(document["key"]), facts)


def rung(mark: Mark, day: date) -> Document:
    return {
        "occurrence": str(mark.occurrence),
        "rung": mark.rung,
        "recipient": mark.recipient,
        "passed": mark.passed,
        "day": day.isoformat(),
        "digest": Digest(mark.occurrence.plan, mark.recipient, day, ()).key,
    }


def digest(digest: Digest, now: datetime) -> Document:
    return {
        "_id": digest.key,
        "plan": digest.plan,
        "recipient": digest.recipient,
        "short": digest.short,
        "day": digest.day.isoformat(),
        "items": items(digest.items),
        "state": State.QUEUED,
        "attempts": 0,
        "resends": 0,
        "next_try": now,
        "claim": None,
        "lease": None,
        "frozen": None,
        "handed": False,
        "accepted": [],
        "refused": [],
        "bounced": [],
        "reason": "",
    }


def queued(document: Document) -> Queued:
    items = tuple(ReminderItem.model_validate(item) for item in document["items"])
    day = date.fromisoformat(document["day"])
    return Queued(
        digest=Digest(document["plan"], document["recipient"], day, items),
        state=State(document["state"]),
        attempts=document["attempts"],
        resends=document["resends"],
        next_try=document["next_try"],
        claim=document["claim"],
        frozen=mail(document["frozen"]) if document["frozen"] is not None else None,
        handed=document["handed"],
        accepted=tuple(document["accepted"]),
        refused=dict(document["refused"]),
        bounced=dict(document["bounced"]),
        reason=document["reason"],
    )


def marked(mark: Marked) -> Document:
    """`told` names the digest by which the coordinator hears of it."""
    return {
        "_id": mark.address.lower(),
        "address": mark.address,
        "plan": mark.plan,
        "agency": mark.agency,
        "reason": mark.reason,
        "at": mark.at,
        "told": None,
    }


def read_mark(document: Document) -> Marked:
    return Marked(document["address"], document["plan"], document["agency"], document["reason"], document["at"])


def claim_of(claimed: Queued) -> Document:
    return {"_id": claimed.digest.key, "state": State.SENDING, "claim": claimed.claim}


def fixing(ready: Queued) -> Document:
    """The update that fixes the bytes."""
    assert ready.frozen is not None
    return {"$set": {"frozen": frozen(ready.frozen), "items": items(ready.digest.items)}}


def superseding(day: date) -> Document:
    """The update that ends a digest that nobody was sent before that day, which decides anew."""
    why = f"chưa gửi được cho đến ngày làm việc sau; việc nhắc được xét lại ngày {full_date(day)}"
    return {"$set": {"state": State.CANCELLED, "next_try": None, "reason": why}}


def settled(after: Queued) -> Document:
    """The fields that the end of an attempt changes."""
    fields: Document = {
        "state": after.state,
        "next_try": after.next_try,
        "attempts": after.attempts,
        "resends": after.resends,
        "accepted": list(after.accepted),
        # A list of pairs: an address has dots, which the names of fields must not have.
        "refused": [list(pair) for pair in after.refused.items()],
        "reason": after.reason,
        "claim": None,
        "lease": None,
    }
    # What was handed over was written when it was fixed; the bytes are most of the document.
    if not after.handed:
        fields["items"] = items(after.digest.items)
    if not after.handed or after.frozen is None:
        fields["frozen"] = frozen(after.frozen) if after.frozen is not None else None
    return fields


def counts(rows: Iterable[Document]) -> dict[str, int]:
    """How many digests are in each state, by how many are in each and wait for a next try or not; `pending` are those
    that aren't at their end."""
    counted, pending = dict.fromkeys(State, 0), 0
    for row in rows:
        state = State(row["_id"]["state"])
        counted[state] += row["count"]
        if state is State.SENDING or (state in {State.QUEUED, State.UNKNOWN} and row["_id"]["waits"]):
            pending += row["count"]
    return {"pending": pending, **{state.value: count for state, count in counted.items()}}


def items(items: Sequence[ReminderItem]) -> list[Document]:
    return [item.model_dump(mode="json") for item in items]


def frozen(mail: Mail) -> Document:
    """Its text is packed: MongoDB keeps and moves a mail several times."""
    return {
        "sender": mail.sender,
        "to": list(mail.to),
        "cc": list(mail.cc),
        "message_id": mail.message_id,
        "body": zlib.compress(mail.body, _LEVEL),
    }


def mail(document: Document) -> Mail:
    """Without its text where the document was read without it."""
    return Mail(
        sender=document["sender"],
        to=tuple(document["to"]),
        cc=tuple(document["cc"]),
        message_id=document["message_id"],
        body=zlib.decompress(document["body"]) if "body" in document else b"",
    )
