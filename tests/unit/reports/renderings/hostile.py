"""Titles that try to become something else than text."""

from shared.contracts.report import ConsolidatedReport, OutputLine
from tests.unit.reports.sample import AS_OF, PLAN, output, plan_with, sample_outputs, sample_report

SCRIPT = '<script>alert("x")</script>'
AMPERSAND = "A & B <c>"
FORMULA = '=HYPERLINK("https://mau.example","x")'
TEMPLATE = "{{ 7 * 7 }} {% raw %} #panic() \\ *đậm* $x$ @tên `mã`"
CONTROL = "trước\x0bsau\u202eđảo"

TITLES = (SCRIPT, AMPERSAND, FORMULA, TEMPLATE, CONTROL)
HOSTILE = tuple(output(f"h{n}", "III.2", "snv", AS_OF, title=title) for n, title in enumerate(TITLES))


def hostile_report() -> ConsolidatedReport:
    """The sample report, in which duties, an agency and outputs bear such titles."""
    duties = tuple(duty.model_copy(update={"title": title}) for duty, title in zip(PLAN.duties, TITLES, strict=False))
    agencies = tuple(
        agency.model_copy(update={"name": AMPERSAND}) if agency.id == "snv" else agency for agency in PLAN.agencies
    )
    plan = plan_with(duties=(*duties, *PLAN.duties[len(duties) :]), agencies=agencies)
    return sample_report(AS_OF, *HOSTILE, plan=plan)


def hostile_outputs() -> list[OutputLine]:
    """The outputs of that report."""
    return sample_outputs(AS_OF, *HOSTILE)
