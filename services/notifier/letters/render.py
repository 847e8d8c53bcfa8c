"""A letter as plain text and as HTML, which say the same."""

import textwrap
from functools import lru_cache
from importlib.resources import files
from types import SimpleNamespace

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from services.notifier.letters.letter import Letter
from services.notifier.letters.shape import SHAPES, drafted, parts
from services.notifier.letters.styles import inline_styles
from shared.vietnamese import ANSWERS

# The text part's columns; an address of a link stands on a line of its own, however long it is.
COLUMNS = 78
# Bytes of HTML, before it is encoded for its way, which adds a fifth.
MOST_MARKUP = 80_000


def render(letter: Letter) -> tuple[str, str]:
    """The text and the HTML, in the longest shape that mail programs show whole."""
    for shape in SHAPES:
        given = {"letter": letter, "parts": parts(letter, shape), "listed": drafted(letter.draft, shape)}
        markup = _HTML.render(given)
        if len(markup.encode()) <= MOST_MARKUP:
            break
    return _TEXT.render(given), markup


@lru_cache(maxsize=4096)  # names and titles come again in each mail of a morning
def wrap(text: str, first: str = "", rest: str | None = None) -> str:
    """The text in lines of COLUMNS at most, the first begun with `first`, the others with as many spaces or `rest`."""
    if len(first) + len(text) <= COLUMNS:
        return first + text
    rest = " " * len(first) if rest is None else rest
    return textwrap.fill(text, COLUMNS, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)


class _Environment(Environment):
    """What templates are given has attributes and no keys, so nothing else is tried: each mail asks for 150."""

    getattr = staticmethod(getattr)  # type: ignore[assignment]


_TEMPLATES = _Environment(
    loader=PackageLoader("services.notifier.letters"),
    # The text part shows what data holds as it is; only the HTML, which is made from a string, has markup to protect.
    autoescape=select_autoescape(enabled_extensions=(), default=False, default_for_string=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters["wrap"] = wrap
_TEMPLATES.globals["answers"] = SimpleNamespace(**{kind: words.capitalize() for kind, words in ANSWERS.items()})
_TEXT = _TEMPLATES.get_template("digest.txt.j2")
_HTML = _TEMPLATES.from_string(
    inline_styles(files("services.notifier.letters").joinpath("templates", "digest.html.j2").read_text("utf-8"))
)
