"""An event may name files that its agency keeps, and no others, whichever way it comes."""

from collections.abc import Collection

import pytest

from services.submissions.evidence import Evidence, Named
from shared.contracts.outputs import OutputRecorded, OutputRejected
from tests.integration.http_desk import HttpDesk
from tests.integration.intake_desk import posted
from tests.unit.submissions.sample_files import sample


async def _kept(http: HttpDesk, agency: str = "dai", mark: bytes = b"") -> str:
    """The name of a file that the agency keeps."""
    return str((await http.keep("a.pdf", sample("pdf", mark=mark), agency)).json["evidence"])


async def test_ones_own_files_are_recorded_with_the_output(http: HttpDesk) -> None:
    """The receipt names them in their order, over HTTP and over NATS; without any the list is empty."""
    files = [await _kept(http, mark=mark) for mark in (b"2", b"1")]
    other, none = await http.desk.post(posted("2", evidence=files[::-1]), posted("3"))
    assert isinstance(other, OutputRecorded)
    assert isinstance(none, OutputRecorded)
    assert (other.evidence, none.evidence) == (tuple(files[::-1]), ())
    answer = await http.post("1", evidence=files)
    assert (answer.status, answer.json["data"]["evidence"]) == (201, files)
    assert [document["evidence"] for document in await http.desk.documents()].count(files) == 1


async def test_a_file_that_is_not_kept_refuses_the_event(http: HttpDesk) -> None:
    """Unknown, or another agency's: the same code, a pointer to the entry, and what to do."""
    own, others, none = await _kept(http), await _kept(http, "huyen", b"theirs"), "0" * 64
    answer = await http.post("1", evidence=[own, others, none])
    assert answer.status == 422
    assert [(one["pointer"], one["code"]) for one in answer.json["errors"]] == [
        ("/data/evidence/1", "unknown_evidence"),
        ("/data/evidence/2", "unknown_evidence"),
    ]
    assert "post the file to /v1/evidence first" in answer.json["errors"][0]["detail"]
    assert others in answer.json["errors"][0]["detail"]


async def test_over_nats_it_is_the_same(http: HttpDesk) -> None:
    """One event of a batch that names a file that isn't kept is rejected alone."""
    own, others = await _kept(http), await _kept(http, "huyen", b"theirs")
    receipts = await http.desk.post(
        posted("1", evidence=[others]), posted("2", evidence=[own]), posted("3", evidence=["0" * 64]), posted("4")
    )
    by_id = {receipt.submission.id: receipt for receipt in receipts if receipt.submission is not None}
    assert {name for name, one in by_id.items() if isinstance(one, OutputRejected)} == {"1", "3"}
    refused = by_id["1"]
    assert isinstance(refused, OutputRejected)
    assert [(reason.code, reason.field) for reason in refused.reasons] == [("unknown_evidence", "evidence.0")]


async def test_a_refusal_holds_though_the_file_comes_later(http: HttpDesk) -> None:
    """As with every refusal: the same id has the same answer, a new one is recorded."""
    data = sample("pdf")
    name = (await http.keep("a.pdf", data, "huyen")).json["evidence"]
    assert (await http.post("1", evidence=[name])).status == 422
    assert (await http.keep("a.pdf", data)).status == 201
    assert (await http.post("1", evidence=[name])).status == 422
    assert (await http.post("2", evidence=[name])).status == 201


async def test_a_batch_looks_once_and_only_where_a_file_is_named(
    http: HttpDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What names no file costs no query."""
    asked = []
    kept = Evidence.kept

    async def counted(self: Evidence, named: Collection[Named]) -> set[Named]:
        asked.append(set(named))
        return await kept(self, named)

    monkeypatch.setattr(Evidence, "kept", counted)
    own = await _kept(http)
    await http.desk.post(*(posted(str(number)) for number in range(5)))
    assert asked == []
    await http.desk.post(posted("a", evidence=[own]), posted("b"), posted("c", evidence=[own, "0" * 64]))
    assert asked == [{("dai", own), ("dai", "0" * 64)}]
