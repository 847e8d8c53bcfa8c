"""What a plan file means as a whole: each check takes what is well formed and tells what is wrong with it."""

from collections.abc import Callable, Iterator

from services.assignments.plan_file.checks.agencies import agencies_that_end_before_they_begin, parents_in_a_circle
from services.assignments.plan_file.checks.calendar import calendar
from services.assignments.plan_file.checks.duration import durations
from services.assignments.plan_file.checks.performing import performing
from services.assignments.plan_file.checks.references import references
from services.assignments.plan_file.checks.reminders import reminders
from services.assignments.plan_file.checks.timing import timing
from services.assignments.plan_file.checks.unique import (
    groups_called_like_agencies,
    ids_given_twice,
    items_listed_twice,
)
from services.assignments.plan_file.draft import Draft
from services.assignments.plan_file.problems import Problem

CHECKS: tuple[Callable[[Draft], Iterator[Problem]], ...] = (
    ids_given_twice,
    groups_called_like_agencies,
    items_listed_twice,
    references,
    agencies_that_end_before_they_begin,
    parents_in_a_circle,
    calendar,
    performing,
    timing,
    durations,
    reminders,
)
