"""How a run tells people what happens in it."""

from collections.abc import Callable

# Who says it, and a line.
Say = Callable[[str, str], None]
