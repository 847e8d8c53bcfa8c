"""Styles are inlined in the template, once."""

from datetime import date, datetime
from importlib.resources import files

import css_inline
import pytest

from services.notifier.letters import render
from services.notifier.letters.actions import Links
from services.notifier.letters.letter import Letter, write
from services.notifier.letters.line import Reminded
from services.notifier.letters.shape import SHAPES, drafted, parts
from services.notifier.letters.styles import inline_styles
from shared.contracts.reminders import Rung
from tests.unit.notifier.letters.pages import Page
from tests.unit.notifier.letters.specimens import PLAN, ZONE, answered, owed
from tests.unit.notifier.sample import now

AT = datetime(2023, 3, 21, 8, 0, tzinfo=ZONE)
TEMPLATE = files("services.notifier.letters").joinpath("templates", "digest.html.j2").read_text("utf-8")


def letter(*rungs: Rung, more: bool = False) -> Letter:
    said = [answered("so-tttt", date(2023, 3, 14))] if more else []
    reminded = []
    for number, rung in enumerate(rungs, 1):
        key, fact = owed("III.5", "tt-vhtt-h-ba-to", f"2023-{number:02}", jointly=["dai-ptth"] if more else [])
        reminded.append(Reminded(key, rung, now([fact, *said], AT.date())))
    links = Links("https://mau.example", "s" * 32, "so-tttt", "m" * 32, ("a@mau.example",), date(2023, 5, 13))
    return write(PLAN, links, reminded, AT, copied=more)


@pytest.mark.parametrize("more", [True, False])
@pytest.mark.parametrize("rungs", [[Rung.OVERDUE], [Rung.UPCOMING], [Rung.FOR_SIGNATURE], [Rung.ESCALATED] * 6])
def test_inlined_before_is_the_same_as_inlined_after(rungs: list[Rung], more: bool) -> None:
    """The page that comes from the inlined template is the one that comes from inlining the rendered page; the last
    shape has lines in full, briefly, and left out."""
    written = letter(*rungs, more=more)
    given = {
        "letter": written,
        "parts": parts(written, SHAPES[-1]),
        "listed": drafted(written.draft, SHAPES[-1]),
    }
    plain = render._TEMPLATES.from_string(TEMPLATE).render(given)
    after = css_inline.CSSInliner(keep_style_tags=False).inline(plain)
    assert Page(render._HTML.render(given)).seen == Page(after).seen


def test_statements_come_out_as_they_went_in() -> None:
    """Between the rows of a table too, where a parser would move text out."""
    rows = "{% for x in y %}{# a > b #}<tr><td>{{ x }}</td></tr>{% endfor %}"
    inlined = inline_styles(f"<style>td{{color:red}}</style><table><tbody>{rows}</tbody></table>")
    assert rows.replace("<td>", '<td style="color: red;">') in inlined


def test_one_style_element_is_left() -> None:
    """That of dark mode and narrow screens; all else is in the tags, and nothing is loaded."""
    markup = render._HTML.render({"letter": letter(Rung.OVERDUE), "parts": (), "listed": drafted((), SHAPES[0])})
    assert markup.count("<style") == 1
    assert "prefers-color-scheme: dark" in markup
    assert not {"img", "link", "script", "iframe", "svg"} & set(Page(markup).tags)
    assert "url(" not in markup
