"""Ctrl-C and SIGTERM end a run alike."""

import asyncio
import signal
import subprocess
import sys

import pytest

from deploy.stopping import stoppable

RUN = """
import time
from deploy.stopping import stoppable
try:
    with stoppable():
        print("up", flush=True)
        time.sleep(600)
except KeyboardInterrupt:
    print("stopped in order")
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_either_signal_unwinds_the_run(number: signal.Signals) -> None:
    """Whatever a `with` block holds is let go of in order."""
    with pytest.raises(KeyboardInterrupt), stoppable():
        signal.raise_signal(number)


async def test_either_signal_cancels_what_asyncio_runs() -> None:
    """`asyncio.run` within turns SIGTERM into the cancellation of its task, so that `finally` may still wait."""
    script = (
        "import asyncio, signal\n"
        "from deploy.stopping import stoppable\n"
        "async def main():\n"
        "    try:\n"
        "        signal.raise_signal(signal.SIGTERM)\n"
        "        await asyncio.sleep(600)\n"
        "    finally:\n"
        "        await asyncio.sleep(0)\n"
        "        print('let go')\n"
        "try:\n"
        "    with stoppable():\n"
        "        asyncio.run(main())\n"
        "except KeyboardInterrupt:\n"
        "    print('stopped')\n"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", script, stdout=subprocess.PIPE)
    out, _ = await process.communicate()
    assert out.split() == [b"let", b"go", b"stopped"]


def test_sigterm_ends_a_run_in_the_background_too() -> None:
    """A shell starts `… &` with Ctrl-C ignored; SIGTERM must end such a run all the same."""
    command = ["sh", "-c", 'trap \'\' INT; exec "$0" -c "$1"', sys.executable, RUN]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        process.terminate()
        assert process.stdout.read() == "stopped in order\n"


def test_afterwards_the_signals_are_as_before() -> None:
    """A library that calls it keeps its own way with signals."""
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with stoppable():
        assert signal.getsignal(signal.SIGTERM) != before[1]
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before
