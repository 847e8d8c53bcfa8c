"""Compare the reviews that outputs keep with those that were told."""

from collections.abc import AsyncIterator

from services.submissions.reviews import Reviews

RESTORE = "somebody wrote into its database; restore a backup"


async def review_disagreements(reviews: Reviews) -> AsyncIterator[str]:
    """A line for people for each review that was told and isn't kept, or kept and wasn't told."""
    told = {name async for name in reviews.told()}
    kept = {name async for name in reviews.kept()}
    for name in sorted(told - kept):
        yield f"submissions has told {name} and keeps no such review with its output: {RESTORE}"
    for name in sorted(kept - told):
        yield f"submissions keeps {name} with its output and hasn't told it: {RESTORE}"
