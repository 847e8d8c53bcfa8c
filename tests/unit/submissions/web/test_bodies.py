import pytest
from starlette.requests import Request

from services.submissions.web.bodies import mode_of
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
