"""A page as a program reads it."""

from html.parser import HTMLParser


class Page(HTMLParser):
    """Every tag of a page with its attributes in order of their names, its links, its ends and its text."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.seen: list[object] = []
        self.tags: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self._silent = False
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name == "href" and value is not None]
        self.seen.append((tag, sorted(attrs, key=str)))
        self._silent = tag in ("style", "title")

    def handle_endtag(self, tag: str) -> None:
        self.seen.append(tag)
        self._silent = False

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split())
        if words:
            self.seen.append(words)
        if not self._silent:
            self.text += data

    @property
    def words(self) -> str:
        """The text that is shown, with single spaces."""
        return " ".join(self.text.split())
