"""What stands around the body of an official paper."""

import pytest

from shared.decree.blanks import balanced, parent_block, receivers


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("SỞ NỘI VỤ", ("SỞ NỘI VỤ",)),
        ("SỞ THÔNG TIN VÀ TRUYỀN THÔNG", ("SỞ THÔNG TIN", "VÀ TRUYỀN THÔNG")),
        ("MỘTTÊNRẤTDÀIKHÔNGCÓDẤUCÁCH", ("MỘTTÊNRẤTDÀIKHÔNGCÓDẤUCÁCH",)),
    ],
)
def test_a_long_issuer_is_broken_in_the_middle(name: str, lines: tuple[str, ...]) -> None:
    """Two even lines, and one where it fits."""
    assert balanced(name) == lines


@pytest.mark.parametrize("name", ["Ủy ban nhân dân tỉnh Mẫu", "Uỷ ban nhân dân tỉnh Mẫu", "UBND tỉnh Mẫu"])
def test_the_parent_is_abbreviated(name: str) -> None:
    """In either spelling, in capitals."""
    assert parent_block(name) == "UBND TỈNH MẪU"


@pytest.mark.parametrize("archive", ["VT", "Lưu: VT", "- Lưu: VT."])
def test_receivers_end_with_the_archive(archive: str) -> None:
    """Each on a line of its own, however the plan punctuates them."""
    assert receivers(["Như trên", "- Sở Nội vụ;"], archive) == ("- Như trên;", "- Sở Nội vụ;", "- Lưu: VT.")
