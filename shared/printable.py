"""Text from outside, made fit to print: nothing that XML forbids, nothing that turns the reading direction."""

import re

# Control characters, lone surrogates and non-characters (XML 1.0, 2.2); then Unicode's direction overrides.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """The text without unfit characters; each is shown as `�`, so that nobody takes the rest for the whole."""
    return _UNFIT.sub("\N{REPLACEMENT CHARACTER}", text)


def finalize(value: object) -> object:
    """For Jinja2: every expression passes through `printable`; markup that a template made itself is left alone."""
    return printable(value) if type(value) is str else value
