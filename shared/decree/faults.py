"""What is wrong with a paper, said in both languages: where, what, and what would be right."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One fault. Each text is a sentence that names its place."""

    vi: str
    en: str
