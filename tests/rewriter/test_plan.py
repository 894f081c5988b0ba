"""Whole plans: the example app, two servers from npm, and the twelve traps."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from rewriter.plan import Policy
from store.facts import Activation, Cost, FunctionRef, Loss, StackFrame
from tests.rewriter.runtime.apps import run
from tests.rewriter.test_cuts import written
from tests.rewriter.worlds import EVENT_FRAME, World

ROOT = Path(__file__).parents[2]
GIF = ROOT / "examples/gif-chat"
BWIP = ROOT / "tests/apps/node_modules/bwip-js"
JSON_SERVER = ROOT / "tests/apps/node_modules/json-server"
TRAPS = ROOT / "tests/traps"

# The callback, how it was handed over, the calls above it, the functions that hold the
# CPU, and what the plan says: a shape, or a code and a word of its evidence.
FOLLOWED = {
    # (f) a second listener runs on the same stack
    "01": ("function hot", "s.on('request', function hot", [], ["n =>"], "FX053", ""),
    # (f) the caller's clause is kept
    "02": ("function hot", "", ["fn(x)", "handler(55"], ["n =>@@0"], "call", ""),
    # (e) reads and writes `busy` and `total` around the call
    "03": ("function hot", "", [], ["() =>@@0"], "FX041", "busy"),
    # (c) `render` closes over a counter and macros, and nothing at the top names it
    "04": ("async function hot", "", [], ["(src) {"], "FX021", "04_"),
    # (b) the listener itself reads and writes `db`
    "05": ("(req, res) => {", "http.createServer((req", [], [], "FX020", "db"),
    # moves: main hands the lazy value over itself, in the remainder
    "06": ("function hot", "http.createServer(fun", [], ["() =>@@0"], "call", ""),
    # moves: values that a message cannot carry make the call stay, at run time
    "07": ("function hot", "", [], ["function heavy"], "call", ""),
    # (d) the receiver `e` is written
    "08": ("function hot", "", [], ["(opts) {"], "FX018", "08_"),
    # moves: at `handler(q)`, inside of the clause that catches
    "09": (
        "function hot",
        "",
        [],
        ["function route", "function handler", "q =>@@0"],
        "call",
        "",
    ),
    # (i) moves and holds the socket
    "10": ("function hot", "http.createServer(fun", [], ["n =>@@0"], "call", ""),
    # (a, b) `db` was made by chance while loading
    "11": ("function hot", "", [], ["q =>@@0"], "FX020", "db"),
    # (e) moves: the remainder reads the live lists, after the call
    "12": ("() => frame(k", "", [], ["function frame", "() =>@@0"], "call", ""),
}


def trap(number: str, folder: Path, syntax) -> World:
    """Return the world of a trap, copied to a folder."""
    source = next(TRAPS.glob(f"{number}_*.js"))
    path = str(folder / source.name)
    shutil.copy(source, path)
    hot, handed, calls, chain, _, _ = FOLLOWED[number]
    made = World({path: source.read_text()}, syntax)
    frames = tuple(made.frame(path, call) for call in calls)
    last = (
        (EVENT_FRAME,) if handed else (StackFrame("x", "node:internal/timers", 1, 1),)
    )
    made.callback(path, hot, handed=handed, stack=frames + last)
    made.spine(*((path, mark) for mark in [hot, *chain]))
    return made


@pytest.mark.parametrize("number", FOLLOWED)
def test_each_trap_is_refused_for_its_reason_or_moves(number, syntax, tmp_path) -> None:
    made = trap(number, tmp_path, syntax)
    *_, expected, evidence = FOLLOWED[number]
    plan = made.plan()
    if expected.startswith("FX"):
        assert not plan.fluxions
        assert plan.stays[0].refusal.code == expected, plan.stays[0].refusal
        assert any(evidence in text for text in plan.stays[0].refusal.evidence)
    else:
        assert [f.shape for f in plan.fluxions] == [expected], plan.stays


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("number", [n for n, f in FOLLOWED.items() if f[4] == "call"])
def test_a_trap_that_moves_prints_the_same(
    number, workers, syntax, tmp_path, node
) -> None:
    made = trap(number, tmp_path, syntax)
    loader = written(made, tmp_path)
    app = Path(next(iter(made.files)))
    expected = app.read_text().rstrip().split("expected output: ")[1]
    ran = run(node, app, "-r", str(loader), env={"FLUXION_WORKERS": workers})
    assert ran.stdout.strip() == expected.replace(" / ", "\n"), ran.stderr


def loaded(app: Path, script: str) -> dict[str, str]:
    """Return the texts of everything that an app loads, by path, its files first."""
    code = (
        f"process.env.PORT = '0'; {script};"
        "setTimeout(() => { console.log('@@' + JSON.stringify("
        "Object.keys(require.cache))); process.exit() }, 300)"
    )
    out = subprocess.run(
        ["node", "-e", code], cwd=app, capture_output=True, text=True, check=True
    ).stdout
    paths = json.loads(out.split("@@")[1])
    found = {p: Path(p).read_text() for p in paths if p.endswith((".js", ".cjs"))}
    return dict(sorted(found.items(), key=lambda item: "node_modules" in item[0]))


def calls_on(world: World, *marks: tuple[Path, str, int]) -> tuple[StackFrame, ...]:
    """Return frames whose calls stand where a text begins, plus an offset."""
    found = []
    for path, text, offset in marks:
        module = world.program.modules[world.numbers[str(path)]]
        start = world.files[str(path)].index(text)
        place = module.place(start + offset)
        found.append(StackFrame("f", str(path), place.line, place.column))
    return tuple(found)


@pytest.fixture(scope="module")
def gif(syntax) -> World:
    """The example app with its two callbacks of the paper seen."""
    made = World(loaded(GIF, "require('./server.js')"), syntax)
    routes, parser = str(GIF / "routes.js"), str(GIF / "lib/body-parser.js")
    modules = GIF / "node_modules"
    raw = modules / "raw-body/index.js"
    layer, route = modules / "router/lib/layer.js", modules / "router/lib/route.js"
    below = calls_on(
        made,
        (raw, "callback.apply(null, args)", 9),
        (raw, "    invokeCallback()", 4),
        (raw, "done(null, string)", 0),
    )
    above = calls_on(
        made,
        (layer, "fn(req, res, next)", 0),
        (route, "layer.handleRequest(", 6),
        (Path(parser), "next();", 0),
    )
    wrote = made.callback(
        routes,
        "function writeTextToImages",
        stack=(*above, *below, EVENT_FRAME),
        ms=300,
    )
    made.shape(wrote, "arg:0", "instance:IncomingMessage")
    made.shape(wrote, "arg:1", "instance:ServerResponse")
    call = made.node(routes, "encodeFrame(picture", "CallExpression")
    for index in (1, 2):
        made.shape(wrote, f"call:{call.node.start}:arg:{index}", "number")
    frame = str(GIF / "lib/frame.js")
    made.spine(
        (routes, "function writeTextToImages"), (frame, "function encodeFrame"), ms=5000
    )
    made.callback(
        parser,
        "function (err, buffer)",
        stack=(*below, EVENT_FRAME),
        ms=0.05,
        kind="post",
    )
    return made


def test_the_frame_is_encoded_in_a_worker(gif: World) -> None:
    fluxion = gif.moved()
    assert fluxion.id == "writeTextToImages_1000"
    assert fluxion.shape == "call"
    assert fluxion.gain_ms == pytest.approx(500)
    assert fluxion.json()["function"]["name"] == "writeTextToImages"
    cut = fluxion.cut
    assert cut.callee_text == "encodeFrame"
    assert cut.arguments == ("readonly", "primitive", "primitive")
    assert not cut.stateful
    assert cut.holds == ("req", "res")
    paths = [gif.program.modules[s.script].path for s in cut.slices]
    assert [Path(p).name for p in paths] == ["frame.js", "gifenc.js"]
    assert len(cut.catches) == 1
    assert "layer.js" in gif.program.modules[cut.catches[0].script].path


def test_the_papers_callback_is_too_cheap_and_says_by_how_much(gif: World) -> None:
    stay = next(s for s in gif.plan().stays if s.function.file.endswith("parser.js"))
    assert stay.refusal.code == "FX001"
    assert "0.050 ms at the median" in stay.refusal.reason
    assert stay.id == "anonymous_1000"


def test_forced_it_is_a_callback_with_two_handles(gif: World) -> None:
    policy = Policy(only=frozenset({"anonymous_1000"}), min_gain_ms=0)
    plan = gif.plan(policy)
    assert [f.id for f in plan.fluxions] == ["anonymous_1000"]
    fluxion = plan.fluxions[0]
    assert fluxion.shape == "callback"
    fates = {c.name: c.fate for c in fluxion.cut.captures}
    assert fates == {"req": "handle", "next": "handle"}
    assert [s.refusal.code for s in plan.stays] == ["FX002"]
    assert plan.stays[0].id == "writeTextToImages_1000"


def test_bwip_js_is_cut_where_its_state_is_private(syntax) -> None:
    server = str(BWIP / "examples/server.js")
    library = str(BWIP / "dist/bwip-js-node.js")
    files = {path: Path(path).read_text() for path in (server, library)}
    made = World(files, syntax)
    hot = "function(req, res) {\n    // If"
    made.callback(
        server,
        hot,
        handed="http.createServer(function",
        stack=(EVENT_FRAME,),
        ms=50,
    )
    names = ("Request", "ToBuffer", "_ToAny", "_Render", "bwipp_encode")
    made.spine((server, hot), *((library, f"function {name}(") for name in names))
    fluxion = made.moved()
    cut = fluxion.cut
    assert fluxion.shape == "delegate"
    assert cut.callee_text == "ToBuffer"
    assert cut.arguments == ("dead", "callback")
    assert cut.stateful
    assert {"$_", "$k", "$j", "$$", "FontLib", "bwipp_qrcode"} <= set(fluxion.context)
    assert cut.holds == ("req", "res")
    assert cut.importers == ((2, 1),)
    assert (2, "ToSVG") in cut.dead_exports


def test_json_server_is_refused_by_the_cell(syntax) -> None:
    plural = str(JSON_SERVER / "lib/server/router/plural.js")
    files = loaded(JSON_SERVER, "require(process.cwd()).router({ posts: [{ id: 1 }] })")
    made = World({plural: files.pop(plural), **files}, syntax)
    made.callback(plural, "function list(", stack=(EVENT_FRAME,), ms=30)
    lodash = next(p for p in files if p.endswith("lodash/lodash.js"))
    made.spine((plural, "function list("), (lodash, "function wrapperValue("))
    for policy in (None, Policy(min_gain_ms=0)):
        plan = made.plan(policy)
        assert not plan.fluxions
        assert plan.stays[0].refusal.code == "FX020"
        assert "`db`" in plan.stays[0].refusal.reason
        assert "db.get" in plan.stays[0].refusal.evidence[0]


SMALL = (
    "const heavy = n => n\n"
    "setTimeout(function hot () { const v = heavy(5); console.log(v) }, 1)\n"
    "setTimeout(() => console.log(1), 1)\n"
    "setTimeout(() => console.log(2), 1)\n"
)


def small(world) -> World:
    made = world(SMALL)
    made.callback("/app/a.js", "() => console.log(2)", ms=0.01)
    made.callback("/app/a.js", "() => console.log(1)", ms=0.01)
    made.callback("/app/a.js", "function hot")
    made.spine(("/app/a.js", "function hot"), ("/app/a.js", "n => n"))
    return made


def test_ids_count_in_source_order(world) -> None:
    plan = small(world).plan()
    assert [f.id for f in plan.fluxions] == ["hot_1000"]
    assert {s.function.line: s.id for s in plan.stays} == {
        3: "anonymous_1000",
        4: "anonymous_1001",
    }


def test_the_same_facts_give_the_same_plan(world) -> None:
    made = small(world)
    assert made.plan() == made.plan()


def test_the_gain_rule_is_lifted_but_no_refusal_is(world) -> None:
    made = small(world)
    plan = made.plan(Policy(min_gain_ms=0))
    codes = {s.refusal.code for s in plan.stays}
    assert codes == {"FX003"}
    assert "FX010 uses `console`" in plan.stays[0].refusal.evidence[0]


def test_how_often_it_ran_is_not_held_against_what_the_profile_saw(world) -> None:
    """On a busy machine the estimate of all runs can be many times too high."""
    made = small(world)
    hot = made.plan().fluxions[0].function.ref
    took = [600] * 70 + [24_000] * 39 + [48_000]
    runs = [
        Activation(n + 1, hot, 1, 0, 0, n + 1, n * 50_000, n * 50_000 + us, "undefined")
        for n, us in enumerate(took)
    ]
    cost = Cost(hot, len(took), 6186, sum(took), 600, 24_000, 48_000, 0)
    others = tuple(c for c in made.recording.costs if c.function != hot)
    made.recording = replace(made.recording, costs=(*others, cost))
    made.see(activations=tuple(runs))
    assert [f.function.ref for f in made.plan().fluxions] == [hot]


def test_confidence_grows_with_runs_and_shrinks_with_losses(world) -> None:
    made = small(world)
    full = made.plan().fluxions[0]
    made.see(losses=(Loss(full.function.ref, 100, 50, 50),))
    half = made.plan().fluxions[0]
    assert half.confidence == pytest.approx(full.confidence / 2, rel=0.01)


def test_a_callback_without_source_is_refused_by_name(world) -> None:
    made = small(world)
    made.texts = {}
    codes = {s.refusal.code for s in made.plan().stays}
    assert codes == {"FX014"}


def test_places_are_one_based(world) -> None:
    fluxion = small(world).plan().fluxions[0]
    assert (fluxion.function.line, fluxion.function.column) == (2, 12)
    assert isinstance(fluxion.function.ref, FunctionRef)
    assert re.fullmatch(r"[a-zA-Z_$][\w$]*_\d{4}", fluxion.id)
