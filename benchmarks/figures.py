"""What the slices and recordings of `attach.py` amount to.

In: ratios and the JSON of recordings. Out: one figure for each goal, and for each
whether it holds. Pure, except for reading a store.
"""

from __future__ import annotations

import random
import sqlite3
import statistics
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgpack

from store.abi import Event

GOALS = {
    "aa_ratio": ("within 0.98 to 1.02", lambda v: 0.98 <= v <= 1.02),
    "watch_upper95": ("at most 1.05", lambda v: v <= 1.05),
    "probe_cpu_percent": ("at most 1", lambda v: v <= 1),
    "trace_ratio_budget_2": ("at most 1.03", lambda v: v <= 1.03),
    "trace_ratio_budget_10": ("at most 1.11", lambda v: v <= 1.11),
    "first_observation_ms": ("below 500", lambda v: v < 500),
    "first_observation_trace_ms": ("below 1500", lambda v: v < 1500),
    "first_observation_10k_scripts_ms": ("below 5000", lambda v: v < 5000),
    "longest_stall_watch_ms": ("at most 20", lambda v: v <= 20),
    "longest_stall_trace_ms": ("at most 20", lambda v: v <= 20),
    "debugger_enable_over_predicted": ("within 0.5 to 2", lambda v: 0.5 <= v <= 2),
    "records_per_s": ("at least 300000", lambda v: v >= 300_000),
}


@dataclass
class Seen:
    """Everything that was measured."""

    ratios: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    recordings: list[dict[str, Any]] = field(default_factory=list)
    failed: int = 0

    def ratio(self, app: str, what: str, value: float) -> None:
        """Take one paired ratio."""
        self.ratios.setdefault(what, {}).setdefault(app, []).append(value)
        print(f"  {app:9} {what:18} {value:.3f}", file=sys.stderr)

    def worst(self, what: str, of: Any = statistics.median) -> float | None:
        """Return the figure of the app that it is worse for."""
        values = [of(one) for one in self.ratios.get(what, {}).values()]
        return round(max(values, key=lambda v: abs(v - 1)), 3) if values else None

    def first_ms(self, mode: str, app: str) -> float | None:
        """Return the median time to the first observation."""
        values = [
            one["first_ms"]
            for one in self.recordings
            if one["mode"] == mode and one["app"] == app and one["first_ms"]
        ]
        return round(statistics.median(values), 1) if values else None

    def stalls(self, mode: str, key: str) -> list[float]:
        """Return one figure of the stops of every recording that has it."""
        told = [
            one.get("stall") or {} for one in self.recordings if one["mode"] == mode
        ]
        return [float(one[key]) for one in told if one.get(key) is not None]


def first_observation(store: Path) -> float | None:
    """Return milliseconds from the signal to the first observed run in the store."""
    if not store.exists():
        return None
    try:
        with sqlite3.connect(f"file:{store}?mode=ro", uri=True) as db:
            audit = db.execute("SELECT at_ns, what FROM audit ORDER BY number")
            times = [(at, "SIGUSR1" in what) for at, what in audit]
            blocks = db.execute("SELECT received_ns, block FROM journal").fetchall()
    except sqlite3.OperationalError:
        return None  # it is being made
    signals = [at for at, is_signal in times if is_signal] or [at for at, _ in times]
    for at, block in blocks:
        unpacker = msgpack.Unpacker(raw=False, strict_map_key=False)
        unpacker.feed(block)
        if signals and any(row[0] == Event.ENTER for row in unpacker):
            return (at - signals[0]) / 1e6
    return None


def upper95(ratios: list[float], chance: random.Random) -> float:
    """Return the upper end of the 95 % interval of the mean, by bootstrap."""
    means = sorted(
        statistics.fmean(chance.choices(ratios, k=len(ratios))) for _ in range(4000)
    )
    return means[int(0.975 * len(means))]


def figures(seen: Seen, chance: random.Random) -> dict[str, Any]:
    """Return the keys; of the two apps the worse one."""
    shares = [
        float(one["overhead_percent"])
        for one in seen.recordings
        if one["mode"] == "watch" and "overhead_percent" in one
    ]
    enabled = seen.stalls("trace", "measured_ms")
    predicted = seen.stalls("trace", "predicted_ms")
    return {
        "aa_ratio": seen.worst("nothing"),
        "watch_ratio": seen.worst("watch"),
        "watch_upper95": seen.worst("watch", lambda r: upper95(r, chance)),
        "probe_cpu_percent": round(max(shares), 3) if shares else None,
        "trace_ratio_budget_2": seen.worst("trace_2"),
        "trace_ratio_budget_10": seen.worst("trace_10"),
        "peers": {
            peer: seen.worst(peer)
            for peer in ("bubbleprof", "async_hooks", "cpu_profiler_1ms")
        },
        "first_observation_ms": seen.first_ms("watch", "gif-chat"),
        "first_observation_trace_ms": seen.first_ms("trace", "gif-chat"),
        "longest_stall_watch_ms": max(seen.stalls("watch", "longest_ms"), default=None),
        # Debugger.enable, the one stop that tracing needs, is a figure of its own.
        "longest_stall_trace_ms": max(seen.stalls("trace", "others_ms"), default=None),
        "debugger_enable_ms": max(enabled, default=None),
        "debugger_enable_over_predicted": quotient(enabled, predicted),
        "apps": {
            what: {
                app: [round(v, 3) for v in (statistics.median(r), upper95(r, chance))]
                for app, r in by.items()
            }
            for what, by in seen.ratios.items()
        },
        "failed": seen.failed,
    }


def quotient(seen: list[float], predicted: list[float]) -> float | None:
    """Return how many times the predicted was seen, by the medians."""
    if not seen or not predicted:
        return None
    return round(statistics.median(seen) / statistics.median(predicted), 2)


def show(told: dict[str, Any]) -> None:
    """Print each figure beside its goal."""
    for key, (goal, holds) in GOALS.items():
        value = told.get(key)
        mark = "?" if value is None else " " if holds(value) else "MISSED"
        print(f"{key:34} {value!s:>10}  {goal:22} {mark}", file=sys.stderr)
