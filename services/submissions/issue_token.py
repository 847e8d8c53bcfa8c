"""Give an agency a token, replace it, or end it; the token itself is told once, to whoever asked for it.

Each looks and writes alone, so that of several at once one token is left without end.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from services.submissions.credentials import Credentials, counts, make_token
from shared.agency_id import AGENCY_ID, RULE
from shared.mongo import Session
from shared.near import near
from shared.outcomes import Rejected


async def add_token(
    agency: str, credentials: Credentials, deliverers: Collection[str], now: datetime, ends: datetime | None
) -> str:
    """A first token. Raises Rejected where the agency has one, is none of those that may deliver anything, or can't be
    one."""
    # Whatever is told of it goes out under its name: one that is no part of a subject would hold up the log.
    if not AGENCY_ID.fullmatch(agency):
        raise Rejected(f"{agency!r} is no agency's id: {RULE}")
    if deliverers and agency not in deliverers:
        like = near(agency, deliverers, cutoff=0.4)
        hint = f"; did you mean {' or '.join(like)}?" if like else ""
        raise Rejected(f"no duty of any plan is assigned to the agency {agency!r}{hint}")
    _refuse_over(ends, now)

    async def give(session: Session) -> str:
        if any(counts(one, now) for one in await credentials.of(agency, session)):
            raise Rejected(f"{agency} has a token already; `dondoc agency rotate {agency}` replaces it")
        return await _new(agency, credentials, now, ends, session)

    return await credentials.alone(agency, give)


async def rotate_token(
    agency: str, credentials: Credentials, now: datetime, overlap: timedelta, ends: datetime | None = None
) -> str:
    """A new token; those before count on for `overlap`, so that it can be brought in. Raises Rejected without one."""
    _refuse_over(ends, now)

    async def replace(session: Session) -> str:
        if not any(counts(one, now) for one in await credentials.of(agency, session)):
            raise Rejected(f"{agency} has no token that counts; `dondoc agency add {agency}` makes one")
        await credentials.end(agency, now + overlap, session)
        return await _new(agency, credentials, now, ends, session)

    return await credentials.alone(agency, replace)


async def revoke_tokens(agency: str, credentials: Credentials, now: datetime) -> int:
    """End all of the agency's tokens now; how many there were."""
    return await credentials.alone(agency, lambda session: credentials.end(agency, now, session))


def _refuse_over(ends: datetime | None, now: datetime) -> None:
    if ends is not None and ends <= now:
        raise Rejected(f"a token that ends on {ends:%Y-%m-%d %H:%M} would never count")


async def _new(agency: str, credentials: Credentials, now: datetime, ends: datetime | None, session: Session) -> str:
    token = make_token()
    await credentials.add(token, agency, now, ends, session)
    return token
