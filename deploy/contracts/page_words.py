"""The little Markdown that our descriptions use, as HTML: paragraphs, lists, tables, code and emphasis."""

import re

from markupsafe import Markup, escape

_CODE = re.compile(r"`([^`]+)`")
_STRONG = re.compile(r"\*\*([^*]+)\*\*")
_EMPHASIS = re.compile(r"\*([^*\s](?:[^*]*[^*\s])?)\*")


def inline(text: str) -> Markup:
    """One line or paragraph; everything else than code and emphasis is shown as it is."""
    # Every second part is code, in which a star is a star.
    parts = _CODE.split(str(escape(text)))
    html = [f"<code>{part}</code>" if number % 2 else _emphasized(part) for number, part in enumerate(parts)]
    return Markup("".join(html))  # noqa: S704 (escaped above)


def _emphasized(text: str) -> str:
    return _EMPHASIS.sub(r"<em>\1</em>", _STRONG.sub(r"<strong>\1</strong>", text))


def blocks(text: str) -> Markup:
    """Several paragraphs, each a list, a table or plain text."""
    return Markup("\n").join(_block(block) for block in text.strip().split("\n\n"))


def _block(block: str) -> Markup:
    lines = block.splitlines()
    if block.startswith("- "):
        items = [" ".join(item.split()) for item in block.removeprefix("- ").split("\n- ")]
        return Markup("<ul>{}</ul>").format(Markup("").join(Markup("<li>{}</li>").format(inline(one)) for one in items))
    if block.startswith("| "):
        rows = [[cell.strip() for cell in line.strip("| ").split("|")] for line in lines if "---" not in line]
        return Markup("<table>{}</table>").format(Markup("").join(_row(row) for row in rows[1:]))
    return Markup("<p>{}</p>").format(inline(" ".join(lines)))


def _row(cells: list[str]) -> Markup:
    return Markup("<tr>{}</tr>").format(Markup("").join(Markup("<td>{}</td>").format(inline(cell)) for cell in cells))
