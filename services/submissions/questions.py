"""What the service answers on NATS: requests read strictly, and their answers as JSON or a file."""

from typing import Annotated, Self

from nats.js import JetStreamContext
from pydantic import Base64Bytes, BaseModel, ConfigDict, Field, ValidationError

from services.submissions.evidence import Evidence
from services.submissions.import_outputs import ImportFile, Importing
from services.submissions.intake import Intake
from services.submissions.make_template import make_template
from services.submissions.review_output import ReviewOutput, review_output
from services.submissions.reviews import Reviews
from services.submissions.store import Store
from shared.answers import Answer
from shared.contracts.http_limits import FILE_BYTES
from shared.contracts.outputs import Name
from shared.large_messages import fetch, file_headers, reply, reply_pieces
from shared.outcomes import Rejected
from shared.question import Digest, Question
from shared.runtime import Runtime
from shared.wrong_request import wrong_request


class _Question(BaseModel):
    model_config = ConfigDict(extra="forbid")

    agency: Name

    @classmethod
    def read(cls, request: bytes) -> Self:
        """Raises Rejected for what is no such question."""
        try:
            return cls.model_validate_json(request)
        except ValidationError as error:
            raise Rejected(f"{wrong_request(error)}; known keys: {', '.join(cls.model_fields)}") from None


class ImportQuestion(_Question):
    """A file, in base64 or by its name in the object store of documents; `name` is what its sender calls it."""

    name: Name
    dry_run: bool = False
    file: Base64Bytes | None = None
    stored: Annotated[str, Field(min_length=1, max_length=300)] | None = None


class TemplateQuestion(_Question):
    """For whom."""


class EvidenceQuestion(Question):
    """A kept file by the SHA-256 of its bytes. Without `agency` it is that of any agency that keeps it."""

    evidence: Digest
    agency: Name | None = None


def answer_questions(runtime: Runtime, importing: Importing, intake: Intake, store: Store, evidence: Evidence) -> None:
    """Answer `dondoc.submissions.import` with an ImportOutcome as JSON, `…template` with an XLSX file, `…review` with
    the data of OutputReviewed as JSON, and `…evidence` with the file, its name and type in headers."""
    reviews = Reviews(runtime.mongo)

    async def import_(request: bytes) -> Answer:
        question = ImportQuestion.read(request)
        data = await _file(question, runtime.js)
        outcome = await importing.import_outputs(ImportFile(question.agency, question.name, data), question.dry_run)
        return await reply(runtime.js, "import.json", outcome.model_dump_json().encode())

    async def template(request: bytes) -> Answer:
        question = TemplateQuestion.read(request)
        return await reply(runtime.js, "template.xlsx", await make_template(question.agency, store))

    async def review(request: bytes) -> bytes:
        command = ReviewOutput.read(request)
        await intake.book()  # a review is of the last day that the log holds
        return (await review_output(command, store, reviews, runtime.mongo, runtime.outbox)).model_dump_json().encode()

    async def kept(request: bytes) -> Answer:
        question = EvidenceQuestion.read(request)
        stored = await evidence.find(question.agency, question.evidence)
        if stored is None:
            raise Rejected(f"no file {question.evidence} is kept by {question.agency or 'any agency'}")
        file = stored.file
        name = f"{file.evidence}/evidence"
        return await reply_pieces(
            runtime.js, name, file.bytes, evidence.read(stored), file_headers(file.name, file.type)
        )

    runtime.answer("review", review)
    runtime.answer("evidence", kept)
    runtime.answer("import", import_)
    runtime.answer("template", template)


async def _file(question: ImportQuestion, js: JetStreamContext) -> bytes:
    if question.file is not None:
        return question.file
    if question.stored is None:
        raise Rejected("the question names no file: send it as `file` in base64, or as `stored`, an object's name")
    return await fetch(js, question.stored, FILE_BYTES)
