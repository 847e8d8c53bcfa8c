"""Styles are inlined once, in the template: what Jinja says stands in comments meanwhile, which HTML may have anywhere.

Mail programs drop or mangle the style element, so that each element carries its own. So a template has no tag that
depends on a condition halfway, no quotation marks or angle brackets in its expressions, and no macro.
"""

import re

import css_inline

_STATEMENT = re.compile(r"{[%#].*?[%#]}", re.DOTALL)
_HIDDEN = re.compile(r"<!--({[%#].*?[%#]})-->", re.DOTALL)
_INLINER = css_inline.CSSInliner(keep_style_tags=False, load_remote_stylesheets=False)


def inline_styles(template: str) -> str:
    """The template with the styles of its style elements in its tags; one marked `data-css-inline="keep"` stays, for
    what can't be inlined."""
    hidden = _STATEMENT.sub(lambda found: f"<!--{found[0]}-->", template)
    return _HIDDEN.sub(lambda found: found[1], _INLINER.inline(hidden))
