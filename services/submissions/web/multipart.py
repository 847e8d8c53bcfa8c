"""A form's body as it comes in: its short fields whole, then one file piece by piece; nothing of it goes to disk.

Starlette's own reader spools files to disk, and says nothing before the last byte is there. Here the fields are read
first, so that a file is only taken in where everything beside it is right. Source: RFC 7578.
"""

from collections.abc import AsyncIterator
from re import split

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from shared.problems import Problem

# All fields together: the longest ones may have 10,000 letters of three bytes and are refused in words.
FIELDS_BYTES = 256_000
MOST_PARTS = 20
FORM = "multipart/form-data"


class Form:
    """A form as it is sent. `file` is the field that may hold a file, if any; it must come last."""

    def __init__(self, content_type: str, body: AsyncIterator[bytes], file: str | None) -> None:
        """Raises Problem 415 where it is no such form."""
        kind, options = parse_options_header(content_type)
        boundary = options.get(b"boundary", b"")
        if kind != FORM.encode() or not boundary:
            raise Problem(415, f"send the form as {FORM}")
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin,
                    "on_header_field": self._header_field,
                    "on_header_value": self._header_value,
                    "on_header_end": self._header_end,
                    "on_headers_finished": self._headers_finished,
                    "on_part_data": self._data,
                    "on_part_end": self._part_end,
                    "on_end": self._end,
                },
            )
        except FormParserError:
            raise _unreadable() from None
        self._body = body
        self._file_field = file
        self._fields: dict[str, bytearray] = {}
        self._coming: list[bytes] = []
        self._header, self._value = bytearray(), bytearray()
        self._disposition = b""
        self._name = ""
        self._parts = 0
        self._in_file = self._over = False
        self.file_name = ""

    async def fields(self) -> dict[str, str]:
        """The fields before the file, or all of them where no file was chosen. `file_name` is known then.

        Raises Problem 413 where they are too large, 400 where the body is no such form.
        """
        size = 0
        while not self._over and not self.file_name:
            size += await self._read()
            if size > FIELDS_BYTES and not self.file_name:
                raise Problem(413, f"the fields have more than {FIELDS_BYTES} bytes")
        return {name: value.decode("utf-8", "replace") for name, value in self._fields.items()}

    async def file(self) -> AsyncIterator[bytes]:
        """The file's bytes. Raises Problem 400 where anything comes after it."""
        while True:
            coming, self._coming = self._coming, []
            for piece in coming:
                yield piece
            if not self._in_file:
                return
            await self._read()

    async def _read(self) -> int:
        piece = await anext(self._body, None)
        if piece is None:
            raise _unreadable()
        try:
            self._parser.write(piece)
        except FormParserError:
            raise _unreadable() from None
        return len(piece)

    def _begin(self) -> None:
        self._parts += 1
        if self._parts > MOST_PARTS or self.file_name:
            raise _unreadable()
        self._disposition = b""

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end].lower()

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        if self._header == b"content-disposition":
            self._disposition = bytes(self._value)
        self._header, self._value = bytearray(), bytearray()

    def _headers_finished(self) -> None:
        # As bytes the reader takes it for Latin-1, and so gives back each byte as it was.
        _, options = parse_options_header(self._disposition)
        self._name = _text(options.get(b"name", b""))
        # A browser sends the field of a file that wasn't chosen without a name.
        if self._name == self._file_field and (file_name := _text(options.get(b"filename", b""))):
            self.file_name, self._in_file = split(r"[/\\]", file_name)[-1] or file_name, True

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._in_file:
            self._coming.append(data[start:end])
        else:
            self._fields.setdefault(self._name, bytearray()).extend(data[start:end])

    def _part_end(self) -> None:
        self._in_file = False

    def _end(self) -> None:
        self._over = True


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")


def _unreadable() -> Problem:
    return Problem(400, "the form can't be read to its end")
