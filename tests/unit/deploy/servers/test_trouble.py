"""Every way that a server fails to start is one line that says what to do."""

import signal
from pathlib import Path

import pytest

from deploy.servers.trouble import Failure, explain, how_it_ended, last_words

LOADER = (
    "/opt/mongod: error while loading shared libraries: {}: cannot open shared object file: No such file or directory"
)
WT_FULL = (
    '{"t":{"$date":"2023-01-01T00:00:00.000+00:00"},"s":"F",  "c":"STORAGE",  "id":28595,   "ctx":"initandlisten",'
    '"msg":"Terminating.","attr":{"reason":"28: No space left on device"}}'
)
MONGOD_PORT = (
    '{"s":"E",  "c":"CONTROL",  "id":20568,   "ctx":"initandlisten","msg":"Error setting up listener",'
    '"attr":{"error":{"code":9001,"codeName":"SocketException","errmsg":"Address already in use"}}}'
)
MONGOD_ODD = (
    '{"s":"I",  "c":"CONTROL",  "id":4615611, "ctx":"initandlisten","msg":"MongoDB starting","attr":{"pid":1}}\n'
    '{"s":"E",  "c":"CONTROL",  "id":20557,   "ctx":"initandlisten","msg":"DBException in initAndListen, terminating",'
    '"attr":{"error":"Location28596: Unable to determine status of lock file"}}\n'
    '{"s":"I",  "c":"CONTROL",  "id":23138,   "ctx":"initandlisten","msg":"Shutting down","attr":{"exitCode":100}}\n'
)
NATS_PORT = (
    '[7] 2023/01/01 00:00:00.000000 [FTL] Error listening on port: 127.0.0.1:4222, "listen tcp 127.0.0.1:4222: bind: '
    'address already in use"'
)
NATS_FOLDER = (
    "[7] 2023/01/01 00:00:00.000000 [INF] Starting JetStream\n"
    "[7] 2023/01/01 00:00:00.000000 [FTL] Can't start JetStream: storage directory is not writable: permission denied"
)


def _explain(output: str, exit_code: int | None = 1, free: int = 1 << 40) -> str:
    log = Path("data/log/mongod.log")
    return explain(Failure("mongod", "DONDOC_MONGO_URL", Path("data"), log, exit_code, output, free))


@pytest.mark.parametrize(
    ("library", "package"),
    [("libcurl.so.4", "libcurl4"), ("libssl.so.3", "libssl3"), ("libcrypto.so.3", "libssl3")],
)
def test_a_missing_library_names_the_package_to_install(library: str, package: str) -> None:
    """The person gets the command to type, and the way around it."""
    line = _explain(LOADER.format(library), exit_code=127)
    assert f"`apt-get install {package}`" in line
    assert library in line
    assert "DONDOC_MONGO_URL" in line


def test_an_unknown_library_is_named_as_it_is() -> None:
    """Where we don't know the package we don't invent one."""
    line = _explain(LOADER.format("libodd.so.9"), exit_code=127)
    assert "libodd.so.9" in line
    assert "apt-get" not in line


@pytest.mark.parametrize(
    ("output", "exit_code", "said"),
    [
        ("/opt/mongod: /lib/libc.so.6: version `GLIBC_2.34' not found (required by it)", 1, "too old"),
        ("", -signal.SIGILL, "AVX"),
        ("", -signal.SIGKILL, "memory"),
        (WT_FULL, 14, "is full: free some space"),
        ("[FTL] Can't start JetStream: insufficient storage resources available", 1, "is full: free some space"),
        (MONGOD_PORT, 48, "took the port"),
        (NATS_PORT, 1, "took the port"),
        (NATS_FOLDER, 1, "can't write to data"),
        ("mongod: Read-only file system", 1, "can't write to data"),
        ("", 62, "another version"),
        ("UPGRADE PROBLEM: Found an invalid featureCompatibilityVersion document", 1, "another version"),
    ],
    ids=["libc", "avx", "killed", "mongod full", "nats full", "mongod port", "nats port", "folder", "ro", "62", "fcv"],
)
def test_each_known_trouble_says_what_to_do(output: str, exit_code: int, said: str) -> None:
    """What was measured on real servers is told in words, and with a way out."""
    line = _explain(output, exit_code)
    assert said in line
    assert any(way in line for way in ("--data", "DONDOC_MONGO_URL"))


@pytest.mark.parametrize("output", [LOADER.format("libssl.so.3"), WT_FULL, MONGOD_PORT, NATS_FOLDER, MONGOD_ODD, ""])
def test_it_is_one_line(output: str) -> None:
    """The person sees a sentence, never a stack trace."""
    line = _explain(output)
    assert "\n" not in line
    assert len(line) < 300


def test_a_server_that_could_not_even_write_its_log_had_no_room() -> None:
    """On a full disk the log is empty, so the disk itself is asked."""
    assert "The disk that holds data is full" in _explain("", exit_code=14, free=0)


def test_unknown_trouble_gives_the_last_error_and_the_log() -> None:
    """What we can't explain we hand over whole: the last thing that tells, and where the rest is."""
    line = _explain(MONGOD_ODD, exit_code=100)
    assert "Unable to determine status of lock file" in line
    assert "code 100" in line
    assert "data/log/mongod.log" in line


@pytest.mark.parametrize(
    ("output", "words"),
    [
        (
            MONGOD_ODD,
            "DBException in initAndListen, terminating Location28596: Unable to determine status of lock file",
        ),
        ("[7] now [ERR] first\n[7] now [FTL] last\n[7] now [INF] bye", "last"),
        (
            "nats-server: nats.conf:1:12: Duplicate 'store_dir' configuration\n",
            "nats.conf:1:12: Duplicate 'store_dir' configuration",
        ),
        ("Error parsing command line: unrecognised option '--x'\ntry 'mongod --help'", "try 'mongod --help'"),
        ("{broken json\n", "{broken json"),
        ("\n \n", "it said nothing"),
    ],
    ids=["mongod", "nats", "nats configuration", "neither", "broken", "silence"],
)
def test_the_last_words_are_those_that_tell(output: str, words: str) -> None:
    """Of a long log the last error counts, not the farewell after it."""
    assert last_words(output) == words


@pytest.mark.parametrize(
    ("exit_code", "said"),
    [(None, "runs, but doesn't answer"), (-15, "was ended by SIGTERM"), (3, "ended with code 3")],
)
def test_an_end_is_told_in_words(exit_code: int | None, said: str) -> None:
    """Signals have names."""
    assert how_it_ended(exit_code) == said
