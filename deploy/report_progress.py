"""How a report is coming along, on a terminal."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from nats.aio.client import Client
from nats.aio.msg import Msg

from deploy.progress_bar import progress_bar
from shared.contracts.issued_reports import Progress
from shared.topology import PROGRESS


@asynccontextmanager
async def shown_progress(nc: Client) -> AsyncIterator[str | None]:
    """What is told of the job of that token is shown for the time of the block; None where there is no terminal."""
    with progress_bar() as bar:
        if bar.disable:
            yield None
            return
        task = bar.add_task("asking the reports service", total=None)

        async def show(msg: Msg) -> None:
            at = Progress.model_validate_json(msg.data)
            within = at.done / at.all if at.all and at.done is not None else 0.0
            bar.update(task, description=at.en, total=at.of, completed=at.number - 1 + within)

        job = secrets.token_urlsafe()
        heard = await nc.subscribe(PROGRESS.format(job=job), cb=show)
        try:
            yield job
        finally:
            await heard.unsubscribe()
