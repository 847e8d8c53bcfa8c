"""The sample reviews: something to name, something sent back for good, something mended in time."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from deploy.demo.events import Post, Review
from deploy.demo.sample_year import Year, sample_year
from services.assignments.plan_file import load_plan
from services.assignments.resolve import resolve
from services.assignments.rules import expand

PLAN = Path(__file__).parents[4] / "plans" / "quang-ngai-2023.yaml"


def _year() -> Year:
    plan = load_plan(PLAN.read_bytes(), PLAN.name)
    return sample_year(resolve(plan, 1, plan.effective_from), expand(plan))


def _reviews(year: Year) -> list[tuple[date, Review]]:
    return [(day, step) for day, steps in year.steps.items() for step in steps if isinstance(step, Review)]


def _posted(year: Year) -> dict[Post, date]:
    return {step: day for day, steps in reversed(year.steps.items()) for step in steps if isinstance(step, Post)}


def _data(post: Post) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(post.body)["data"]
    return data


def test_some_are_notable_and_two_are_sent_back_with_a_reason() -> None:
    """All by an officer, with a text, marked as samples; the notable ones can be seen at an address."""
    said = [step for _, step in _reviews(_year())]
    assert all("(mẫu)" in str(one.fields[name]) for one in said for name in ("reviewer", "reason"))
    notable = [one for one in said if one.fields["notable"]]
    assert 5 <= len(notable) <= 10
    assert all(one.fields["accepted"] and _data(one.post)["url"] for one in notable)
    assert [one.fields["accepted"] for one in said if one not in notable] == [False, False]


def test_an_output_is_posted_before_it_is_reviewed() -> None:
    """On an earlier day, so that the review has something to speak of."""
    posted = _posted(year := _year())
    assert all(posted[one.post] < day for day, one in _reviews(year))


def test_one_of_those_sent_back_is_mended_soon_and_the_other_is_an_extra_one() -> None:
    """So no occurrence ends in another state: the mended one comes within days, under an id and address of its own."""
    posted = _posted(year := _year())
    by_id = {(post.agency, post.id): post for post in posted}
    back = {one.post: day for day, one in _reviews(year) if not one.fields["accepted"]}
    (mended,) = [post for post in back if (post.agency, f"{post.id}-sua") in by_id]
    (extra,) = set(back) - {mended}
    assert extra.id.endswith("-them")
    assert (extra.agency, extra.id.removesuffix("-them")) in by_id
    anew = by_id[mended.agency, f"{mended.id}-sua"]
    assert back[mended] < posted[anew] <= back[mended] + timedelta(days=7)
    changed = {name for name, value in _data(anew).items() if value != _data(mended)[name]}
    assert changed == {"title", "url"}
