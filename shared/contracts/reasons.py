"""Why an event is rejected: every code, what it means, and how the sender mends it.

A program should act on the codes that it knows and show the text of all others: new codes may be added.
"""

from typing import NamedTuple


class Remedy(NamedTuple):
    """`means` says what is wrong, `mend` what to do about it."""

    means: str
    mend: str


REASONS: dict[str, Remedy] = {
    "bad_envelope": Remedy(
        "no CloudEvent: not UTF-8, not JSON, or an attribute is missing or wrong",
        'send `specversion` "1.0", `id`, `source` and `type`; `excerpt` shows what came',
    ),
    "server_header": Remedy(
        "a header of the NATS server's is set, one that begins with `Nats-`",
        "post it without that header, under a new `id`",
    ),
    "unknown_type": Remedy("a type that isn't taken in", "the type is `vn.dondoc.output.submitted.v1`"),
    "bad_data": Remedy("`data` is no JSON object, or can't be carried", "send an object with the output's fields"),
    "missing_field": Remedy("`title` or `published_on` is missing", "add it"),
    "unknown_field": Remedy("there is no such field", "`candidates` has the nearest names; leave out what isn't ours"),
    "bad_field": Remedy("the field's value has the wrong form", "the text says which form is right"),
    "more": Remedy("more is wrong than is listed", "mend the listed reasons first"),
    "wrong_agency": Remedy("`agency` isn't the one of the credential", "leave `agency` out, or use its own credential"),
    "unknown_agency": Remedy("no duty of any plan is assigned to the agency", "ask the coordinator; is it its id?"),
    "no_plan": Remedy("no plan is published yet, or no day of it", "post again later, with a new `id`"),
    "future_date": Remedy("`published_on` lies after today", "post it when it is out"),
    "unknown_plan": Remedy("there is no such plan", "take one of `candidates`, or leave `plan` out"),
    "unknown_duty": Remedy("there is no such duty in any plan", "take one of `candidates`"),
    "unknown_channel": Remedy("there is no such channel in any plan", "take one of `candidates`"),
    "unknown_topic": Remedy("the plan has no such topic", "take one of `candidates`"),
    "unknown_evidence": Remedy(
        "no such file is kept for the agency", "post the file to `/v1/evidence` first, then the event with a new `id`"
    ),
    "unknown_period": Remedy("the duty has no such period", "take one of `candidates`"),
    "not_owed": Remedy("the duty is assigned to others", "take one of `candidates`: the agency's own duties"),
    "duty_missing": Remedy("neither `duty` nor `channel` is there", "name one of them"),
    "no_duty_on_channel": Remedy("the agency has no duty on that channel", "name the duty: one of `candidates`"),
    "wrong_channel": Remedy("the duty goes out on another channel", "mend `channel` or `duty`"),
    "duty_ambiguous": Remedy("several duties fit", "name one of `candidates` in `duty`"),
    "plan_ambiguous": Remedy("several plans fit", "name one of `candidates` in `plan`"),
    "no_period_for_date": Remedy("`published_on` lies in no period of the duty", "name the `period` that it is for"),
    "bad_period": Remedy("the period's name has the wrong form", "`2023-W07`, `2023-02`, `2023-Q1` or `2023`"),
    "no_periods": Remedy("the duty is continuous and has no periods", "leave `period` out"),
    "before_period": Remedy("the period begins after `published_on`", "check date and period"),
}
