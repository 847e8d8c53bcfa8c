"""Where what reports keeps disagrees with the log; what outputs are counted as is seen in its report."""

from collections.abc import AsyncIterator, Collection, Mapping
from hashlib import sha256

from services.reports.issued_store import IssuedStore, Kept
from services.reports.store import Store

RESTORE = "somebody wrote into its database; restore a backup"


async def disagreements(store: Store, outputs: Mapping[str, int]) -> AsyncIterator[str]:
    """A line for each plan of which the view keeps another number than that of the log."""
    for plan, count in sorted(outputs.items()):
        kept = await store.outputs.count(plan)
        if kept != count:
            yield f"reports keeps {kept} outputs of {plan}, the log {count}: run `dondoc rebuild reports`"


async def issued_disagreements(kept: IssuedStore, issued: Collection[str]) -> AsyncIterator[str]:
    """A line for each report that was issued, by its SHA-256, whose bytes aren't kept, or are others by now."""
    lacking = set(issued)
    async for document in kept.every():
        lacking.discard(document.sha256)
        if (found := await _sha256(kept, document)) != document.sha256:
            yield f"reports keeps other bytes ({found}) as the issued report {document.sha256}: {RESTORE}"
    for name in sorted(lacking):
        yield f"reports doesn't keep the report {name}, which the log says was issued: {RESTORE}"


async def _sha256(kept: IssuedStore, document: Kept) -> str:
    """Of the bytes as they lie there."""
    digest = sha256()
    try:
        async for piece in kept.read(document):
            digest.update(piece)
    except LookupError:
        return "no whole document"
    return digest.hexdigest()
