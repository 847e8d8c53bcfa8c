"""The department's template is checked before the service answers with it; and commands that make one and check it."""

from io import BytesIO
from pathlib import Path

import docx
import pytest
from click.testing import CliRunner

from deploy.commands.report import command
from services.reports.read_template import MOST_BYTES, read_template
from services.reports.renderings.formats import renders
from services.reports.renderings.placeholders import PLACEHOLDERS, builtin_template
from shared.settings import SettingsError
from tests.unit.reports.sample import sample_report
from tests.unit.reports.templates import edited


def test_none_is_ours() -> None:
    """Where nothing is set, the built-in template is used."""
    assert read_template(None) is None


def test_a_good_template_is_what_the_report_is_made_in(tmp_path: Path) -> None:
    """The department's words stand in the DOCX; other formats don't change."""
    file = tmp_path / "mau.docx"
    file.write_bytes(edited("[Họ và tên]", "Nguyễn Văn Mẫu"))
    made = renders(read_template(file))
    document = docx.Document(BytesIO(made["docx"](sample_report())))
    assert "Nguyễn Văn Mẫu" in "".join(cell.text for table in document.tables for cell in table._cells)
    assert made["html"](sample_report()) == renders(None)["html"](sample_report())


@pytest.mark.parametrize("data", [b"", b"no zip", edited("{{ noi_dung }}", "x"), b"0" * (MOST_BYTES + 1)])
def test_a_bad_template_stops_the_start(tmp_path: Path, data: bytes) -> None:
    """Whoever starts the service reads which file, what is wrong, and how to look at it."""
    file = tmp_path / "mau.docx"
    file.write_bytes(data)
    with pytest.raises(SettingsError, match=r"DONDOC_REPORT_TEMPLATE=.*mau\.docx can't be used: .*template check"):
        read_template(file)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    """With its name and the reason."""
    with pytest.raises(SettingsError, match=r"khong\.docx can't be read: No such file"):
        read_template(tmp_path / "khong.docx")


def test_a_saved_template_passes_its_check_and_is_never_overwritten(tmp_path: Path) -> None:
    """`save` explains every placeholder; a file that is there stays as it is; `check` says how to use it."""
    file = str(tmp_path / "mau.docx")
    run = CliRunner()
    saved = run.invoke(command, ["template", "save", file])
    assert saved.exit_code == 0
    assert all(f"{{{{ {name} }}}}" in saved.output for name in PLACEHOLDERS)
    assert Path(file).read_bytes() == builtin_template()
    assert run.invoke(command, ["template", "save", file]).exit_code == 1
    checked = run.invoke(command, ["template", "check", file])
    assert checked.exit_code == 0
    assert f"DONDOC_REPORT_TEMPLATE={file}" in checked.output


def test_check_says_each_fault_in_both_languages(tmp_path: Path) -> None:
    """And ends with an error, so that a script notices."""
    file = tmp_path / "mau.docx"
    file.write_bytes(edited("{{ kinh_gui }}", "x"))
    checked = CliRunner().invoke(command, ["template", "check", str(file)])
    assert checked.exit_code == 1
    assert "Thiếu chỗ điền {{ kinh_gui }} (nơi được báo cáo)." in checked.output
    assert "The placeholder {{ kinh_gui }} is missing (to whom it goes)." in checked.output


def test_the_plan_comes_first_as_ever() -> None:
    """`dondoc report PLAN` needs no name of a command, and says what is wrong with its options."""
    found = CliRunner().invoke(command, ["qngai-cchc-2023", "--format", "odt", "-o", "x"])
    assert found.exit_code == 2
    assert "'odt' is not one of" in found.output
