"""Ways of writing that were once missed: each is told, or said to be unknown."""

from __future__ import annotations

from typing import Any

from rewriter.syntax.client import Syntax
from tests.rewriter.trace.completeness import told
from tests.rewriter.trace.harness import ROOT, loaded

GOLDEN = ROOT / "tests" / "golden" / "trace" / "silence"
SHARED = (GOLDEN / "shared.js").read_text("utf-8").strip()


def cases_of(name: str) -> dict[str, tuple[str, str]]:
    """Programs by what they show, with what is expected of each."""
    found: dict[str, tuple[str, str]] = {}
    for part in (GOLDEN / f"{name}.js").read_text("utf-8").split("\n//// ")[1:]:
        title, text = part.split("\n", 1)
        what, _, expected = title.partition(" -> ")
        found[what] = (text, expected)
    return found


WRITTEN, UNKNOWN, SILENT = map(cases_of, ("written", "unknown", "silent"))


def said(
    syntax: Syntax, cases: dict[str, tuple[str, str]]
) -> dict[str, dict[str, Any]]:
    """What the tracer said of each case while its function ``f`` ran."""
    texts = [f"{SHARED} {text}\n(() => f())()" for text, _ in cases.values()]
    answers = told("run_effects.js", [loaded(syntax, text).text for text in texts])
    for name, answer in zip(cases, answers, strict=True):
        assert answer["faults"] == 0, (name, answer["fault"])
        assert not any("uncaught" in line for line in answer["logged"]), (name, answer)
    return dict(zip(cases, answers, strict=True))


def test_what_is_written_is_told(syntax: Syntax):
    answers = said(syntax, WRITTEN)
    for name, (_, path) in WRITTEN.items():
        heard = [event[1:] for event in answers[name]["told"]]
        assert ["write", path] in heard, (name, heard)


def test_what_cannot_be_seen_is_unknown(syntax: Syntax):
    answers = said(syntax, UNKNOWN)
    for name, (_, what) in UNKNOWN.items():
        heard = [event[1:] for event in answers[name]["told"]]
        assert any(e[0] == "unknown" and what in e[1] for e in heard), (name, heard)


def test_what_nobody_else_can_see_is_not_told(syntax: Syntax):
    for name, answer in said(syntax, SILENT).items():
        heard = [event[1:] for event in answer["told"]]
        assert not [event for event in heard if event[0] != "read"], (name, heard)


def test_a_run_that_is_not_observed_is_unknown_to_its_caller(syntax: Syntax):
    text = f"{SHARED} function g() {{ k.p = 1; return k.o }} "
    text += "function f() { g().n = 1 } f()"
    gated = (text.index("function g"),)
    (answer,) = told("run_effects.js", [loaded(syntax, text).text], gated=gated)
    heard = [event[1:] for event in answer["told"]]
    assert ["unknown", "a run that was not observed"] in heard
    assert ["write", "g().n"] in heard


def test_looking_calls_no_code_of_the_app(syntax: Syntax):
    text = (GOLDEN / "looking.js").read_text("utf-8")
    (answer,) = told("run_effects.js", [loaded(syntax, f"{SHARED}\n{text}").text])
    assert answer["logged"] == [""], answer["logged"]
    assert answer["faults"] == 0, answer["fault"]


def test_a_cell_has_the_same_name_in_every_run(syntax: Syntax):
    runs = [(0, 0), (2, 20_000), (5, 10)]
    steady = (GOLDEN / "steady.js").read_text("utf-8")
    texts = [
        steady.replace("PACE", f"{pace:5}").replace("SIZE", f"{size:5}")
        for pace, size in runs
    ]
    made = [loaded(syntax, text).text for text in texts]
    answers = told("run_effects.js", made)
    cells = [{*answer["cells"]} for answer in answers]
    effects = [{(*event,) for event in answer["told"]} for answer in answers]
    print(f"{[len(names) for names in cells]} cells in {len(runs)} runs")
    assert len(cells[0]) > 25
    assert cells[0] == cells[1] == cells[2]
    assert effects[0] == effects[1] == effects[2]
