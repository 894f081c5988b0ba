"""The script table."""

from __future__ import annotations

import hashlib
from pathlib import Path

from agent.scripts import Scripts


def event(id_: str, url: str, **more) -> dict:
    return {"scriptId": id_, "url": url, "embedderName": url, "length": 3, **more}


def test_numbers_are_given_once_and_node_has_none():
    scripts = Scripts()
    told = [event("1", "node:fs"), event("5", "file:///a.js"), event("6", "")]
    scripts.learn(told)
    scripts.learn(told)
    assert scripts.internal() == ["1"]
    assert scripts.number("5") == 1
    assert scripts.number("1") == scripts.number("unknown") == 0
    assert scripts.number("6") == 2
    assert [script.kind for script in scripts.facts()] == ["commonjs", "eval"]


def test_a_twin_is_its_originals_script():
    scripts = Scripts()
    scripts.learn([event("5", "/x/a.js")])
    scripts.learn([{"scriptId": "9", "url": "/x/a.js", "hasSourceURL": True}])
    assert scripts.number("9") == scripts.number("5") == 1


def test_a_file_whose_types_were_stripped_is_no_eval(tmp_path: Path):
    file = tmp_path / "a.ts"
    file.write_text("let a: number = 1")
    scripts = Scripts()
    stripped = {"hasSourceURL": True, "isModule": True, "hash": "ab"}
    scripts.learn([event("1", file.as_uri(), **stripped)])
    assert scripts.text(1, lambda _: "let a         = 1") == "let a         = 1"
    (fact,) = scripts.facts()
    assert (fact.kind, fact.path) == ("module", str(file))
    assert fact.text == "let a         = 1"


def test_a_text_comes_from_its_file_only_if_it_is_the_same(tmp_path: Path):
    file = tmp_path / "a.js"
    file.write_text("\ufeffvar ä = 1", "utf-8")
    good = hashlib.sha256(file.read_bytes()).hexdigest()
    scripts = Scripts()
    scripts.learn([event("1", file.as_uri(), hash=good)])
    scripts.learn([event("2", str(tmp_path / "b.js"), hash=good)])
    assert scripts.text(1, lambda _: "fetched") == "\ufeffvar ä = 1"
    assert scripts.text(2, lambda _: "fetched") == "fetched"
    assert scripts.known(1)


def test_a_changed_file_is_not_trusted(tmp_path: Path):
    file = tmp_path / "a.js"
    file.write_text("old")
    scripts = Scripts()
    sha = hashlib.sha256(b"old").hexdigest()
    scripts.learn([event("1", file.as_uri(), hash=sha)])
    file.write_text("new")
    assert not scripts.known(1)
    assert scripts.text(1, lambda _: "old") == "old"


def test_hostile_urls_are_data():
    scripts = Scripts()
    scripts.learn([event("1", "file:///a%00b"), event("2", "../../etc/passwd")])
    assert [script.path for script in scripts.facts()] == [None, None]


def test_urls_and_paths_find_the_same_script():
    scripts = Scripts()
    scripts.learn([event("1", "file:///x/a.js")])
    assert scripts.number_of_url("/x/a.js") == 1
    assert scripts.number_of_url("file:///x/a.js") == 1
    assert scripts.number_of_url("/x/b.js") == 0
