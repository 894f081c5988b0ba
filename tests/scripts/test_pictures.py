"""The pictures in the documents are drawn from a real run."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from scripts import pictures
from tests.conftest import ROOT


def words(text: str) -> str:
    """Everything that a picture says."""
    said = " ".join(ET.fromstring(text).itertext())
    return said.replace("\xa0", " ")


def kept(name: str) -> str:
    return (pictures.FOLDER / f"{name}.svg").read_text("utf-8")


def test_the_picture_of_top_is_what_a_run_gives():
    for found in (pictures.top(reports=3), kept("top")):
        said = words(found)
        assert "writeTextToImages  routes.js:23:1" in said
        assert "busy, late" in said
        assert " server.js  (pid " in said, "no path of this machine"


def test_the_picture_of_the_report_is_what_a_run_gives():
    drawn = pictures.report(seconds=16)
    if "blocks the loop for" not in words(drawn):  # a busy machine ran too little
        drawn = pictures.report(seconds=45)
    for found in (drawn, kept("report")):
        said = words(found)
        assert "writeTextToImages  routes.js:23:1  blocks the loop for " in said
        assert "runs for app.post('/image/text'" in said
        assert "next: fluxion plan app.db" in said
        assert "/home/you/gif-chat/server.js" in said, "no path of this machine"
        assert "url(http" not in found.replace('"', ""), "no network"


def test_the_pictures_are_in_the_documents():
    for name in ("top", "report"):
        picture = f"(docs/pictures/{name}.svg)"
        assert picture in (ROOT / "README.md").read_text("utf-8")
    assert "(pictures/top.svg)" in (ROOT / "docs/top.md").read_text("utf-8")


def test_they_are_small():
    for picture in pictures.FOLDER.iterdir():
        assert picture.stat().st_size < 60_000
