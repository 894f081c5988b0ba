"""What a probe says of itself and of its process."""

from __future__ import annotations

import os

from agent.attach import Attached
from agent.launch import Launched
from agent.observation import Observation, process_of, status_of, unmet
from agent.target import Target


def takes(_: Observation) -> None:
    """Take what a recording needs; mypy checks that both kinds are it."""


def both(attached: Attached, launched: Launched) -> None:
    takes(attached)
    takes(launched)


def test_both_kinds_offer_the_same():
    for kind in (Attached, Launched):
        for name in vars(Observation):
            if not name.startswith("_"):
                assert hasattr(kind, name), name


def test_a_process_is_decoded():
    told = {
        "pid": os.getpid(),
        "node": "24.0.0",
        "argv": ["node", "app"],
        "execArgv": [],
        "cwd": "/srv",
        "file": "",
        "env": ["B", "A"],
    }
    process = process_of(told, None, "launched")
    assert process.entry == "/srv/app"
    assert process.env_names == ("A", "B")
    assert process.started_ns > 0
    assert process_of({**told, "file": "/x/app.js"}, 1, "launched").entry == "/x/app.js"


def test_overhead_is_a_share_of_the_targets_cpu():
    told = dict.fromkeys(
        ("events", "dropped", "rss", "seen", "kept", "gated", "faults"), 0
    )
    more = {
        "spent": 20_000,
        "cpu": 1e6,
        "installed": 1500,
        "clock": "thread",
        "memory": 0,
    }
    status = status_of({**told, **more}, alive=True)
    assert status.overhead_percent == 2.0
    assert (status.installed_ms, status.clock) == (1.5, "thread")


def test_of_a_target_that_never_said_what_it_is_the_pid_is_known():
    attached = unmet(Target("4711", 4711, 1))
    assert (attached.pid, attached.node, attached.how) == (4711, "", "attached")
    assert attached.started_ns > 0
    launched = unmet(None, ("node", "app.js"))
    assert (launched.argv, launched.how) == (("node", "app.js"), "launched")
