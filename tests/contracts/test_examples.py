"""The examples are what the documents show, need what they say, and use the subjects of the contract."""

import ast
import re
import sys

import pytest

from tests.contracts.documents import document
from tests.contracts.test_guides import ENGLISH, VIETNAMESE
from tests.harness.tree import ROOT

FOLDER = ROOT / "docs" / "examples"
TEXTS = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir() if path.is_file()}
FIRST = (ROOT / "README.md").read_text(encoding="utf-8").split("### Post the first event\n", 1)[1]


@pytest.mark.parametrize(("kind", "name"), [("python", "post.py"), ("json", "event.json")])
def test_the_readme_shows_the_file(kind: str, name: str) -> None:
    """Who copies from the page and who copies the file have the same."""
    assert FIRST.split(f"```{kind}\n", 1)[1].split("```", 1)[0] == TEXTS[name]


@pytest.mark.parametrize("guide", [ENGLISH, VIETNAMESE], ids=["en", "vi"])
def test_a_guide_shows_lines_of_the_program_and_links_to_each(guide: str) -> None:
    (shown,) = re.findall(r"```js\n(.*?)```", guide, re.DOTALL)
    program = [line.strip() for line in TEXTS["post.mjs"].splitlines()]
    assert [line for line in shown.splitlines() if line.strip() not in program] == []
    assert set(re.findall(r"\]\(examples/([^)]+)\)", guide)) == set(TEXTS)


def test_in_python_it_needs_nats_py_and_no_code_of_ours() -> None:
    tree = ast.parse(TEXTS["post.py"])
    modules = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    modules |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert modules - set(sys.stdlib_module_names) == {"nats"}


def test_in_javascript_it_needs_the_official_client_and_sdk() -> None:
    modules = set(re.findall(r'from "([^"]+)"', TEXTS["post.mjs"]))
    assert {name for name in modules if not name.startswith("node:")} == {"@nats-io/transport-node", "cloudevents"}


@pytest.mark.parametrize("name", ["post.py", "post.mjs"])
def test_what_it_says_to_the_server_stands_in_the_contract(name: str) -> None:
    """Where to post, where receipts come, and the inbox prefix: who has the AsyncAPI document alone writes the same."""
    asyncapi, text = document("asyncapi.json"), TEXTS[name].replace("${", "{")
    addresses = {key: one["address"] for key, one in asyncapi["channels"].items()}
    assert addresses["outputSubmitted"] in text
    assert addresses["receipts"].replace("{outcome}", "*") in text
    prefix = re.search(
        r"inbox prefix to `(\S+)AGENCY`", asyncapi["components"]["securitySchemes"]["nkey"]["description"]
    )
    assert prefix is not None
    assert f"{prefix[1]}{{agency}}" in text
