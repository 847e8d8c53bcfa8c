"""From an HTTP request to the events in it."""

import pytest
from starlette.requests import Request

from services.submissions.web.bodies import Mode, events_in, mode_of
from shared.problems import Problem
from shared.settings import Settings


@pytest.mark.parametrize(
    ("twice", "name"), [((b"ce-id", b"2"), "ce-id"), ((b"content-type", b"text/plain"), "content-type")]
)
def test_an_attribute_that_is_told_twice_is_refused(twice: tuple[bytes, bytes], name: str) -> None:
    """Nobody knows which of them is meant."""
    once = [(b"content-type", b"application/json"), (b"ce-specversion", b"1.0"), (b"ce-id", b"1")]
    request = Request({"type": "http", "headers": [*once, twice]})
    with pytest.raises(Problem, match=f"the header {name} is given 2 times; send it once") as caught:
        mode_of(request, Settings())
    assert caught.value.status == 400


def test_the_events_of_a_batch_come_as_they_were_sent() -> None:
    """To the byte, blanks between them aside: what is wrong within one is told of that one, such as a name that comes
    twice."""
    sent = ['{"id": "1", "id": "2"}', ' {"t": "[,] \\" ạ \\ud800"}', "7", '[1, {"x":[]}]', '"a"', "-1.5e3", "null"]
    mode = Mode(True, {}, 10_000)
    for between in (",", " ,\n\t"):
        body = f" [\r{between.join(sent)}\n] ".encode()
        assert events_in(body, mode, Settings()) == [event.strip().encode() for event in sent]
