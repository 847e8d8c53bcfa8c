"""Signing in, in MongoDB: sessions, one-time links, and rounds by the identity provider. Of secrets the hash alone."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.reports.desk.secret_text import FEW_BYTES, LONGEST, hash_of, new_secret
from shared.mongo import Mongo, ReturnDocument

SESSION_LASTS = timedelta(hours=12)
LINK_LASTS = timedelta(minutes=15)
# A person at the provider's page, with a password to look for and a second factor.
ROUND_LASTS = timedelta(minutes=10)
# So many links an address may ask for within the time for which one lasts.
MOST_LINKS = 3


@dataclass(frozen=True)
class Session:
    """Somebody is signed in. `csrf` is what forms of this session hold."""

    email: str
    csrf: str


@dataclass(frozen=True)
class Round:
    """What must come back from the identity provider: `nonce` in its token, `verifier` is told to it (RFC 7636)."""

    nonce: str
    verifier: str


class SignInStore:
    """Each is over by the clock that is handed in; MongoDB sweeps what is over a minute later."""

    def __init__(self, mongo: Mongo) -> None:
        self._sessions = mongo.db["sessions"]
        self._links = mongo.db["sign_in_links"]
        self._asked = mongo.db["sign_in_asked"]
        self._rounds = mongo.db["sign_in_rounds"]

    async def ensure_indexes(self) -> None:
        for collection in (self._sessions, self._links, self._asked, self._rounds):
            await collection.create_index("until", expireAfterSeconds=0)

    async def open_session(self, email: str, now: datetime) -> str:
        """A new session; what its cookie holds."""
        cookie = new_secret()
        session = {"_id": hash_of(cookie), "email": email, "csrf": new_secret(), "until": now + SESSION_LASTS}
        await self._sessions.insert_one(session)
        return cookie

    async def session(self, cookie: str, now: datetime) -> Session | None:
        """The session of a cookie; None for one that is over, ended or none of ours."""
        found = await _live(self._sessions, cookie, now)
        return Session(found["email"], found["csrf"]) if found else None

    async def end_session(self, cookie: str) -> None:
        """For good: no cookie brings it back."""
        await self._sessions.delete_one({"_id": hash_of(cookie)})

    async def may_ask(self, email: str, now: datetime) -> bool:
        """Count one more link asked for; whether that is still within MOST_LINKS."""
        runs = {"$gt": ["$until", now]}
        change = {
            "$set": {
                "count": {"$cond": [runs, {"$add": ["$count", 1]}, 1]},
                "until": {"$cond": [runs, "$until", now + LINK_LASTS]},
            }
        }
        found = await self._asked.find_one_and_update(
            {"_id": email}, [change], upsert=True, return_document=ReturnDocument.AFTER
        )
        return bool(found["count"] <= MOST_LINKS)

    async def make_link(self, email: str, now: datetime) -> str:
        """A link that signs in, once; its token."""
        token = new_secret(FEW_BYTES)
        await self._links.insert_one({"_id": hash_of(token), "email": email, "until": now + LINK_LASTS})
        return token

    async def link(self, token: str, now: datetime) -> str | None:
        """Whom the link would sign in; looking changes nothing."""
        return _email(await _live(self._links, token, now))

    async def use_link(self, token: str, now: datetime) -> str | None:
        """Whom the link signs in, to the first who asks."""
        return _email(await _taken(self._links, token, now))

    async def begin_round(self, state: str, begun: Round, now: datetime) -> None:
        told = {"nonce": begun.nonce, "verifier": begun.verifier}
        await self._rounds.insert_one({"_id": hash_of(state), **told, "until": now + ROUND_LASTS})

    async def end_round(self, state: str, now: datetime) -> Round | None:
        """What was kept for the state, once."""
        found = await _taken(self._rounds, state, now)
        return Round(found["nonce"], found["verifier"]) if found else None


def _email(found: dict[str, Any] | None) -> str | None:
    return str(found["email"]) if found else None


async def _live(collection: Any, secret: str, now: datetime) -> dict[str, Any] | None:
    return await collection.find_one(_query(secret, now)) if len(secret) <= LONGEST else None


async def _taken(collection: Any, secret: str, now: datetime) -> dict[str, Any] | None:
    return await collection.find_one_and_delete(_query(secret, now)) if len(secret) <= LONGEST else None


def _query(secret: str, now: datetime) -> dict[str, Any]:
    return {"_id": hash_of(secret), "until": {"$gt": now}}
