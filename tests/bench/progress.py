"""What the bench is doing, on standard error."""

import sys
from collections.abc import Callable

Progress = Callable[[str], None]


def say(text: str) -> None:
    print(f"  {text}", file=sys.stderr, flush=True)
