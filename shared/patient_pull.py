"""A pull that is refused at once is made again after a pause.

The framework's loop asks again at once: where the consumer is gone, that is thousands of times a second.
"""

import asyncio
from datetime import timedelta
from typing import Any

from nats.errors import Error as NatsError
from nats.js import JetStreamContext

PAUSE = timedelta(seconds=1)


def be_patient(subscription: JetStreamContext.PullSubscription) -> None:
    """Let each `fetch` that fails, but for want of messages, end after `PAUSE`; call it once for a subscription."""
    fetch = subscription.fetch

    async def patient(*args: Any, **kwargs: Any) -> Any:
        try:
            return await fetch(*args, **kwargs)
        except TimeoutError:
            raise
        except NatsError:
            await pause()
            raise

    subscription.fetch = patient  # type: ignore[method-assign]


async def pause() -> None:
    await asyncio.sleep(PAUSE.total_seconds())
