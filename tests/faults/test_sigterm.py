"""SIGTERM under load; the long run is `python -m tests.faults.sigterm`."""

import pytest

from tests.faults.sigterm import stop_repeatedly


# Services are started over and over, and a busy machine takes its time for that.
@pytest.mark.timeout(400)
async def test_what_was_done_before_a_stop_does_not_come_again() -> None:
    """Each service is stopped in the middle of its work: code 0, no event answered twice, no mail sent twice."""
    outcome = await stop_repeatedly(3, seed=1, say=print, others_every=3)
    assert outcome.faults() == []
    assert outcome.journal.acked
    assert outcome.mail.taken
