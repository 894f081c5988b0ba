"""The pictures in the documents are drawn from a real run."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from scripts import pictures
from tests.conftest import ROOT


def words(text: str) -> str:
    """Everything that a picture says."""
    said = " ".join(ET.fromstring(text).itertext())
    return said.replace("\xa0", " ")


def test_the_picture_is_what_a_run_gives():
    text = pictures.top(reports=3)
    for found in (text, pictures.PICTURE.read_text("utf-8")):
        said = words(found)
        assert "writeTextToImages  routes.js:23:1" in said
        assert "busy, late" in said
        assert " server.js  (pid " in said, "no path of this machine"


def test_the_picture_is_in_the_documents():
    name = str(pictures.PICTURE.relative_to(ROOT))
    assert f"({name})" in (ROOT / "README.md").read_text("utf-8")
    assert "(pictures/top.svg)" in (ROOT / "docs/top.md").read_text("utf-8")


def test_it_is_small():
    assert pictures.PICTURE.stat().st_size < 60_000
