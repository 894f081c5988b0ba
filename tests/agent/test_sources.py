"""Texts of scripts, and what a walk found as a place in them."""

from __future__ import annotations

from tests.agent.live import APP, attached, named

EVALS = """
const made = ['one', 'two', 'three'].map(
  (word) => eval(`(function ${word}(q, s) { s.end("${word}"); })`));
made.forEach((each) => routes.set('/' + each.name, each));
"""


def test_a_source_without_a_file(start_app, syntax):
    process, _ = start_app(
        APP + "routes.set('/eval', eval('(function made(q, s) { s.end(`ok`) })'));"
    )
    with attached(process.pid, syntax) as (observed, _):
        made = [one for one in observed.walk() if one.name == "made"]
        assert "function made" in observed.source(made[0].script)
        facts = {one.number: one for one in observed.scripts()}
        assert facts[made[0].script].kind == "eval"


def test_texts_that_no_file_holds_are_asked_for_together(start_app):
    process, _ = start_app(APP + EVALS)
    with attached(process.pid) as (observed, _):
        made = [one for one in observed.walk() if one.name in {"one", "two", "three"}]
        before = {step.name: step.count for step in observed.steps()}
        observed._sources.fetch(one.script for one in made)
        after = {step.name: step.count for step in observed.steps()}
        texts = {observed.source(one.script) for one in made}
        again = {step.name: step.count for step in observed.steps()}
    assert len(texts) == 3
    assert after["Debugger.enable"] == before["Debugger.enable"] + 1
    assert again == after


def test_what_was_found_stands_where_its_text_has_it(start_app, tmp_path):
    process, _ = start_app()
    text = (tmp_path / "app.js").read_text("utf-8")
    with attached(process.pid) as (observed, _):
        greet, *_ = named(observed.walk(), "greet")
        assert text[greet.offset :].startswith("(req, res) {")
        assert text[: greet.offset].endswith("return function greet")
        assert greet.process == observed.process.number
        assert observed.source(greet.script) == text
