"""Check a department's DOCX template: whether it can be filled, is safe, and is laid out by Decree 30/2020/NĐ-CP."""

from collections.abc import Iterator
from xml.dom.minidom import Document, Element

from services.reports.renderings.placeholders import BODY, LINES, PLACEHOLDERS, style_names
from shared.decree import rules
from shared.decree.faults import Fault, at, gathered
from shared.decree.look import Styles
from shared.decree.package import Damaged, W, children, elements, parse, root_of, unpack, words
from shared.decree.safety import code_left, dangers
from shared.decree.shell import DOCUMENT, PLACEHOLDER, STYLES, alone, text_of
from shared.near import near

# How what stands at each placeholder looks; the body is written in styles, which are looked at as such.
LOOKS = {
    "co_quan_chu_quan": rules.PARENT,
    "co_quan_ban_hanh": rules.ISSUER,
    "so_van_ban": rules.NUMBER,
    "dia_danh_ngay_thang": rules.PLACE,
    "ten_bao_cao": rules.NAME,
    "kinh_gui": rules.ADDRESSEE,
    "noi_nhan": rules.RECEIVERS,
    "chuc_vu_nguoi_ky": rules.SIGNER,
}
# What every paper says; found by its words, whatever their case.
FIXED = {
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM": rules.STATE,
    "Độc lập - Tự do - Hạnh phúc": rules.MOTTO,
    "BÁO CÁO": rules.NAME,
    "Nơi nhận:": rules.RECEIVERS_LABEL,
}
BODY_STYLES = {"Heading1": rules.HEADING, "Heading2": rules.HEADING, "Body": rules.BODY, "Gap": rules.BODY}


def check_template(data: bytes) -> list[Fault]:
    """All that is wrong, each fault once with its places; empty where the template can be used."""
    return gathered(_faults(data))


def _faults(data: bytes) -> list[Fault]:
    try:
        parts = unpack(data)
    except Damaged as error:
        return [
            Fault(
                f"Tệp không đọc được ({error}); hãy mở bằng Word rồi lưu lại thành .docx.",
                f"This file can't be read: {error}.",
            )
        ]
    found = list(dangers(parts))
    try:
        document, styles = parse(parts[DOCUMENT]), Styles(parse(parts[STYLES]))
    except Damaged:
        return found
    if root_of(document).getAttribute("xmlns:w") != W:
        return [
            *found,
            Fault(
                "Tệp không phải là .docx thông thường (Strict Open XML?); hãy lưu lại bằng Word thành “Word Document”.",
                "This is no plain .docx (Strict Open XML?); save it as “Word Document”.",
            ),
        ]
    return [
        *found,
        *_placeholders(document),
        *_styles(styles),
        *_pages(document),
        *_looks(document, styles),
        *_number(parts),
    ]


def _placeholders(document: Document) -> Iterator[Fault]:
    paragraphs = elements(document, "p")
    seen = [name for paragraph in paragraphs for name in PLACEHOLDER.findall(text_of(paragraph))]
    for name, (vi, en) in PLACEHOLDERS.items():
        if name not in seen:
            yield Fault(f"Thiếu chỗ điền {_mark(name)} ({vi}).", f"The placeholder {_mark(name)} is missing ({en}).")
        elif seen.count(name) > 1 and name in (BODY, *LINES):
            yield Fault(
                f"Chỗ điền {_mark(name)} có nhiều hơn một lần.", f"The placeholder {_mark(name)} stands more than once."
            )
    for name in dict.fromkeys(seen):
        if name not in PLACEHOLDERS:
            nearest = _mark(near(name, list(PLACEHOLDERS), most=1, cutoff=0)[0])
            yield Fault(
                f"Chỗ điền {_mark(name[:60])} không có; gần nhất là {nearest}.",
                f"There is no placeholder {_mark(name[:60])}; the nearest is {nearest}.",
            )
    for paragraph in paragraphs:
        if code := code_left(PLACEHOLDER.sub("", text_of(paragraph))):
            yield Fault(
                f"“{code}”: mẫu chỉ có chỗ điền, không có mã lệnh.",
                f"“{code}”: a template has placeholders, and no code.",
            )
    yield from _alone(document, paragraphs)


def _alone(document: Document, paragraphs: list[Element]) -> Iterator[Fault]:
    top = [one for body in elements(document, "body") for one in children(body, "p")]
    for name in (BODY, *LINES):
        for paragraph in paragraphs:
            if name not in PLACEHOLDER.findall(text_of(paragraph)):
                continue
            if not alone(paragraph, name):
                yield Fault(
                    f"Chỗ điền {_mark(name)} phải đứng một mình trong đoạn của nó.",
                    f"The placeholder {_mark(name)} must stand alone in its paragraph.",
                )
            elif name == BODY and paragraph not in top:
                yield Fault(
                    f"Chỗ điền {_mark(name)} không được nằm trong bảng, khung.",
                    f"The placeholder {_mark(name)} must not stand in a table or frame.",
                )


def _styles(styles: Styles) -> Iterator[Fault]:
    for key, name in style_names().items():
        found = styles.id_of(name)
        if found is None:
            yield Fault(f"Thiếu kiểu đoạn (style) “{name}”.", f"The style “{name}” is missing.")
            continue
        place = (f"Kiểu “{name}”", f"Style “{name}”")
        if key in BODY_STYLES:
            yield from at(place, rules.look_faults(BODY_STYLES[key], styles, found, None))
        elif key not in ("Normal", "TableNormal"):
            yield from at(place, rules.font_faults(styles, found, None))
        if key in ("Body", "Gap"):
            yield from at(place, rules.length_faults(styles, found))


def _pages(document: Document) -> Iterator[Fault]:
    body = elements(document, "body")
    sections = [one for each in body for one in children(each, "sectPr")]
    if len(sections) != 1 or len(elements(document, "sectPr")) != 1:
        yield Fault(
            "Mẫu phải có đúng một phần (section); hãy xóa các ngắt phần.",
            "A template has exactly one section; remove the section breaks.",
        )
    for section in sections[-1:]:
        yield from rules.page_faults(section)


def _looks(document: Document, styles: Styles) -> Iterator[Fault]:
    fixed = {words.casefold(): look for words, look in FIXED.items()}
    seen: set[str] = set()
    for paragraph in elements(document, "p"):
        text = text_of(paragraph).strip()
        if not text or BODY in PLACEHOLDER.findall(text):
            continue
        seen.add(text.casefold())
        look = fixed.get(text.casefold()) or next((LOOKS[n] for n in PLACEHOLDER.findall(text) if n in LOOKS), None)
        place = (f"“{text[:60]}”", f"“{text[:60]}”")
        for run in elements(paragraph, "r"):
            if not text_of(run).strip():
                continue
            yield from at(
                place,
                rules.look_faults(look, styles, paragraph, run)
                if look is not None
                else rules.font_faults(styles, paragraph, run),
            )
    for line in FIXED:
        if line.casefold() not in seen:
            yield Fault(f"Thiếu dòng “{line}”.", f"The line “{line}” is missing.")


def _number(parts: dict[str, bytes]) -> Iterator[Fault]:
    styles = Styles(parse(parts[STYLES]))
    for name, part in parts.items():
        if not name.startswith("word/header") or not name.endswith(".xml"):
            continue
        for paragraph in elements(parse(part), "p"):
            if any("PAGE" in words(one).split() for one in elements(paragraph, "instrText")):
                runs = elements(paragraph, "r")
                found = rules.look_faults(rules.PAGE_NUMBER, styles, paragraph, runs[-1])
                yield from at(("Số trang", "Page number"), found)
                return
    yield Fault("Đầu trang thiếu số trang (trường PAGE).", "No page header has a page number (field PAGE).")


def _mark(name: str) -> str:
    return f"{{{{ {name} }}}}"
