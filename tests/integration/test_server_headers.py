"""JetStream's own headers in what agencies post: they tell nothing of another agency, and are refused and logged."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext
from structlog.testing import capture_logs

from deploy.poster import Poster
from deploy.servers.nats import identity_of
from deploy.servers.server import Running
from services.submissions.store import Store
from shared import posting
from shared.contracts.outputs import OutputRecorded, OutputRejected
from shared.mongo import Mongo
from shared.settings import Settings
from tests.harness.edge import as_agency, let_in
from tests.integration.intake_desk import Desk, open_desk, posted, prepare, receipt

# What an agency can write of another's subject, not knowing its secret part.
NAMED = (
    "dondoc.intake.huyen",
    "dondoc.intake.huyen~*",
    "dondoc.intake.huyen~>",
    "submit.huyen",
    "dondoc.intake.huyen.>",
)
LAST, OF = "Nats-Expected-Last-Subject-Sequence", "Nats-Expected-Last-Subject-Sequence-Subject"
HEADERS = {"Nats-Msg-Id": "1", "nats-msg-id": "1", "NATS-X": "1", "Nats-Expected-Stream": "INTAKE"}


@pytest.fixture
async def desk(settings: Settings, mongo: Mongo, nc: Client, js: JetStreamContext) -> AsyncIterator[Desk]:
    store: Store = await prepare(mongo)
    async with open_desk(settings, mongo, nc, store) as desk:
        yield desk


async def _answer(nc: Client, headers: dict[str, str]) -> dict[str, object]:
    """What the server says to a post, without its place in the stream."""
    answer = json.loads((await nc.request("submit.dai", b"{}", timeout=10, headers=headers)).data)
    return {name: value for name, value in answer.items() if name != "seq"}


async def _asked(nc: Client, own: str) -> list[dict[str, object]]:
    """What each way to ask for another agency's posts is answered."""
    subjects = (*NAMED, own.replace("dai", "huyen"))
    ways = [{LAST: number, OF: subject} for subject in subjects for number in ("0", "1", "7")]
    ways += [{"Nats-Expected-Last-Msg-Id": "1"}]
    return [await _answer(nc, way) for way in ways]


async def test_no_header_tells_whether_anothers_post_waits(nats_server: Running, js: JetStreamContext) -> None:
    """The same answers with a post of the other waiting as without; who knows its subject would be told."""
    seeds = await let_in(nats_server, "dai", "huyen")
    dai, huyen = [await as_agency(nats_server, name, seeds[name]) for name in ("dai", "huyen")]
    lines = (identity_of(nats_server.data).path / "secrets.env").read_text().splitlines()
    secret = dict(line.split("=", 1) for line in lines)["NATS_SUBJECTS"]
    own, others = (posting.own_subject(name, secret) for name in ("dai", "huyen"))
    before = await _asked(dai, own)
    await huyen.jetstream().publish("submit.huyen", posted("1"))
    (waiting,) = [await js.get_last_msg("INTAKE", others)]
    assert waiting.data == posted("1")
    assert await _asked(dai, own) == before
    known = await _answer(dai, {LAST: "0", OF: others})
    assert "wrong last sequence" in str(known["error"])
    await dai.close()
    await huyen.close()


async def test_what_the_operator_posts_cannot_be_named_either(nc: Client, js: JetStreamContext) -> None:
    """The subject is the agency's, and another one for each post."""
    async with Poster(nc) as operator:
        for number in ("1", "2"):
            with pytest.raises(TimeoutError):  # nobody takes it in here, so it waits
                await operator.post("huyen", posted(number), timedelta(milliseconds=100))
    waiting = (await js.stream_info("INTAKE", subjects_filter=">")).state.subjects or {}
    assert [posting.poster(subject) for subject in waiting] == ["huyen"] * 2
    assert "dondoc.intake.huyen" not in waiting


@pytest.mark.parametrize(("header", "value"), HEADERS.items())
async def test_a_post_with_a_header_of_the_servers_is_refused_and_logged(desk: Desk, header: str, value: str) -> None:
    """With who and what; as every refusal it is final for that `source` and `id`."""
    answers: list[OutputRecorded | OutputRejected] = []
    with capture_logs() as logs:
        for id_, headers in (("1", {header: value}), ("1", None), ("2", None)):
            await desk.js.publish("dondoc.intake.dai~0f", posted(id_), headers=headers)
            await desk.handle(await desk.fetch_waiting(1))
            answers += [receipt(msg) for msg in await desk.hear(1)]
    refused, again, recorded = answers
    assert isinstance(refused, OutputRejected)
    assert refused.agency == "dai"
    assert [(reason.code, reason.field) for reason in refused.reasons] == [("server_header", header)]
    assert "send none" in refused.reasons[0].message
    assert isinstance(recorded, OutputRecorded)
    assert again == refused
    lines = [(one["why"], one["agency"]) for one in logs if one["event"] == "refused"]
    assert lines == [("server_header", "dai")]
    assert all(header in str(one["what"]) for one in logs if one["event"] == "refused")
