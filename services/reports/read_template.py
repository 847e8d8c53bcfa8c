"""The department's template of the report, read and checked when the service starts."""

from pathlib import Path

from services.reports.check_template import check_template
from shared.settings import SettingsError

# A letterhead, even with a picture in it, is far smaller.
MOST_BYTES = 10_000_000


def read_template(file: Path | None) -> bytes | None:
    """Its bytes; None where none is set. Raises SettingsError that says every fault."""
    if file is None:
        return None
    try:
        data = file.read_bytes() if file.stat().st_size <= MOST_BYTES else b""
    except OSError as error:
        raise SettingsError(f"DONDOC_REPORT_TEMPLATE={file} can't be read: {error.strerror}") from None
    if faults := check_template(data):
        said = " ".join(fault.en for fault in faults)
        raise SettingsError(f"DONDOC_REPORT_TEMPLATE={file} can't be used: {said} See `dondoc report template check`")
    return data
