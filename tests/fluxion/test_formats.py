"""The table of formats leads to code, and names tell them apart."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from fluxion.formats import (
    FORMATS,
    HEAP,
    NAMES,
    OF_CPU,
    OF_HEAP,
    PROFILES,
    by_ending,
    named,
)
from tests.conftest import ROOT


@pytest.mark.parametrize("one", FORMATS, ids=lambda one: one.name)
def test_every_format_leads_to_a_function(one):
    module, _, function = one.function.partition(":")
    assert callable(getattr(importlib.import_module(module), function))
    assert named(one.name) is one


def test_no_ending_is_of_two_formats():
    endings = [ending for one in FORMATS for ending in one.endings]
    assert len(set(endings)) == len(endings)
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        *((f"x{ending}", one.name) for one in FORMATS for ending in one.endings),
        ("X.CPUPROFILE", "cpuprofile"),
        ("my.trace.json", "trace"),
        ("a.jsonl", "ndjson"),
        ("a.otlp.jsonl", "otlp"),
    ],
)
def test_a_files_name_tells_its_format(name, wanted):
    found = by_ending(Path("folder.dot") / name)
    assert found is not None
    assert found.name == wanted


@pytest.mark.parametrize("name", ["x", "x.json", "x.txt", "cpuprofile", "-"])
def test_other_names_tell_nothing(name):
    assert by_ending(Path(name)) is None


def test_the_page_has_every_format():
    page = (ROOT / "docs/exports.md").read_text("utf-8")
    for one in FORMATS:
        assert f"| `{one.name}` " in page
        assert f"`{one.endings[0]}`" in page


def test_the_page_of_profiles_has_every_format_of_theirs():
    page = (ROOT / "docs/profile.md").read_text("utf-8")
    assert {*OF_CPU, *OF_HEAP} == {*(named(name) for name in PROFILES)}
    for one in (*OF_CPU, HEAP):
        assert f"| `{one.name}` " in page
        assert f"`{one.endings[0]}`" in page


def test_a_format_is_sought_among_those_that_fit():
    assert by_ending(Path("x.heapprofile")) is None
    assert by_ending(Path("x.heapprofile"), OF_HEAP) is HEAP
    assert by_ending(Path("x.cpuprofile"), OF_HEAP) is None
    assert named("heapprofile", OF_CPU) is None
    assert named("pprof", OF_HEAP) is named("pprof")
