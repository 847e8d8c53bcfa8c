"""What the coordinator says of sample outputs: some are notable, an extra one is a double, one is mended in time."""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from deploy.demo.events import Post, Review, Step, posted
from shared.contracts.duties import Occurrence
from shared.workdays import WorkingDays

NOTABLE = 6
# Working days: when it is reviewed, when it is mended, and by then no reminder of the occurrence has gone out.
REVIEWED_AFTER, MENDED_AFTER, QUIET = 1, 3, 4


class Delivered(NamedTuple):
    """A sample output, when it is posted, and for which occurrence."""

    day: date
    due: Occurrence
    post: Post


def reviews(
    in_time: Sequence[Delivered], extra: Sequence[Delivered], days: WorkingDays, reviewer: str
) -> Iterator[tuple[date, Step]]:
    """The reviews, and the output that is posted again. No occurrence ends in another state by them."""
    doubled = {(one.post.agency, one.due) for one in extra}
    alone = [one for one in in_time if (one.post.agency, one.due) not in doubled]
    mended = min((one for one in alone if _has_time(one, days)), key=lambda one: one.day, default=None)
    if mended is not None:
        yield (
            days.after(mended.day, REVIEWED_AFTER),
            _sent_back(mended, "Đường dẫn không mở được; đề nghị đăng lại (mẫu)", reviewer),
        )
        yield days.after(mended.day, MENDED_AFTER), _mended(mended.post)
    if extra:
        reason = "Trùng nội dung với sản phẩm đã ghi nhận trong kỳ (mẫu)"
        yield days.after(extra[0].day, REVIEWED_AFTER), _sent_back(extra[0], reason, reviewer)
    for one in [one for one in alone if one != mended][:: max(1, len(alone) // NOTABLE)]:
        fields = _fields(reviewer, "Nội dung thiết thực, trình bày dễ hiểu (mẫu)", accepted=True, notable=True)
        yield days.after(one.day, REVIEWED_AFTER), Review(one.post, fields)


def _has_time(one: Delivered, days: WorkingDays) -> bool:
    return days.after(one.day, MENDED_AFTER) <= days.after(one.due.register_by, -QUIET)


def _sent_back(one: Delivered, reason: str, reviewer: str) -> Review:
    return Review(one.post, _fields(reviewer, reason, accepted=False, notable=False))


def _fields(reviewer: str, reason: str, *, accepted: bool, notable: bool) -> dict[str, str | bool]:
    return {"accepted": accepted, "notable": notable, "reason": reason, "reviewer": reviewer}


def _mended(post: Post) -> Post:
    data = json.loads(post.body)["data"]
    changed = {"title": f"{data['title']} (đã sửa)", "url": f"{data['url']}-sua"}
    return posted(post.agency, f"{post.id}-sua", data | changed)
