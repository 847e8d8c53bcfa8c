"""Names: what people call things, and what isn't known stays as it is."""

from services.submissions.imports.names import Names
from shared.contracts.plan import Agency
from tests.unit.submissions.books import CLIP, MONTHS, TV, book, owed, plan

STATION = Agency(id="dai", kind="press", name="Đài Mẫu", short_name="Đài", abbreviation="ĐM")


def test_duties_channels_topics_plans_and_agencies() -> None:
    """By id, by title or label, in any spelling."""
    names = Names(book(plans=(plan().model_copy(update={"agencies": (STATION,)}),)), "dai")
    assert [names.duty(text) for text in ("TV", "Nhiệm vụ radio (mẫu)", "khác")] == ["tv", "radio", "khác"]
    assert [names.channels.id_of(text) for text in ("phat thanh", "web", "báo")] == ["radio", "web", "báo"]
    assert [names.plan(text) for text in ("Kế hoạch mẫu", "MAU-2026", "x")] == ["mau-2026", "mau-2026", "x"]
    assert [names.agency(text) for text in ("đài mẫu", "ĐM", "huyen", "Phòng A")] == ["dai", "dai", "huyen", None]


def test_several_topics_in_one_cell() -> None:
    """With `;` or `,` between them, each once; a title that has a comma itself is one."""
    topics = {"II.1": "Chỉ đạo, điều hành", "II.2": "Thủ tục"}
    names = Names(book(plans=(plan().model_copy(update={"topics": topics}),)), "dai")
    assert names.topics("Chỉ đạo, điều hành") == ("II.1",)
    assert names.topics("II.2, II.1,") == ("II.2", "II.1")
    assert names.topics("thủ tục; chỉ đạo, điều hành; II.2; IX") == ("II.2", "II.1", "IX")


def test_a_name_of_two_things_is_neither_s() -> None:
    """The rules ask then which one is meant."""
    same = CLIP.model_copy(update={"title": TV.title})
    names = Names(book(owed(TV, *MONTHS), owed(same, "2026"), plans=(plan(duties=(TV, same)),)), "dai")
    assert names.duty(TV.title) == TV.title
    assert names.duty("clip") == "clip"
