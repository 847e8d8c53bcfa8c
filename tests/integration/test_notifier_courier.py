"""The courier against a real SMTP server that misbehaves in every way that matters."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP
from aiosmtpd.smtp import Envelope as Came

from services.notifier.letters.mail import Envelope, Fate, Outcome
from services.notifier.sending.courier import BROKEN_OFF, Courier
from shared.smtp_url import parse_smtp_url
from tests.harness.postman import Postman, listening, no, yes

BODY = b"From: a@mau.example\r\nSubject: x\r\n\r\n.dong bat dau bang dau cham\r\n"
BOTH = ("b@mau.example", "c@mau.example")
WITHIN = timedelta(seconds=20)


async def hand_over(courier: Courier, recipients: tuple[str, ...] = BOTH) -> Outcome:
    """A mail that nothing speaks against on our side."""

    async def begin() -> bytes:
        return BODY

    outcome = await courier.send(Envelope("a@mau.example", recipients, "thu-1"), begin, yes)
    assert outcome is not None
    return outcome


async def visited(postman: Postman, work: Callable[[Courier], Awaitable[None]]) -> None:
    async with listening(postman) as url:
        courier = Courier(parse_smtp_url(url), WITHIN)
        await work(courier)
        await courier.close()


async def test_the_bytes_arrive_as_they_are() -> None:
    """The server gets exactly the frozen bytes, for To and Cc, over one connection that is kept."""
    postman = Postman()

    async def work(courier: Courier) -> None:
        assert (await hand_over(courier)).fate is Fate.SENT
        assert (await hand_over(courier)).fate is Fate.SENT

    await visited(postman, work)
    assert [envelope.content for envelope in postman.taken] == [BODY, BODY]
    assert postman.taken[0].mail_from == "a@mau.example"
    assert postman.taken[0].rcpt_tos == ["b@mau.example", "c@mau.example"]
    assert len(postman.connections) == 1


async def test_dots_that_begin_lines() -> None:
    """A line that begins with a dot, or is one, arrives as it is and ends no mail: the first one too."""
    postman, dotted = Postman(), b".a\r\n.\r\n..\r\n.b\r\nc.\r\n.\r\n"

    async def begin() -> bytes:
        return dotted

    async def work(courier: Courier) -> None:
        outcome = await courier.send(Envelope("a@mau.example", BOTH, "thu-1"), begin, yes)
        assert outcome is not None
        assert outcome.fate is Fate.SENT

    await visited(postman, work)
    assert [envelope.content for envelope in postman.taken] == [dotted]


async def test_only_some_recipients() -> None:
    """A mail can be handed over for those recipients alone who don't have it yet."""
    postman = Postman()

    async def work(courier: Courier) -> None:
        assert (await hand_over(courier, ("c@mau.example",))).fate is Fate.SENT

    await visited(postman, work)
    assert postman.taken[0].rcpt_tos == ["c@mau.example"]


async def test_one_of_two_refused() -> None:
    """A recipient that is refused for good is named; the other one's mail is sent."""
    postman = Postman(rcpt_b=["550 no such user"])

    async def work(courier: Courier) -> None:
        outcome = await hand_over(courier)
        assert outcome.fate is Fate.SENT
        assert outcome.refused == {"b@mau.example": "550 no such user"}
        assert outcome.deferred == {}

    await visited(postman, work)
    assert postman.taken[0].rcpt_tos == ["c@mau.example"]


async def test_one_of_two_put_off() -> None:
    """A recipient that is refused for now is told apart from one that is refused for good."""

    async def work(courier: Courier) -> None:
        outcome = await hand_over(courier)
        assert (outcome.fate, outcome.refused) == (Fate.SENT, {})
        assert outcome.deferred == {"b@mau.example": "450 greylisted"}

    await visited(Postman(rcpt_b=["450 greylisted"]), work)


async def test_put_off_then_taken() -> None:
    """When everybody is put off, nothing is sent and it can be tried again, over the same connection."""
    postman = Postman(rcpt=["450 busy", "450 busy", None])

    async def work(courier: Courier) -> None:
        outcome = await hand_over(courier)
        assert outcome.fate is Fate.LATER
        assert "450 busy" in outcome.reason
        assert (await hand_over(courier)).fate is Fate.SENT

    await visited(postman, work)
    assert len(postman.taken) == len(postman.connections) == 1


async def test_all_refused() -> None:
    """When everybody is refused for good, the mail is refused, with the server's answers."""

    async def work(courier: Courier) -> None:
        outcome = await hand_over(courier)
        assert outcome.fate is Fate.REFUSED
        assert outcome.reason == "b@mau.example: 550 no; c@mau.example: 550 no"

    await visited(Postman(rcpt=["550 no"]), work)


async def test_content_refused() -> None:
    """A 5xx after the text is for good, a 4xx is for now; the connection goes on."""
    postman = Postman(data=["554 not wanted", "451 disk full", None])

    async def work(courier: Courier) -> None:
        outcomes = [await hand_over(courier) for _ in range(3)]
        assert [o.fate for o in outcomes] == [Fate.REFUSED, Fate.LATER, Fate.SENT]
        assert outcomes[0].reason == "554 not wanted"

    await visited(postman, work)
    assert len(postman.connections) == 1


async def test_an_unusual_word_after_the_text() -> None:
    """The answer's first digit says whether the server has the mail; where it says neither, nobody knows."""

    async def work(courier: Courier) -> None:
        outcomes = [await hand_over(courier) for _ in range(4)]
        assert [o.fate for o in outcomes] == [Fate.SENT, Fate.SENT, Fate.UNKNOWN, Fate.SENT]
        assert outcomes[2].reason == "354 go on"

    await visited(Postman(data=["251 ok", "299 taken", "354 go on", None]), work)


@pytest.mark.parametrize(("command", "fate"), [(b"RCPT", Fate.REFUSED), (b".", Fate.REFUSED), (b"MAIL", Fate.LATER)])
async def test_an_answer_in_no_utf_8(command: bytes, fate: Fate) -> None:
    """Servers answer in letters of their own; the outcome can be kept and logged all the same, and the mail is settled
    as by any other answer."""
    usual = {b"EHLO": b"250 mau.example", b"DATA": b"354 go on", b"QUIT": b"221 bye"}

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mau.example\r\n")
        text = False
        while line := await reader.readline():
            said = line.strip().partition(b" ")[0]
            if text and said != b".":
                continue
            text = said == b"DATA"
            reply = b"550 ng\xf4\xeci nh\xe2n" if said == command else usual.get(said, b"250 ok")
            writer.write(reply + b"\r\n")
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        courier = Courier(parse_smtp_url(f"smtp://127.0.0.1:{port}"), WITHIN)
        outcome = await hand_over(courier, BOTH[:1])
        await courier.close()
    assert outcome.fate is fate
    assert "550 ng�" in outcome.reason
    for told in (outcome.reason, *outcome.refused.values()):
        assert told.encode()


async def test_the_sender_refused() -> None:
    """What the server has against the sender is no fault of the mail: it waits."""

    async def work(courier: Courier) -> None:
        outcome = await hand_over(courier)
        assert (outcome.fate, outcome.reason) == (Fate.LATER, "550 you may not send")

    await visited(Postman(mail=["550 you may not send"]), work)


async def test_nobody_listens() -> None:
    """A refused connection is for later, and said in words for people."""
    async with listening(Postman()) as url:
        pass
    outcome = await hand_over(Courier(parse_smtp_url(url), WITHIN))
    assert outcome.fate is Fate.LATER
    assert outcome.reason.startswith("không kết nối được với máy chủ thư: ")


async def test_dropped_before_the_text() -> None:
    """A connection that is lost before the text was handed over is for later: nobody has the mail."""
    postman = Postman(rcpt=["drop", None])

    async def work(courier: Courier) -> None:
        assert (await hand_over(courier)).fate is Fate.LATER
        assert (await hand_over(courier)).fate is Fate.SENT

    await visited(postman, work)
    assert len(postman.taken) == 1


async def test_dropped_after_the_final_dot() -> None:
    """A connection that is lost after the final dot is uncertain: the server may have taken the mail, or not."""
    for what, taken in (("take and drop", 1), ("drop", 0)):
        postman = Postman(data=[what])

        async def work(courier: Courier) -> None:
            outcome = await hand_over(courier)
            assert outcome.fate is Fate.UNKNOWN
            assert outcome.reason.startswith("mất kết nối với máy chủ thư: ")

        await visited(postman, work)
        assert len(postman.taken) == taken


async def test_silence_after_the_final_dot() -> None:
    """A server that says nothing after the final dot is uncertain too, once the time is over."""
    done = asyncio.Event()

    class Silent(Postman):
        async def handle_DATA(self, server: SMTP, _s: Any, envelope: Came) -> str:
            await done.wait()
            return "250 OK"

    async with listening(Silent()) as url:
        courier = Courier(parse_smtp_url(url), timedelta(milliseconds=200))
        outcome = await hand_over(courier)
        assert outcome.fate is Fate.UNKNOWN
        assert outcome.reason.startswith("máy chủ thư không trả lời kịp thời: ")
        done.set()


async def test_closed_while_idle() -> None:
    """A kept connection that the server closed meanwhile is opened again, and the mail goes out at once."""
    postman = Postman()

    async def work(courier: Courier) -> None:
        assert (await hand_over(courier)).fate is Fate.SENT
        postman.transports[0].close()
        assert (await hand_over(courier)).fate is Fate.SENT

    await visited(postman, work)
    assert (len(postman.taken), len(postman.connections)) == (2, 2)


async def test_a_password_never_goes_out_in_the_clear() -> None:
    """With a password and no TLS on offer the courier stops before it tells the password, and before any mail."""
    postman = Postman()
    async with listening(postman) as url:
        secured = parse_smtp_url(url.replace("//", "//nguoi-dung:bi-mat@"))
        outcome = await hand_over(Courier(secured, WITHIN))
    assert outcome.fate is Fate.LATER
    assert postman.taken == []
    assert "bi-mat" not in outcome.reason


async def test_what_we_refrain_from() -> None:
    """Who thinks better of it when the server has agreed to the recipients sends no text; the connection goes on."""
    postman = Postman()

    async def refrain() -> None:
        return None

    async def work(courier: Courier) -> None:
        assert await courier.send(Envelope("a@mau.example", BOTH, "thu-1"), refrain, yes) is None
        assert (await hand_over(courier)).fate is Fate.SENT

    await visited(postman, work)
    assert len(postman.taken) == len(postman.connections) == 1


async def test_without_the_final_dot_nothing_was_sent() -> None:
    """Who may not end breaks the connection off after the text: the server has nothing, and the mail is for later."""
    postman = Postman()
    large = BODY + b"x" * 70 + b"\r\n" * 200_000

    async def begin() -> bytes:
        return large

    async def work(courier: Courier) -> None:
        outcome = await courier.send(Envelope("a@mau.example", BOTH, "thu-1"), begin, no)
        assert outcome is not None
        assert outcome.fate is Fate.LATER
        while not postman.transports[0].is_closing():
            await asyncio.sleep(0.01)
        assert postman.taken == []
        assert (await hand_over(courier)).fate is Fate.SENT

    await visited(postman, work)
    assert len(postman.taken) == 1


async def test_dropped_before_the_final_dot() -> None:
    """A connection that is lost before the final dot was sent is for later: no server takes half a mail."""
    lost = asyncio.Event()

    class Dropping(Postman):
        async def before_text(self) -> None:
            self.transports[-1].abort()  # type: ignore[attr-defined]
            lost.set()

    postman = Dropping()

    async def work(courier: Courier) -> None:
        assert (await hand_over(courier)).fate is Fate.LATER
        assert lost.is_set()

    await visited(postman, work)
    assert postman.taken == []


async def test_our_own_fault_before_the_text() -> None:
    """What goes wrong on our side when the text is asked for reaches the caller, and the next mail goes out."""

    async def fail() -> bytes:
        raise LookupError

    async def work(courier: Courier) -> None:
        with pytest.raises(LookupError):
            await courier.send(Envelope("a@mau.example", BOTH, "thu-1"), fail, yes)
        assert (await hand_over(courier)).fate is Fate.SENT

    await visited(Postman(), work)


async def test_taken_back_in_the_middle() -> None:
    """421 ends the connection: the mail that it met goes over a new one at once, and so do those behind it."""
    for command in ("mail", "rcpt"):
        postman = Postman(**{command: [None, "421 closing", None]})

        async def work(courier: Courier) -> None:
            assert [(await hand_over(courier, ("b@mau.example",))).fate for _ in range(3)] == 3 * [Fate.SENT]

        await visited(postman, work)
        assert (len(postman.taken), len(postman.connections)) == (3, 2)


async def test_broken_off_before_the_final_dot() -> None:
    """The server leaves while we ask whether the dot may go out: it can't have the mail, and nobody is in doubt."""
    postman = Postman()

    async def work(courier: Courier) -> None:
        async def begin() -> bytes:
            return BODY

        async def meanwhile() -> bool:
            postman.transports[-1].abort()  # type: ignore[attr-defined]
            while courier._client.is_connected:
                await asyncio.sleep(0.01)
            return True

        outcome = await courier.send(Envelope("a@mau.example", BOTH, "thu-1"), begin, meanwhile)
        assert outcome is not None
        assert (outcome.fate, outcome.reason) == (Fate.LATER, BROKEN_OFF)
        assert (await hand_over(courier)).fate is Fate.SENT

    await visited(postman, work)
    assert len(postman.taken) == 1


async def test_a_connection_that_has_done_enough() -> None:
    """After so many mails, or some time of rest, the next one goes over a new connection."""
    postman = Postman()
    async with listening(postman) as url:
        courier = Courier(parse_smtp_url(url), WITHIN, mails_each=2)
        for _ in range(3):
            assert (await hand_over(courier)).fate is Fate.SENT
        assert len(postman.connections) == 2
        await courier.rest(timedelta(hours=1))
        assert (await hand_over(courier)).fate is Fate.SENT
        assert len(postman.connections) == 2
        await courier.rest(timedelta(0))
        assert (await hand_over(courier)).fate is Fate.SENT
        await courier.close()
    assert (len(postman.taken), len(postman.connections)) == (5, 3)


async def test_what_the_server_is_to_report() -> None:
    """Where it offers DSN it is told our name for the mail and when to report; where it doesn't, nothing."""

    class Reporting(Postman):
        async def handle_EHLO(self, server: Any, session: Any, envelope: Any, name: str, told: list[str]) -> list[str]:
            told = await super().handle_EHLO(server, session, envelope, name, told)
            return [*told[:-1], "250-DSN", told[-1]]

    for postman, options in ((Reporting(), ["RET=HDRS", "ENVID=THU-1"]), (Postman(), [])):

        async def work(courier: Courier) -> None:
            assert (await hand_over(courier)).fate is Fate.SENT

        await visited(postman, work)
        [taken] = postman.taken
        assert [one for one in taken.mail_options if "=" in one and not one.startswith("SIZE")] == options
        assert taken.rcpt_options == (2 * ["NOTIFY=FAILURE,DELAY"] if options else [])
