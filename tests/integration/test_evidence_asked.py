"""Kept files over NATS: by reports and the operator, whole, in pieces, and in little memory."""

import hashlib
import json
from datetime import timedelta

import nats
import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext

from deploy.identity.folder import Identity
from deploy.servers.nats import address
from deploy.servers.server import Running
from services.submissions.app import start
from services.submissions.evidence import Evidence
from shared.ask import Refused, ask, ask_for_file, request_body
from shared.large_messages import LARGEST_MESSAGE_BYTES
from shared.mongo import Mongo
from shared.nats_address import inbox_prefix
from shared.settings import Settings
from shared.topology import DOCUMENTS
from tests.harness.services import Processes, in_process
from tests.integration.keeping import keep
from tests.integration.test_http_evidence_broken import peak
from tests.unit.submissions.sample_files import sample

SUBJECT, WITHIN = "dondoc.submissions.evidence", timedelta(seconds=60)
MIB = 1 << 20
BORDERS = (5_000, LARGEST_MESSAGE_BYTES, LARGEST_MESSAGE_BYTES + 1, 3 * MIB, 3 * MIB + 17)


async def _evidence(settings: Settings) -> Evidence:
    evidence = Evidence(Mongo(settings.mongo_url, settings.database("submissions")))
    await evidence.ensure_indexes()
    return evidence


async def test_a_file_comes_whole_with_its_name_and_type(nc: Client, js: JetStreamContext, settings: Settings) -> None:
    """In the reply or through the object store, whichever its size wants, asked for once or twice."""
    evidence = await _evidence(settings)
    files = [sample("mp4", size - 4) + b"tail" for size in BORDERS]
    async with in_process("submissions", start, settings):
        for data in files:
            name = await keep(evidence, "dai", data, "Phóng sự “mẫu”.mp4")
            for _ in range(2):
                file = await ask_for_file(nc, SUBJECT, request_body(evidence=name, agency="dai"), WITHIN)
                assert (file.name, file.type) == ("Phóng sự “mẫu”.mp4", "video/mp4")
                assert b"".join([piece async for piece in file.pieces]) == data
            assert await ask(nc, SUBJECT, request_body(evidence=name), WITHIN) == data
    stored = await (await js.object_store(DOCUMENTS)).list()
    assert sorted(info.size or 0 for info in stored) == sorted(BORDERS[2:])


async def test_what_is_not_kept_is_refused(nc: Client, js: JetStreamContext, settings: Settings) -> None:
    """Another agency's is as unknown as one that nobody keeps; what is no SHA-256 is told so."""
    evidence = await _evidence(settings)
    name = await keep(evidence, "dai", sample("pdf"))
    async with in_process("submissions", start, settings):
        for question, said in (
            ({"evidence": name, "agency": "huyen"}, f"no file {name} is kept by huyen"),
            ({"evidence": "0" * 64}, f"no file {'0' * 64} is kept by any agency"),
            ({"evidence": "../x"}, "evidence: must be a SHA-256"),
            ({"evidence": {"$ne": None}}, "evidence: Input should be a valid string"),
            ({"evidence": name, "who": "dai"}, "the question can't hold 'who'"),
            ({}, "evidence: Field required"),
        ):
            with pytest.raises(Refused) as caught:
                await ask(nc, SUBJECT, json.dumps(question).encode(), WITHIN)
            assert caught.value.code == "400"
            assert said in caught.value.text


async def test_a_piece_that_is_gone_is_no_file(nc: Client, js: JetStreamContext, settings: Settings) -> None:
    """A chunk that somebody removed, or an object that has ended while it is read: an error, never half a file."""
    evidence = await _evidence(settings)
    name = await keep(evidence, "dai", sample("mp4", 3 * MIB))
    mongo = Mongo(settings.mongo_url, settings.database("submissions"))
    async with in_process("submissions", start, settings):
        file = await ask_for_file(nc, SUBJECT, request_body(evidence=name), WITHIN)
        await js.purge_stream(f"OBJ_{DOCUMENTS}", subject=f"$O.{DOCUMENTS}.C.>")
        with pytest.raises(LookupError, match=r"holds .* no more"):
            [piece async for piece in file.pieces]
        await (await js.object_store(DOCUMENTS)).delete(f"{name}/evidence")
        await mongo.db["evidence.chunks"].delete_one({"n": 1})
        with pytest.raises(Refused) as caught:
            await ask(nc, SUBJECT, request_body(evidence=name), WITHIN)
        assert caught.value.code == "500"
    mongo.close()


async def test_reports_reads_files_as_itself_and_keeps_little_in_memory(
    js: JetStreamContext, processes: Processes, settings: Settings, nats_server: Running
) -> None:
    """The service that hands out 96 MiB needs less than a quarter of it more than one that handed out a small one."""
    evidence = await _evidence(settings)
    small, video = sample("mp4", 2 * MIB), sample("mp4", 96 * MIB)
    names = [await keep(evidence, "dai", data) for data in (small, video)]
    url = Identity(settings.identity).url("reports", address(nats_server.port))
    reports = await nats.connect(url, inbox_prefix=inbox_prefix("reports"))
    async with processes("submissions") as running:
        pid = running.services["submissions"].pid
        peaks = []
        for name in names:
            file = await ask_for_file(reports, SUBJECT, request_body(evidence=name), WITHIN)
            digest, largest = hashlib.sha256(), 0
            async for piece in file.pieces:
                digest.update(piece)
                largest = max(largest, len(piece))
            assert digest.hexdigest() == name
            assert largest <= MIB
            peaks.append(peak(pid))
    await reports.close()
    assert peaks[1] - peaks[0] < 24 * MIB
