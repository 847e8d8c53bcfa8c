"""What is told of a report while it is made."""

from collections.abc import AsyncIterator, Awaitable, Callable

from services.reports.renderings.formats import LISTING
from shared.contracts.issued_reports import STEPS, Progress, Step
from shared.contracts.report import OutputLine

Tell = Callable[[Progress], Awaitable[None]]

# Of outputs that are read; a hundred thousand of them take some ten seconds.
TELL_EVERY = 5_000

EN = {
    Step.LOG: "taking in what is new in the log",
    Step.FIGURES: "working out the figures",
    Step.OUTPUTS: "reading the outputs",
    Step.DOCUMENT: "writing the document",
    Step.KEEPING: "keeping the document",
}
VI = {
    Step.LOG: "Cập nhật số liệu mới",
    Step.FIGURES: "Tính số liệu",
    Step.OUTPUTS: "Đọc danh sách sản phẩm",
    Step.DOCUMENT: "Lập tài liệu",
    Step.KEEPING: "Lưu tài liệu",
}


async def nobody(_: Progress) -> None:
    """Nobody asked to be told."""


def progress(step: Step, form: str, done: int | None = None, every: int | None = None) -> Progress:
    """The progress of a document of that format."""
    steps = [one for one in STEPS if one is not Step.OUTPUTS or form in LISTING]
    return Progress(
        step=step, number=steps.index(step) + 1, of=len(steps), done=done, all=every, en=EN[step], vi=VI[step]
    )


async def told_of(outputs: AsyncIterator[OutputLine], every: int, form: str, tell: Tell) -> AsyncIterator[OutputLine]:
    """The outputs; it is told how many have been read."""
    done = 0
    async for output in outputs:
        if done % TELL_EVERY == 0:
            await tell(progress(Step.OUTPUTS, form, done, every))
        done += 1
        yield output
