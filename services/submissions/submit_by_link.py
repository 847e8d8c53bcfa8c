"""Record an output that a person reported by a link: the same intake as for all others, and nothing that is wrong."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from services.submissions.intake import Conflict, Intake
from services.submissions.link_events import event_of
from services.submissions.record_outputs import Accepted, Fresh
from services.submissions.rules import NoMatch
from shared.outcomes import Retry
from shared.signed_links import Link

AGAIN_AFTER = timedelta(seconds=1)


async def examine_by_link(link: Link, data: Mapping[str, Any], intake: Intake) -> dict[str, Fresh]:
    """What the intake would make of it now. Raises NoMatch with every reason to refuse it, Retry, one of Unavailable.

    A person may correct what is wrong and send it again. A refusal that was recorded would be the answer to all
    further tries, since the link's event has one id; so it is never recorded.
    """
    examined = await intake.examine([event_of(link, data)])
    for fresh in examined.values():
        if not isinstance(fresh.outcome, Accepted):
            raise NoMatch(*fresh.outcome)
    return examined


async def submit_by_link(link: Link, data: Mapping[str, Any], intake: Intake) -> None:
    """Record it, unless the link was used before. Raises as `examine_by_link` does."""
    examined = await examine_by_link(link, data, intake)
    try:
        await intake.keep(examined)
    except Conflict as conflict:
        raise Retry(AGAIN_AFTER, str(conflict)) from None
