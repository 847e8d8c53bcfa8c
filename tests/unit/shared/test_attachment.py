"""A posted name becomes one that a header can carry and a desktop can keep."""

import re
from email.message import EmailMessage
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.attachment import ENDINGS, content_disposition
from shared.contracts.evidence import FileType


def _whole(header: str) -> str:
    return unquote(header.partition("filename*=UTF-8''")[2])


@pytest.mark.parametrize(
    ("name", "kind", "saved", "plain"),
    [
        ("phong-su.mp4", FileType.MP4, "phong-su.mp4", "phong-su.mp4"),
        ("Phóng sự Đà Nẵng.MP4", FileType.MP4, "Phóng sự Đà Nẵng.MP4", "Phong su Da Nang.MP4"),
        ("ảnh.jpeg", FileType.JPEG, "ảnh.jpeg", "anh.jpeg"),
        ("bao-cao.exe", FileType.PDF, "bao-cao.exe.pdf", "bao-cao.exe.pdf"),
        ("pdf", FileType.PDF, "pdf.pdf", "pdf.pdf"),
        ("../../etc/passwd", FileType.PNG, "_.._etc_passwd.png", "_.._etc_passwd.png"),
        ("C:\\x.png", FileType.PNG, "C__x.png", "C__x.png"),
        ('a"; filename="b.html', FileType.PDF, "a__ filename=_b.html.pdf", "a__ filename=_b.html.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", FileType.PDF, "a__Set-Cookie_ x=1.pdf", "a__Set-Cookie_ x=1.pdf"),
        ("%2e%2e%2fx.pdf", FileType.PDF, "_2e_2e_2fx.pdf", "_2e_2e_2fx.pdf"),
        ("gnp\u202e.pdf", FileType.PDF, "gnp_.pdf", "gnp_.pdf"),
        ("...", FileType.WAV, "file.wav", "file.wav"),
        ("表.webm", FileType.WEBM, "表.webm", "_.webm"),
    ],
)
def test_names(name: str, kind: FileType, saved: str, plain: str) -> None:
    """Whole for whoever reads RFC 8187, without diacritics for the others; never a path, and it ends as it is."""
    header = content_disposition(name, kind)
    assert _whole(header) == saved
    assert header.startswith(f'attachment; filename="{plain}";')


@given(st.text(max_size=60), st.sampled_from(FileType))
def test_no_name_breaks_the_header(name: str, kind: FileType) -> None:
    """One line of printable ASCII, two parameters, as a parser of others reads it."""
    header = content_disposition(name, kind)
    assert re.fullmatch(r"attachment; filename=\"[ !#-$&-~]*\"; filename\*=UTF-8''[A-Za-z0-9%._~-]+", header)
    message = EmailMessage()
    message["Content-Disposition"] = header
    saved = _whole(header)
    assert message.get_content_disposition() == "attachment"
    assert saved.rpartition(".")[2].lower() in ENDINGS[kind]
    assert not set(saved) & set('/\\:"\r\n\x00')
    assert not saved.startswith(".")
