"""Every condition of a cut, by programs that break it; what may move stays right."""

from __future__ import annotations

from pathlib import Path

import pytest

from rewriter.emit import emit
from store.facts import After
from tests.rewriter.programs import CASES, Case
from tests.rewriter.runtime.apps import run
from tests.rewriter.worlds import World

MARKS = ("function heavy", "function * gen", "(n) { return this")


def seen(case: Case, syntax, folder: str = "") -> World:
    """Return the world of a program whose heavy function holds all the CPU."""
    files = {folder + path: text for path, text in case.files.items()}
    world = World(files, syntax)
    entry = folder + case.entry
    text = files[entry]
    hot = "async function hot" if "async function hot" in text else "function hot"
    if "function hot" not in text:
        hot = "() => {"
    world.callback(entry, hot)
    chain = [(entry, hot)]
    if "function mid" in text:
        chain.append((entry, "function mid"))
    for path, source in files.items():
        chain += [(path, mark) for mark in MARKS if mark in source][:1]
    world.spine(*chain)
    return world


@pytest.mark.parametrize(
    "case", CASES, ids=lambda case: f"{case.condition}: {case.name}"
)
def test_condition(case: Case, syntax) -> None:
    plan = seen(case, syntax).plan()
    if case.expected.startswith("FX"):
        assert not plan.fluxions, plan.fluxions[0].cut
        refusal = plan.stays[0].refusal
        assert refusal.code.startswith(case.expected), refusal
        assert refusal.evidence
    else:
        assert [f.shape for f in plan.fluxions] == [case.expected], plan.stays


MOVED = [case for case in CASES if not case.expected.startswith("FX")]


def written(world: World, folder: Path) -> Path:
    """Write a world and its build; return the loader."""
    for path, text in world.files.items():
        Path(path).write_text(text)
    files = emit(world.plan(), world.recording, world.texts, world.syntax)
    for name, content in files.items():
        place = folder / "build" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder / "build" / "loader.cjs"


@pytest.mark.parametrize("case", MOVED, ids=lambda case: case.name)
def test_what_may_move_prints_the_same(case: Case, syntax, tmp_path, node) -> None:
    (tmp_path / "app").mkdir()
    if "process.exit" not in case.files[case.entry]:
        world = seen(case, syntax, str(tmp_path))
        loader = written(world, tmp_path)
        entry = tmp_path / case.entry.removeprefix("/")
        plain = run(node, entry)
        compiled = run(node, entry, "-r", str(loader))
        assert compiled.stdout == plain.stdout, compiled.stderr
        assert compiled.code == plain.code == 0, compiled.stderr


def test_another_callback_that_follows_on_the_stack_forbids_it(world) -> None:
    made = world(
        "const heavy = n => n\n"
        "setTimeout(function hot () { const v = heavy(5); console.log(v) }, 1)\n"
        "setTimeout(function then () { console.log(2) }, 1)"
    )
    hot = made.callback("/app/a.js", "function hot")
    then = made.function("/app/a.js", "function then").ref
    made.spine(("/app/a.js", "function hot"), ("/app/a.js", "n => n"))
    assert made.moved().shape == "call"
    made.see(afters=(After(hot, then, 3),))
    assert made.stay().refusal.code == "FX052"


def test_a_second_listener_forbids_it(world) -> None:
    text = (
        "const heavy = n => n\nconst s = require('http').createServer()\n"
        "s.on('request', function hot (req, res) { res.end(String(heavy(5))) })\n"
    )
    made = world(text)
    marks = ("/app/a.js", "function hot"), ("/app/a.js", "n => n")
    made.callback("/app/a.js", "function hot", handed="s.on('request'")
    made.spine(*marks)
    assert made.moved().cut.sole_listener == "request"
    assert set(made.moved().cut.holds) == {"req", "res"}
    made = world(text + "s.on('request', (q, r) => console.log(r.statusCode))\n")
    made.callback("/app/a.js", "function hot", handed="s.on('request', function")
    made.spine(*marks)
    assert made.stay().refusal.code == "FX053"
