"""The paper's app: what a recording says of it, and its own callback by force."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fluxion.formats import NAMES
from store.database import open_store
from tests.acceptance.flow import ask, fluxion, record_enough, told, traffic
from tests.readers.reading import Readers

if TYPE_CHECKING:
    from tests.conftest import SpawnNode

EXAMPLE = Path(__file__).parents[2] / "examples/gif-chat"
LEAST = 5
"""Runs of a callback that tell something of it."""


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the copy of the app and its recording `app.db`."""
    folder = tmp_path_factory.mktemp("gif-chat")
    shutil.copytree(
        EXAMPLE, folder / "app", ignore=shutil.ignore_patterns("node_modules")
    )
    (folder / "app" / "node_modules").symlink_to(EXAMPLE / "node_modules")
    return folder


def place(folder: Path, at: dict[str, object] | None) -> str:
    """Return the source line that a site of the recording points at."""
    assert at is not None
    lines = (folder / "app" / str(at["file"])).read_text().splitlines()
    return lines[int(str(at["line"])) - 1].strip()


def enough(report: dict[str, Any]) -> bool:
    """Tell whether the callback that the paper is about was seen now and then."""
    return any(
        point["kind"] == "post"
        and point["function"]["name"] == ""
        and "node_modules" not in point["function"]["file"]
        and point["activations"] >= LEAST
        for point in report["ruptures"]
    )


@pytest.mark.timeout(300)
def test_the_recording_names_the_rupture_points(
    recording: Path, spawn_node: SpawnNode
) -> None:
    app = recording / "app"
    server = spawn_node("server.js", cwd=app, env={"PORT": "0"})
    port = int(server.wait_for_line(r"listening on http://127\.0\.0\.1:(\d+)")[1])

    def one_round(n: int) -> None:
        ask(port, "POST", "/image/text", f"hello {n}".encode())
        ask(port, "GET", "/health")

    with traffic(one_round):
        record_enough(server, recording, 30, enough, "--capture-requests", "16")
    assert ask(port, "GET", "/health") == 200
    server.stop()

    seen = told("report", "app.db", cwd=recording)["ruptures"]
    own = [p for p in seen if "node_modules" not in p["function"]["file"]]
    by_text = {place(recording, p["definition"]): p for p in own}

    save = next(p for text, p in by_text.items() if "function saveBody" in text)
    assert save["kind"] == "start"
    assert "bodyParser(1 * 1024 * 1024)" in place(recording, save["creation"])
    assert place(recording, save["registration"]).startswith("app.post(")

    post = next(p for p in own if p["function"]["name"] == "" and p["kind"] == "post")
    assert "getRawBody(" in place(recording, post["registration"])

    write = next(p for text, p in by_text.items() if "writeTextToImages" in text)
    assert place(recording, write["registration"]).startswith("app.post(")
    assert place(recording, write["creation"]).startswith("function writeTextToImages")

    effects = told("effects", "app.db", "--cell", "req.body", cwd=recording)
    wrote = [e for e in effects["effects"] if e["operation"] == "write"]
    read = [e for e in effects["effects"] if e["operation"] == "read"]
    assert any(e["function"]["name"] == "" for e in wrote)
    assert any(e["function"]["name"] == "writeTextToImages" for e in read)
    assert any(
        f["writer"]["name"] == "" and f["reader"]["name"] == "writeTextToImages"
        for f in effects["flows"]
    )


def test_the_report_begins_with_who_blocks_the_loop(recording: Path) -> None:
    shown = fluxion("report", "app.db", cwd=recording).stdout.splitlines()
    first = "\n".join(shown[:5])
    assert "writeTextToImages  routes.js:23:1  blocks the loop for " in first
    assert "runs for app.post('/image/text', bodyParser(1 * 1024 * 1024)" in first
    assert "moving it saves " in first
    (row, *_) = told("report", "app.db", cwd=recording)["blocking"]
    # Nearly all of it; how long a busy machine stops the others is chance.
    assert row["moving"]["saved_ms_a_run"] > 0.5 * row["p50_ms"]
    assert row["moving"]["left_p99_ms"] < 0.5 * row["p99_ms"]


def test_the_papers_callback_stays_by_itself_and_runs_isolated_by_force(
    recording: Path,
) -> None:
    plan = told("plan", "app.db", cwd=recording)
    stays = [
        s
        for s in plan["stays"]
        if s["function"]["name"] == "" and s["function"]["file"].endswith("parser.js")
    ]
    assert stays, plan
    (stay,) = stays
    assert "cheap" in stay["reason"]
    assert stay["id"]
    force = ("--only", stay["id"], "--min-gain", "0")
    fluxion("compile", "app.db", "-o", "forced", *force, cwd=recording)
    verified = told("verify", "forced", "--against", "app.db", cwd=recording)
    assert verified["requests"] > 0
    assert verified["different"] == []
    assert sum(f["moved"] for f in verified["fluxions"]) > 0


def test_its_exports_say_the_same_in_other_programs(recording: Path) -> None:
    for name in NAMES:
        more = () if name == "ndjson" else ("--show-all",)
        output = ("-f", name, "-o", f"out.{name}")
        fluxion("export", "app.db", *output, *more, cwd=recording)
    with Readers() as readers, open_store(recording / "app.db") as store:
        files = {name: (recording / f"out.{name}").read_bytes() for name in NAMES}
        kept, v8s_own = store.recording(), store.profile()
        assert v8s_own
        total = sum(frame.self_us for frame in kept.frames)
        bars = {
            name: self_times(readers.read("speedscope", content)[0])
            for name, content in (*files.items(), ("V8", v8s_own.encode()))
            if name in {"cpuprofile", "speedscope", "V8"}
        }
        assert bars["speedscope"].total() == total > 0
        for name in {*bars["V8"], *bars["cpuprofile"]}:
            apart = abs(bars["V8"][name] - bars["cpuprofile"][name])
            assert apart <= 0.02 * total, name
        samples = readers.read("pprof", files["pprof"])["samples"]
        assert sum(sample["values"][0] for sample in samples) == total * 1000
        timeline = readers.read("devtools_trace", files["trace"])
        assert len(timeline["runs"]) == len(kept.activations)
        runs = {run.number for run in kept.activations}
        handed = [run for run in kept.activations if run.cause in runs]
        assert len(timeline["flows"]) == len(handed) > 0
        drawn = readers.read("mermaid", files["mermaid"])
        titles = {box["lines"][0] for box in drawn["boxes"]}
        assert {"saveBody", "writeTextToImages", "(anonymous)"} <= titles
        assert len(readers.read("graphviz", files["dot"])["arrows"]) == len(
            drawn["arrows"]
        )
        rows = readers.read("ndjson", files["ndjson"])
    blocks = [row for row in rows if row["event"] == "block"]
    assert sum(row["records"] for row in blocks) == len(rows) - len(blocks)
    assert sum(row["lost_bytes"] for row in blocks) == 0


def self_times(profile: Any) -> Counter[str]:
    """Add up what a profile says of each name; ``(idle)`` is nobody's."""
    found: Counter[str] = Counter()
    for frame in profile["frames"]:
        found[frame["name"]] += frame["self"]
    return found


def test_the_frame_moves_and_the_driver_agrees(recording: Path) -> None:
    plan = told("plan", "app.db", cwd=recording)
    assert any(f["shape"] == "call" for f in plan["fluxions"]), plan
    fluxion("compile", "app.db", "-o", "build", cwd=recording)
    verified = told("verify", "build", "--against", "app.db", cwd=recording)
    assert verified["different"] == []
    assert verified["identical"] == verified["requests"] > 0
    assert sum(f["moved"] for f in verified["fluxions"]) > 0
