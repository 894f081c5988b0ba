"""The table of verbs leads to code that is there."""

from __future__ import annotations

import importlib

import pytest

from fluxion.verbs import VERBS
from tests.conftest import ROOT


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_every_verb_leads_to_a_function(verb):
    module, _, name = verb.run.partition(":")
    assert callable(getattr(importlib.import_module(module), name))


def test_every_verb_of_the_readme_exists():
    text = (ROOT / "README.md").read_text()
    names = {verb.name for verb in VERBS}
    lines = [line for line in text.splitlines() if line.startswith("fluxion ")]
    assert lines
    assert {line.split()[1] for line in lines} <= names
