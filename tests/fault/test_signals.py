"""F25: Ctrl-C, SIGTERM, SIGHUP, a closed terminal, Ctrl-Z: detach first, then write."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections import Counter

import pytest

from fluxion import exits
from store.database import open_store
from store.recording import load
from tests.conftest import ROOT
from tests.fault.screen import CTRL_C, CTRL_Z, Screen
from tests.fault.worlds import Load, figure, integrity, state
from tests.processes import eventually

DETACHED_S = 2.0
ENV = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"}


@pytest.fixture
def screen():
    made = []

    def shown(command, cwd):
        made.append(Screen(command, cwd, ENV))
        return made[-1]

    yield shown
    for one in made:
        one.close()


@pytest.fixture
def recording(start, screen, node, tmp_path):
    """An agent in a terminal that has begun to trace an app under load."""
    app = start()
    store = tmp_path / "app.db"
    with Load(node, [app.port]) as asked:
        shown = screen(record(app, store), tmp_path)
        shown.wait_for(r"\b(\d{3}|\d+,\d{3}) events")
        yield app, store, shown, asked
        window = asked.window()[app.port]
        assert not window["failed"], window
        assert not window["wrong"], window


def record(app, store):
    return [
        sys.executable,
        "-m",
        "fluxion",
        "record",
        str(app.pid),
        "-o",
        str(store),
        "-d",
        "60",
    ]


def close_terminal(shown):
    shown.hang_up()


def ctrl_c(shown):
    shown.press(CTRL_C)


def terminate(shown):
    os.kill(shown.pid, signal.SIGTERM)


def hang_up(shown):
    os.kill(shown.pid, signal.SIGHUP)


@pytest.mark.parametrize("how", [ctrl_c, terminate, hang_up, close_terminal])
def test_it_detaches_first_then_finishes_the_store(recording, how):
    app, store, shown, _ = recording
    how(shown)
    took = app.as_found(DETACHED_S)
    assert shown.code() == exits.DONE, shown.shown()
    assert load(store).activations
    with open_store(store) as opened:
        assert opened.status()["ended"] == "finished"
    figure(f"F25 {how.__name__}: detached after {took:.2f} s, exit 0, store finished")


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_ctrl_c_at_any_moment(start, screen, tmp_path, seed, rounds):
    """Nobody calls the functions that a recording waits for; it ends all the same."""
    app, chance = start(), random.Random(seed)
    longest, codes = 0.0, Counter[int]()
    for number in range(max(3, rounds(50))):
        store = tmp_path / f"{number}.db"
        shown = screen(record(app, store), tmp_path)
        eventually(app.changed, "it attaches", 20)
        time.sleep(chance.choice([0.05, 0.5, 7]) * chance.random())
        shown.press(CTRL_C)
        longest = max(longest, app.as_found(DETACHED_S + 1))
        codes[shown.code()] += 1
        assert shown.code() in {exits.DONE, exits.INTERRUPTED}, shown.shown()
        assert "Traceback" not in shown.shown(), shown.shown()
        if store.exists():
            assert integrity(store) == "ok"
    figure(f"F25 any moment: detached within {longest:.2f} s, exit codes {dict(codes)}")
    assert longest <= DETACHED_S


def test_a_second_ctrl_c_aborts(recording):
    app, store, shown, _ = recording
    began = time.monotonic()
    shown.press(CTRL_C)
    shown.wait_for("once more to abort")
    shown.press(CTRL_C)
    code = shown.code(10)
    ended = time.monotonic() - began
    took = app.as_found(DETACHED_S)
    assert code in {exits.INTERRUPTED, exits.DONE}, shown.shown()
    assert integrity(store) == "ok"
    open_store(store).close()
    assert "Traceback" not in shown.shown()
    figure(
        f"F25 second Ctrl-C: ended after {ended:.2f} s with {code}, {took:.2f} s more"
    )


def test_ctrl_z_for_a_moment_goes_on(start, screen, node, tmp_path):
    app, store = start(), tmp_path / "app.db"
    with Load(node, [app.port]):
        shown = shell(screen, app, store, tmp_path)
        shown.press(CTRL_Z)
        shown.wait_for("Stopped")
        time.sleep(1)  # shorter than what the probe takes for an absence
        assert state(app.port)["global"]
        shown.press(b"fg; echo code=$?\n")
        shown.wait_for(r"fg;[^#]*\d events")
        time.sleep(1)
        shown.press(CTRL_C)
        shown.wait_for("code=0")
        app.as_found(DETACHED_S)
    assert load(store).activations
    figure("F25 Ctrl-Z and fg within 1 s: the recording went on, exit 0")


def test_ctrl_z_for_long_leaves_the_target(start, screen, node, tmp_path):
    app, store = start(), tmp_path / "app.db"
    with Load(node, [app.port]):
        shown = shell(screen, app, store, tmp_path)
        shown.press(CTRL_Z)
        shown.wait_for("Stopped")
        took = app.as_found(7.5, port=False)
        shown.press(b"fg; echo code=$?\n")
        shown.wait_for(f"code={exits.TARGET_GONE}")
        app.as_found(DETACHED_S)
    assert load(store).activations
    figure(
        f"F25 Ctrl-Z for long: everything is back after {took:.1f} s, fg ends with 4"
    )


def shell(screen, app, store, folder):
    """A shell with job control in which the agent runs in the foreground."""
    shown = screen(["bash", "--norc", "--noprofile", "-i"], folder)
    shown.press(f"PS1='# '; {' '.join(record(app, store))}\n".encode())
    shown.wait_for(r"\b(\d{3}|\d+,\d{3}) events")
    return shown
