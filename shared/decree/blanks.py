"""What stands around the body of every official paper: names in the left block, blanks that a person fills, receivers.

Number, date and signature stay blank: a person signs. Pure.
"""

import re
from collections.abc import Iterable

NUMBER = "Số:         /{}"
DATE = "ngày      tháng      năm        "
SIGNER = "[CHỨC VỤ CỦA NGƯỜI KÝ]"
# What fits in one line of the left block, in characters.
ISSUER_LINE = 26
# The left block abbreviates it, in either spelling, as official papers do.
PEOPLES_COMMITTEE = re.compile(r"[UỦ][ỷy] ban nhân dân", re.IGNORECASE)


def parent_block(name: str) -> str:
    """The body above the issuer, as the left block names it: `UBND TỈNH QUẢNG NGÃI`."""
    return PEOPLES_COMMITTEE.sub("UBND", name).upper()


def balanced(name: str) -> tuple[str, ...]:
    """The name in one line, or broken between words into two lines as even as they can be."""
    words = name.split()
    if len(name) <= ISSUER_LINE or len(words) < 2:
        return (name,)
    breaks = ((" ".join(words[:n]), " ".join(words[n:])) for n in range(1, len(words)))
    return min(breaks, key=lambda lines: abs(len(lines[0]) - len(lines[1])))


def receivers(named: Iterable[str], archive: str) -> tuple[str, ...]:
    """The lines below `Nơi nhận:`, the archive last: `- Như trên;` … `- Lưu: VT.`"""
    kept = archive.lstrip("- ").rstrip(".")
    last = f"- {kept}." if kept.startswith("Lưu") else f"- Lưu: {kept}."
    return (*(f"- {one.lstrip('- ').rstrip(';.')};" for one in named), last)
