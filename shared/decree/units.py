"""Lengths in the units of DOCX."""

TWIPS_A_MM = 1440 / 25.4
EMU_A_MM = 36_000


def twips(millimetres: float) -> int:
    """Twentieths of a point."""
    return round(millimetres * TWIPS_A_MM)


def emu(millimetres: float) -> int:
    """What pictures are measured in."""
    return round(millimetres * EMU_A_MM)
