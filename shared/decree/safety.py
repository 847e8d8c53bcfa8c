"""What a shell must not hold: what runs, what loads, what was inserted but isn't settled. Each is named as a fault."""

import re
from collections.abc import Iterator, Mapping
from xml.dom.minidom import Document

from shared.decree.faults import Fault
from shared.decree.package import CONTENT_TYPES, Damaged, elements, parse, value, words
from shared.decree.shell import DOCUMENT

_RUNS = re.compile(r"vbaProject|vbaData|/embeddings/|/activeX/|/ctrlProps/|oleObject|\.bin$", re.IGNORECASE)
# Page numbers: what Word computes from the paper alone.
_FIELD_WORDS = ("PAGE", "NUMPAGES", "SECTIONPAGES", "\\*", "MERGEFORMAT", "ARABIC")
_ACTIVE = ("altChunk", "object", "control", "subDoc", "attachedTemplate", "mailMerge", "dataBinding")
_TRACKED = ("ins", "del", "moveFrom", "moveTo")
_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|\\")  # a scheme, a host, a share
_CODE = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")


def dangers(parts: Mapping[str, bytes]) -> Iterator[Fault]:
    """Faults of the whole package; the parts that are XML must be parsed by nobody before."""
    for name in parts:
        if _RUNS.search(name):
            yield Fault(
                f"Phần {name}: mẫu không được chứa macro hay đối tượng nhúng; hãy xóa và lưu thành .docx.",
                f"Part {name}: a template holds no macro and no embedded object; remove it and save as .docx.",
            )
    if b"macroEnabled" in parts[CONTENT_TYPES]:
        yield Fault("Tệp có macro (.docm); hãy lưu thành .docx.", "The file bears macros (.docm); save it as .docx.")
    for name, part in parts.items():
        if not name.endswith((".xml", ".rels")):
            continue
        try:
            tree = parse(part)
        except Damaged as error:
            yield Fault(f"Phần {name} bị hỏng ({error}); hãy mở bằng Word rồi lưu lại.", f"Part {name}: {error}.")
            continue
        if name.endswith(".rels"):
            yield from _loads(name, [dict(one.attributes.items()) for one in tree.getElementsByTagName("*")])
            continue
        for tag in _ACTIVE:
            if elements(tree, tag):
                yield Fault(
                    f"Phần {name}: không dùng “{tag}” trong mẫu (nội dung nạp từ nơi khác hoặc tự chạy).",
                    f"Part {name}: a template has no “{tag}” (it loads or runs something).",
                )
        if any(elements(tree, tag) for tag in _TRACKED) and name.startswith("word/"):
            yield Fault(
                f"Phần {name}: còn thay đổi chưa chấp nhận; hãy dùng Review > Accept All Changes.",
                f"Part {name}: tracked changes are left; use Review > Accept All Changes.",
            )
        yield from _fields(name, tree)
        if name not in (DOCUMENT, CONTENT_TYPES) and name.startswith("word/"):
            text = "".join(words(one) for one in elements(tree, "t"))
            if _CODE.search(text):
                yield Fault(
                    f"Phần {name}: chỗ điền chỉ đặt trong thân văn bản, không đặt ở đầu trang, chân trang, chú thích.",
                    f"Part {name}: placeholders belong into the text, not into headers, footers or notes.",
                )


def code_left(text: str) -> str | None:
    """The first piece of template code in a text from which the placeholders were taken; None where there is none."""
    found = _CODE.search(text)
    return text[found.start() : found.start() + 40].strip() if found else None


def _loads(name: str, relations: list[dict[str, str]]) -> Iterator[Fault]:
    for one in relations:
        target = one.get("Target", "")
        if one.get("TargetMode") == "External" and not (
            one.get("Type", "").endswith("/hyperlink") and target.startswith(("https://", "http://", "mailto:"))
        ):
            yield Fault(
                f"Phần {name}: mẫu nạp nội dung từ “{target[:100]}”; hãy chèn thẳng vào tệp.",
                f"Part {name}: the template loads “{target[:100]}” from elsewhere; put it into the file.",
            )
        # Within the file a part is named by its path alone; Word follows a scheme all the same.
        elif ".." in target.split("/")[1:] or _ELSEWHERE.match(target):
            yield Fault(f"Phần {name}: đường dẫn lạ “{target[:100]}”.", f"Part {name}: an odd path “{target[:100]}”.")


def _fields(name: str, tree: Document) -> Iterator[Fault]:
    said = ["".join(words(one) for one in elements(paragraph, "instrText")) for paragraph in elements(tree, "p")]
    said += [value(one, "instr") or "" for one in elements(tree, "fldSimple")]
    for one in said:
        if not all(word in _FIELD_WORDS for word in one.upper().split()):
            yield Fault(
                f"Phần {name}: trường “{one.strip()[:60]}”; mẫu chỉ dùng trường số trang (PAGE).",
                f"Part {name}: field “{one.strip()[:60]}”; a template has page numbers (PAGE) as fields alone.",
            )
