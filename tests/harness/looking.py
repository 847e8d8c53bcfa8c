"""Pages looked at in a real browser, by `tests/node/look_at_pages.mjs`: what axe finds, how wide they are, what a
keyboard reaches.

`DONDOC_SHOTS=FOLDER` leaves a picture of each page, at each width, light and dark, for who wants to look.
"""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.harness.node import PACKAGES, node

SCHEMES = ("light", "dark")
# On a machine that is busy with other tests.
START_SECONDS, LOOK_SECONDS = 40, 3


def look(
    pages: Sequence[dict[str, Any]],
    widths: Sequence[int],
    folder: Path,
    enter: str | None = None,
    cookies: Sequence[dict[str, str]] = (),
) -> list[dict[str, Any]]:
    """What is to be said of each page, by name, scheme and width; `enter` is an address that is opened first, for the
    cookie that it sets; `cookies` are there from the beginning. `folder` has a short path: the browser unpacks itself
    there, and a long one is none for its sockets."""
    shots = os.environ.get("DONDOC_SHOTS")
    if shots:
        Path(shots).mkdir(parents=True, exist_ok=True)
    given = {"pages": pages, "widths": widths, "schemes": SCHEMES, "shots": shots, "enter": enter, "cookies": cookies}
    ran = node(
        PACKAGES / "look_at_pages.mjs",
        given=json.dumps(given),
        environ={"TMPDIR": str(folder)},
        within=START_SECONDS + LOOK_SECONDS * len(pages) * len(widths) * len(SCHEMES),
    )
    assert ran.returncode == 0, ran.stderr
    looked: list[dict[str, Any]] = json.loads(ran.stdout)["pages"]
    named = {(page["name"], scheme, width) for page in pages for scheme in SCHEMES for width in widths}
    assert {(one["name"], one["scheme"], one["width"]) for one in looked} == named
    return looked
