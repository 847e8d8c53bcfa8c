"""Logs: one JSON line an event, with the id of what is handled, and without anybody's secrets."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from shared.logs import configure, logger
from shared.settings import LogForm, Settings


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    """Logging belongs to the whole process, so each test gives it back."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def _fail_with(secret: str) -> None:
    password = secret
    raise RuntimeError("no answer" if password else "")


def test_an_event_is_one_json_line_that_says_whose_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    """The service, the level, the time, the event in hand, and what was said, each under its name."""
    configure(Settings(), "submissions")
    with structlog.contextvars.bound_contextvars(event_id="receipt-1"):
        logger("here").warning("đến muộn", sequence=7)
    (line,) = capsys.readouterr().err.splitlines()
    said = json.loads(line)
    assert (said["service"], said["level"], said["sequence"]) == ("submissions", "warning", 7)
    assert (said["event"], said["event_id"]) == ("đến muộn", "receipt-1")
    assert said["timestamp"].endswith("Z")


def test_libraries_speak_in_the_same_form(capsys: pytest.CaptureFixture[str]) -> None:
    """A line of a library is JSON as well, or nothing could read the log."""
    configure(Settings(), "submissions")
    logging.getLogger("some.library").warning("slow %s", "query")
    assert json.loads(capsys.readouterr().err)["event"] == "slow query"


def test_what_is_below_the_level_is_not_said(capsys: pytest.CaptureFixture[str]) -> None:
    """DONDOC_LOG_LEVEL holds for us and for libraries."""
    configure(Settings(log_level="ERROR"), "submissions")
    logger("here").warning("a")
    logging.getLogger("some.library").warning("b")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("form", LogForm)
def test_a_traceback_shows_no_variables(form: LogForm, capsys: pytest.CaptureFixture[str]) -> None:
    """It says where and why, but variables hold passwords and people's data."""
    configure(Settings(log=form), "submissions")
    try:
        _fail_with("hunter2")
    except RuntimeError:
        logger("here").exception("failed")
    said = capsys.readouterr().err
    assert "no answer" in said
    assert "_fail_with" in said
    assert "hunter2" not in said.replace('_fail_with("hunter2")', "")
