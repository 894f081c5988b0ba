"""The figures of the benchmark of attaching, and the goals they are held against."""

from __future__ import annotations

import importlib.util
import random
import sys

import msgpack
import pytest

from store.abi import Event
from store.database import create
from tests.conftest import ROOT

SPEC = importlib.util.spec_from_file_location("figures", ROOT / "benchmarks/figures.py")
assert SPEC is not None
assert SPEC.loader is not None
figures = importlib.util.module_from_spec(SPEC)
sys.modules["figures"] = figures
SPEC.loader.exec_module(figures)


def recording(mode: str, app: str, first: float | None, **stall: float | None):
    return {"mode": mode, "app": app, "first_ms": first, "stall": stall}


@pytest.fixture
def seen():
    made = figures.Seen()
    for value in (0.99, 1.01, 1.0):
        made.ratio("express", "nothing", value)
    made.ratio("gif-chat", "nothing", 1.05)
    made.recordings += [
        recording("watch", "gif-chat", 300.0, longest_ms=9.0, others_ms=9.0),
        recording("watch", "gif-chat", None),
        recording("watch", "gif-chat", 400.0, longest_ms=12.0, others_ms=12.0),
        recording("watch", "10k scripts", 4000.0),
        recording(
            "trace",
            "gif-chat",
            500.0,
            longest_ms=80.0,
            others_ms=15.0,
            measured_ms=80.0,
            predicted_ms=40.0,
        ),
        recording("trace", "express", 100.0, measured_ms=None, predicted_ms=30.0),
    ]
    return made


def test_each_figure_is_of_what_it_says(seen):
    told = figures.figures(seen, random.Random(1))
    assert told["aa_ratio"] == 1.05, "of two apps the worse one"
    assert told["first_observation_ms"] == 350.0
    assert told["first_observation_trace_ms"] == 500.0
    assert told["longest_stall_watch_ms"] == 12.0
    assert told["longest_stall_trace_ms"] == 15.0, "Debugger.enable is not among them"
    assert told["debugger_enable_ms"] == 80.0
    assert told["debugger_enable_over_predicted"] == 2.29
    assert told["watch_ratio"] is None, "what was not measured has no figure"


def test_nothing_was_measured():
    told = figures.figures(figures.Seen(), random.Random(1))
    assert {told[key] for key in figures.GOALS if key in told} == {None}


def test_goals_are_shown_beside_the_figures(seen, capsys):
    figures.show(figures.figures(seen, random.Random(1)))
    lines = {line.split()[0]: line for line in capsys.readouterr().err.splitlines()}
    assert "MISSED" in lines["aa_ratio"]
    assert "MISSED" not in lines["first_observation_ms"]
    assert lines["records_per_s"].rstrip().endswith("?")


def test_the_interval_of_equal_ratios_is_their_value():
    assert figures.upper95([1.02] * 5, random.Random(1)) == pytest.approx(1.02)


def test_the_first_observation_is_counted_from_the_signal(tmp_path):
    store = tmp_path / "app.db"
    assert figures.first_observation(store) is None
    with create(store) as made:
        made.audit("resolved")
        made.audit("signal SIGUSR1 to 12")
        assert made.audited() == 2
        assert figures.first_observation(store) is None
        with figures.sqlite3.connect(store) as db:
            [(signal,)] = db.execute("SELECT at_ns FROM audit WHERE what LIKE 'sig%'")
        made.append_block(msgpack.packb([Event.COST, 1, 2, 3, 4]), signal + 1_000_000)
        assert figures.first_observation(store) is None
        enter = msgpack.packb([Event.ENTER, 1, 1, 1, 1, 0, 0, 0, 2])
        made.append_block(enter, signal + 250_000_000)
        assert figures.first_observation(store) == 250.0
