"""Jobs in MongoDB, so that any replica answers for each and none is lost with the process that worked on it.

    waiting ─ claimed → working ─ → done | failed
       ↑                   │
       └── lease over, or the process takes its leave

A job is worked on by who holds its lease; what another one says of it afterwards counts for nothing.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.reports.answer_report import Document, ReportQuestion
from shared.contracts.issued_reports import JobFailure, JobState, Progress, ReportJob
from shared.mongo import Mongo, ReturnDocument

LEASE = timedelta(seconds=30)
# A job of which so many processes died is likely what they died of.
MOST_TRIES = 3
KEPT_FOR = timedelta(days=1)
# Jobs that have not ended: of an officer, and of all.
MOST_OF_ONE, MOST_OF_ALL = 40, 400
ID_BYTES = 16

DIED = JobFailure(
    status=500, detail=f"this report was begun {MOST_TRIES} times and never ended; the service's log may say why"
)
_OPEN = [JobState.WAITING.value, JobState.WORKING.value]


class TooMany(Exception):
    """More jobs wait already than may; `of_one` tells whether they are this officer's own."""

    def __init__(self, of_one: bool) -> None:
        super().__init__("too many reports are being made")
        self.of_one = of_one


@dataclass(frozen=True)
class Claim:
    """A job that this process works on until the lease ends, which `holder` names."""

    id: str
    question: ReportQuestion
    asked_by: str
    holder: str


class JobStore:
    """Every job of the last KEPT_FOR."""

    def __init__(self, mongo: Mongo) -> None:
        self._jobs = mongo.db["report_jobs"]

    async def ensure_indexes(self) -> None:
        await self._jobs.create_index("forget_at", expireAfterSeconds=0)
        await self._jobs.create_index([("state", 1), ("asked_at", 1)])

    async def add(self, question: ReportQuestion, asked_by: str, now: datetime) -> ReportJob:
        """A new job. Raises TooMany."""
        for of_one, most in ((True, MOST_OF_ONE), (False, MOST_OF_ALL)):
            whose = {"asked_by": asked_by} if of_one else {}
            if await self._jobs.count_documents({"state": {"$in": _OPEN}, **whose}, limit=most) >= most:
                raise TooMany(of_one)
        document = {
            "_id": secrets.token_urlsafe(ID_BYTES),
            "state": JobState.WAITING.value,
            "question": question.model_dump_json(),
            "asked_by": asked_by,
            "asked_at": now,
            "forget_at": now + KEPT_FOR,
            "tries": 0,
        }
        await self._jobs.insert_one(document)
        return _shown(document)

    async def find(self, id_: str) -> ReportJob | None:
        document = await self._jobs.find_one({"_id": id_})
        return _shown(document) if document else None

    async def claim(self, now: datetime) -> Claim | None:
        """The oldest job that nobody works on; None where there is none."""
        over = {"state": JobState.WORKING.value, "lease": {"$lt": now}}
        given_up = {"state": JobState.FAILED.value, "failure": DIED.model_dump()}
        await self._jobs.update_many({**over, "tries": {"$gte": MOST_TRIES}}, {"$set": given_up})
        holder = secrets.token_hex(8)
        taken = {"state": JobState.WORKING.value, "lease": now + LEASE, "holder": holder}
        document = await self._jobs.find_one_and_update(
            {"$or": [{"state": JobState.WAITING.value}, over]},
            {"$set": taken, "$inc": {"tries": 1}, "$unset": {"progress": ""}},
            sort=[("asked_at", 1)],
            return_document=ReturnDocument.AFTER,
        )
        if document is None:
            return None
        question = ReportQuestion.model_validate_json(document["question"])
        return Claim(document["_id"], question, document["asked_by"], holder)

    async def renew(self, claim: Claim, now: datetime) -> bool:
        """Hold the job longer; False where another process has it, or it is over."""
        return await self._change(claim, {"lease": now + LEASE})

    async def tell(self, claim: Claim, progress: Progress) -> None:
        await self._change(claim, {"progress": progress.model_dump(mode="json")})

    async def done(self, claim: Claim, document: Document) -> None:
        told = {"as_of": document.as_of.isoformat(), "sha256": document.sha256, "size": len(document.data)}
        await self._change(claim, {"state": JobState.DONE.value, **told})

    async def fail(self, claim: Claim, failure: JobFailure) -> None:
        await self._change(claim, {"state": JobState.FAILED.value, "failure": failure.model_dump()})

    async def put_back(self, claim: Claim) -> None:
        """This process goes: another one may begin at once, and this try doesn't count."""
        mine = {"_id": claim.id, "holder": claim.holder, "state": JobState.WORKING.value}
        await self._jobs.update_one(mine, {"$set": {"state": JobState.WAITING.value}, "$inc": {"tries": -1}})

    async def _change(self, claim: Claim, change: Mapping[str, Any]) -> bool:
        mine = {"_id": claim.id, "holder": claim.holder, "state": JobState.WORKING.value}
        return bool((await self._jobs.update_one(mine, {"$set": change})).matched_count)


def _shown(document: Mapping[str, Any]) -> ReportJob:
    question = ReportQuestion.model_validate_json(document["question"]).model_dump()
    told = {name: document.get(name) for name in ("progress", "sha256", "size", "failure")}
    told |= {name: document[name] for name in ("state", "asked_by", "asked_at")}
    return ReportJob.model_validate(
        {"id": document["_id"], **question, **told, "as_of": document.get("as_of", question["as_of"])}
    )
