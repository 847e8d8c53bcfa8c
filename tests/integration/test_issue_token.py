"""Tokens that several commands make at once: one of them counts without end, whoever came last."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from services.submissions.credentials import Credentials, counts
from services.submissions.deliverers import deliverers
from services.submissions.issue_token import add_token, revoke_tokens, rotate_token
from shared.mongo import Mongo
from shared.outcomes import Rejected
from tests.integration.intake_desk import prepare

NOW = datetime.now(UTC)
AT_ONCE = 6


@pytest.fixture
async def known(mongo: Mongo) -> list[str]:
    """Who may deliver anything."""
    await prepare(mongo)
    return await deliverers(mongo)


@pytest.fixture
async def credentials(mongo: Mongo) -> Credentials:
    credentials = Credentials(mongo)
    await credentials.ensure_indexes()
    return credentials


async def test_of_several_first_tokens_one_is_made(credentials: Credentials, known: list[str]) -> None:
    """The others are told that there is one."""
    adding = (add_token("dai", credentials, known, NOW, None) for _ in range(AT_ONCE))
    told = await asyncio.gather(*adding, return_exceptions=True)
    (token,) = [one for one in told if isinstance(one, str)]
    assert [type(one) for one in told if one != token] == [Rejected] * (AT_ONCE - 1)
    assert await credentials.of("dai") == [await credentials.find(token)]


async def test_of_several_that_replace_it_one_counts_on(credentials: Credentials, known: list[str]) -> None:
    """Each made a token, all but one of which end as an old one does."""
    await add_token("dai", credentials, known, NOW, None)
    overlap = timedelta(hours=1)
    await asyncio.gather(*(rotate_token("dai", credentials, NOW, overlap) for _ in range(AT_ONCE)))
    ends = [one.ends for one in await credentials.of("dai")]
    assert (len(ends), ends.count(None)) == (AT_ONCE + 1, 1)
    assert len(set(ends)) == 2


async def test_a_revocation_among_them_ends_all(credentials: Credentials, known: list[str]) -> None:
    """What was made before it, and nothing is made after it: there is no token to replace."""
    await add_token("dai", credentials, known, NOW, None)
    replacing = (rotate_token("dai", credentials, NOW, timedelta(0)) for _ in range(AT_ONCE))
    await asyncio.gather(revoke_tokens("dai", credentials, NOW), *replacing, return_exceptions=True)
    assert not [one for one in await credentials.of("dai") if counts(one, NOW)]
