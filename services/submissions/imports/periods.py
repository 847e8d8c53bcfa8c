"""The names that people give periods: “Tháng 2/2023”, “Quý I năm 2023”, “Tuần 7/2023”, “02/2023”."""

import re

from services.submissions.imports.text import plain

_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_FORMS = (
    (re.compile(r"tuan (?:thu )?(\d{1,2}) (?:nam )?(\d{4})"), "{1:04}-W{0:02}"),
    (re.compile(r"quy (i{1,3}|iv|[1-4]) (?:nam )?(\d{4})"), "{1:04}-Q{0}"),
    (re.compile(r"(?:thang |t)?(\d{1,2}) (?:nam )?(\d{4})"), "{1:04}-{0:02}"),
    (re.compile(r"(?:nam )?(\d{4})()"), "{0:04}"),
)


def period_name(text: str) -> str:
    """The period's name as the contract has it, or the text itself: then whoever knows the duty says what is right."""
    words = plain(text)
    for form, name in _FORMS:
        if found := form.fullmatch(words):
            return name.format(*(_ROMAN.get(part) or int(part or 0) for part in found.groups()))
    return text
