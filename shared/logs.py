"""Structured logs: one JSON line an event in production, a readable line at a desk."""

import logging
import sys

import structlog
from structlog.tracebacks import ExceptionDictTransformer

from shared.settings import LogForm, Settings


def configure(settings: Settings, service: str) -> None:
    """Send everything that is logged in this process, by us and by libraries, to standard error.

    Tracebacks don't show variables: they would hold passwords and people's data.
    """
    level = logging.getLevelNamesMapping()[settings.log_level]
    shared_processors: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if settings.log is LogForm.JSON:
        shown: list[structlog.types.Processor] = [
            structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    else:
        traceback = structlog.dev.plain_traceback
        shown = [structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0, exception_formatter=traceback)]
    structlog.configure(
        processors=[*shared_processors, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared_processors,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *shown],
        )
    )
    logging._srcfile = None  # where in the code it was said is in no line of ours, and costs a third of one to find
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    # These speak of every message and every reconnect; what matters of it we say ourselves.
    for chatty in ("faststream", "nats", "uvicorn", "uvicorn.access", "pymongo"):
        logging.getLogger(chatty).setLevel(max(level, logging.ERROR))
    structlog.contextvars.bind_contextvars(service=service)


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger for one part of the code."""
    bound: structlog.stdlib.BoundLogger = structlog.get_logger(name)
    return bound
