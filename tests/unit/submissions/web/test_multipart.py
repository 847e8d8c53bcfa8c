"""Forms as browsers send them, in pieces of any size; what is none is refused, and nothing grows without a bound."""

from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.submissions.web.multipart import FIELDS_BYTES, Form
from shared.problems import Problem
from tests.harness.forms import BOUNDARY, FORM, form

TYPE = FORM["Content-Type"]
FIELDS = {"title": "Tiêu đề", "note": "một\r\nhai"}
FILE = ("Biên bản.pdf", b"%PDF-1.7\r\n----sample\r\n-- \x00\xff")


async def _pieces(body: bytes, sizes: list[int]) -> AsyncIterator[bytes]:
    at = 0
    for size in [*sizes, len(body)]:
        if at < len(body):
            yield body[at : at + size]
        at += size


async def _read(body: bytes, sizes: list[int]) -> tuple[dict[str, str], str, bytes]:
    read = Form(TYPE, _pieces(body, sizes), "evidence")
    fields = await read.fields()
    file = b"".join([piece async for piece in read.file()])
    return fields, read.file_name, file


@given(st.lists(st.integers(1, 200), max_size=40))
async def test_a_form_is_the_same_in_pieces_of_any_size(sizes: list[int]) -> None:
    """Fields, the file's name and its bytes, also where a boundary is cut in two or looks like one."""
    assert await _read(form(FIELDS, FILE), sizes) == (FIELDS, *FILE)
    assert await _read(form(FIELDS), sizes) == (FIELDS, "", b"")


async def test_a_piece_without_a_byte_ends_nothing() -> None:
    """A server may hand one over at any time."""

    async def coming() -> AsyncIterator[bytes]:
        async for piece in _pieces(form(FIELDS), [40, 40]):
            yield b""
            yield piece

    assert await Form(TYPE, coming(), "evidence").fields() == FIELDS


@pytest.mark.parametrize("name", ["C:\\fakepath\\a.pdf", "/etc/a.pdf", "../a.pdf", "a.pdf"])
async def test_of_a_file_s_path_the_name_is_kept(name: str) -> None:
    assert (await _read(form({}, (name, b"x")), []))[1] == "a.pdf"


async def test_a_file_that_wasn_t_chosen_is_none() -> None:
    """Browsers send its field without a name. A file in another field is none either."""
    assert await _read(form(FIELDS, ("", b"")), []) == (FIELDS, "", b"")
    assert (await _read(form(FIELDS, FILE, name="other"), []))[1:] == ("", b"")


async def _problem(body: bytes, content_type: str = TYPE) -> int:
    async def read() -> None:
        whole = Form(content_type, _pieces(body, [1000] * 1000), "evidence")
        await whole.fields()
        _ = [piece async for piece in whole.file()]

    with pytest.raises(Problem) as refused:
        await read()
    return refused.value.status


@pytest.mark.parametrize(
    "content_type",
    ["", "text/plain", "multipart/form-data", "multipart/mixed; boundary=x", "multipart/form-data; boundary="],
)
async def test_what_is_no_form_is_refused(content_type: str) -> None:
    assert await _problem(form(FIELDS), content_type) == 415


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"x",
        form(FIELDS)[:-9],
        form(FIELDS, FILE)[:-30],
        form(FIELDS, FILE).removesuffix(f"{BOUNDARY}--\r\n".encode()) + form({"late": "x"}).removeprefix(b"--"),
        form({str(number): "" for number in range(50)}),
        form({"x": ""}).replace(b"form-data", b"x" * 10_000),
    ],
)
async def test_what_ends_early_or_goes_on_is_refused(body: bytes) -> None:
    """Cut within a field or within the file, a field behind the file, too many fields, a header without end."""
    assert await _problem(body) == 400


async def test_a_boundary_without_end_is_refused() -> None:
    assert await _problem(form(FIELDS), f"multipart/form-data; boundary={'x' * 10_000}") == 400


async def test_fields_are_bounded_and_a_file_isn_t_counted_with_them() -> None:
    """How large a file may be is said elsewhere."""
    assert await _problem(form({"note": "x" * FIELDS_BYTES})) == 413
    large = b"%PDF-" + b"x" * 3 * FIELDS_BYTES
    assert (await _read(form(FIELDS, ("a.pdf", large)), [50_000] * 50))[2] == large
