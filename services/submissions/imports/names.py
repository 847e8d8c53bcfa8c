"""What officials call things, and the ids by which the plans know them."""

from collections.abc import Iterable, Mapping

from services.submissions.book import Book
from services.submissions.imports.channel_names import ChannelNames, alone
from services.submissions.imports.text import plain


class Names:
    """Ids by the names of one agency's duties and of all plans' channels, topics and agencies.

    A name that stands for two things stands for neither; what isn't known stays as it is, so that the rules refuse it
    with what would be right.
    """

    def __init__(self, book: Book, agency: str) -> None:
        plans = list(book.plans.values())
        duties = [one.duty for one in book.of(agency)]
        every = [duty for plan in plans for duty in plan.duties]
        self._duties = _ids([(d.id, d.id) for d in every] + [(d.title, d.id) for d in duties])
        self._clauses = _ids((d.clause, d.id) for d in duties)
        self.channels = ChannelNames(plan.channels for plan in plans)
        self._topics = _ids(pair for plan in plans for pair in _both(plan.topics))
        self._plans = _ids(pair for plan in plans for pair in ((plan.plan, plan.plan), (plan.title, plan.plan)))
        self._agencies = _ids(
            [(id_, id_) for id_ in book.agencies()]
            + [
                (name, one.id)
                for plan in plans
                for one in plan.agencies
                for name in (one.id, one.name, one.short_name, one.abbreviation)
                if name
            ]
        )

    def duty(self, text: str) -> str:
        """By id, by title, or by the clause of the plan if that is one of the agency's alone."""
        return self._duties.get(plain(text)) or self._clauses.get(plain(text)) or text

    def plan(self, text: str) -> str:
        return self._plans.get(plain(text), text)

    def topics(self, text: str) -> tuple[str, ...]:
        """One topic, or several with `;`, `,` or lines between them."""
        if plain(text) in self._topics:
            return (self._topics[plain(text)],)
        separator = ";" if ";" in text else ","
        parts = [part.strip() for part in text.split(separator)]
        return tuple(dict.fromkeys(self._topics.get(plain(part), part) for part in parts if part))

    def agency(self, text: str) -> str | None:
        """None for what is no agency: offices name their own divisions in such a column."""
        return self._agencies.get(plain(text))


def _both(labels: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    for id_, label in labels.items():
        yield id_, id_
        yield label, id_


def _ids(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    return alone((plain(name), id_) for name, id_ in pairs)
