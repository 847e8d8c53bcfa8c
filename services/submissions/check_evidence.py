"""Compare the files that agencies keep with what is told of them: chunks, sums, and outputs that name them."""

from collections import Counter
from collections.abc import AsyncIterator

from services.submissions.evidence import Evidence
from services.submissions.store import Store

RESTORE = "somebody wrote into its database; restore a backup"


async def evidence_disagreements(store: Store, evidence: Evidence) -> AsyncIterator[str]:
    """A line for people for each file that isn't whole, each output whose file is gone, and each sum that is wrong.

    Chunks are counted; their bytes aren't read.
    """
    kept: Counter[str] = Counter()
    async for agency, stored in evidence.every():
        kept[agency] += stored.file.bytes
        there = await evidence.count_chunks(stored.id)
        if there != stored.chunks:
            name = f"the file {stored.file.evidence} of {agency}"
            yield f"submissions has {there} chunks of {name}, which are {stored.chunks}: {RESTORE}"
    async for page in store.shown():
        named = {(agency, sha256) for _, agency, files in page for sha256 in files}
        known = await evidence.kept(named)
        for id_, agency, files in page:
            for sha256 in files:
                if (agency, sha256) not in known:
                    yield f"submissions keeps {id_} with the file {sha256}, which {agency} doesn't keep: {RESTORE}"
    sums = await evidence.sums()
    for agency in sorted({*sums, *kept}):
        if sums.get(agency, 0) != kept[agency]:
            yield (
                f"submissions counts {sums.get(agency, 0)} bytes of evidence of {agency}, which keeps {kept[agency]}: "
                f"{RESTORE}"
            )
