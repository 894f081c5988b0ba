"""What the documents promise about files and exit codes is so."""

from __future__ import annotations

import re

import pytest

from store.errors import FluxionError
from tests.conftest import ROOT

DOCUMENTS = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]

PLACES = {path.name for path in ROOT.iterdir() if path.is_dir()}


@pytest.mark.parametrize(
    "document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT))
)
def test_every_link_leads_somewhere(document):
    links = re.findall(r"\]\(([^)#\s]+)", document.read_text("utf-8"))
    local = [link for link in links if "://" not in link]
    assert [link for link in local if not (document.parent / link).exists()] == []


@pytest.mark.parametrize(
    "document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT))
)
def test_every_file_that_is_named_exists(document):
    text = document.read_text("utf-8")
    named = re.findall(r"`((?:[\w.-]+/)+[\w.-]*)`", text)
    ours = [name for name in named if name.split("/")[0] in PLACES]
    assert [name for name in ours if not (ROOT / name).exists()] == []


def test_every_decision_is_one_page():
    for decision in (ROOT / "docs/design").glob("*.md"):
        assert re.fullmatch(r"\d{4}-[a-z-]+\.md", decision.name)
        assert len(decision.read_text("utf-8").split()) < 400, decision


def test_the_table_of_exit_codes_holds_every_failure():
    readme = (ROOT / "README.md").read_text("utf-8")
    rows = re.findall(r"^\| (\d+) +\|", readme, re.MULTILINE)
    raised = {failure.exit_code for failure in below(FluxionError)}
    assert raised | {0, 130} == {int(row) for row in rows}


def test_the_documents_name_real_make_targets():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    for document in DOCUMENTS:
        named = set(re.findall(r"`make ([a-z]+)", document.read_text("utf-8")))
        assert named <= targets, document


def below(failure: type[FluxionError]) -> list[type[FluxionError]]:
    found = [failure]
    for child in failure.__subclasses__():
        found += below(child)
    return found
