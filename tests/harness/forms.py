"""Forms as browsers send them."""

from collections.abc import Mapping

BOUNDARY = "----sample"
FORM = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}


def form(fields: Mapping[str, str], file: tuple[str, bytes] | None = None, name: str = "evidence") -> bytes:
    """The body of a form as browsers write it; the file comes last."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
        for field, value in fields.items()
    ]
    if file is not None:
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="{file[0]}"\r\n'
        parts.append(f"{head}Content-Type: application/octet-stream\r\n\r\n".encode() + file[1] + b"\r\n")
    return b"".join((*parts, f"--{BOUNDARY}--\r\n".encode()))
