"""What officers' pages look like, in whichever service: light and dark, on a phone and on a desk."""

from functools import cache
from importlib.resources import files

# Where the coordinator's desk is, below the address of reports.
DESK = "/ban-dieu-hanh"


@cache
def base_style() -> str:
    """The style sheet that all of them begin with."""
    return (files(__name__) / "base.css").read_text(encoding="utf-8")
