"""Pictures of the mails that people get: `python -m tests.pictures [FOLDER]` (out/pictures), to be looked at.

Each specimen is written as `.eml`, `.html`, `.txt`, its files beside it, and, where a Chromium is on PATH, shown at 360
and 800 px, in light and dark.
"""

import html
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.unit.notifier.letters.specimens import SPECIMENS, part, read

WIDTHS = (360, 800)
SCHEMES = ("light", "dark")
TALL = 20_000


def main(folder: Path) -> None:
    """Write everything into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    for name, made in SPECIMENS.items():
        mail = made()
        (folder / f"{name}.eml").write_bytes(mail.body)
        markup = part(mail, "html")
        (folder / f"{name}.html").write_text(markup)
        (folder / f"{name}.txt").write_text(part(mail, "plain"))
        for file in read(mail).iter_attachments():
            (folder / f"{name}-{file.get_filename()}").write_bytes(file.get_payload(decode=True))
        if browser is not None:
            for width in WIDTHS:
                for scheme in SCHEMES:
                    show(browser, markup, folder / f"{name}-{width}-{scheme}.png", width, scheme)
    print(f"{len(SPECIMENS)} mails in {folder}" + ("" if browser else "; no Chromium on PATH, so no pictures"))


def show(browser: str, markup: str, picture: Path, width: int, scheme: str) -> None:
    """A picture of the whole mail. It stands in a frame of that width and scheme: a window can't be so narrow."""
    frame = (
        f'<!DOCTYPE html><meta charset="utf-8"><style>html {{ color-scheme: {scheme} }} body {{ margin: 0 }} '
        f'iframe {{ display: block; width: {width}px; border: 0 }}</style><iframe srcdoc="{html.escape(markup)}" '
        'onload="height = contentDocument.documentElement.scrollHeight; document.body.id = `h${height}`">'
    )
    page = picture.with_suffix(".frame.html")
    page.write_text(frame)
    run = [browser, "--headless", "--no-sandbox", "--hide-scrollbars", "--disable-gpu", page.as_uri()]
    found = re.search(r'<body id="h(\d+)"', _said([*run, f"--window-size={max(width, 500)},600", "--dump-dom"]))
    height = min(int(found[1]), TALL) if found is not None else TALL
    _said([*run, f"--window-size={width},{height}", f"--screenshot={picture}"])
    page.unlink()


def _said(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, check=True, text=True, timeout=60).stdout


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "out/pictures"))
