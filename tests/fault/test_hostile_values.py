"""F7 and F23: values that bite, and a probe that fails: the app does not notice."""

from __future__ import annotations

import json

import pytest

from agent import installed
from store.abi import Event
from tests.agent.live import Load, attached, get, named
from tests.conftest import SOAK
from tests.fault.worlds import HERE, figure
from tests.processes import eventually

PLACE = "open(code, fields, bytes) {"
BROKEN = (
    "if (globalThis.__left !== undefined && --globalThis.__left === 0) "
    "throw new Error('injected');"
)
FAULTS = range(1, 400) if SOAK else (1, 2, 3, 5, 9, 17, 40)


def touched(port: int) -> dict[str, int]:
    return json.loads(get(port, "/touched"))


def test_nothing_of_the_app_runs_because_it_is_observed(start, syntax):
    app = start(HERE / "hostile.js")
    with (
        Load(app.port, "/one") as load,
        attached(app.pid, syntax, overhead_percent=90) as (observed, seen),
    ):
        wanted = named(observed.walk(), "handle", "later", "take", "pass")
        assert not touched(app.port), "the walk touched something"
        observed.trace(wanted, seconds=5)
        eventually(lambda: len(seen.records(Event.EXIT)) > 50, "activations arrive")
        assert not touched(app.port), "a twin touched something"
        status = observed.status()
    unharmed(app, load)
    figure(
        f"F7: {len(seen.records(Event.EXIT))} activations with hostile values, "
        f"0 touches, {status.faults} faults in the probe, {len(load.answers)} answers"
    )


def unharmed(app, load):
    """Nothing of the app's was called by us, and it answered as ever."""
    told = touched(app.port)
    assert not told, told
    assert set(load.answers) == {b"one 7"}
    assert not load.failures


@pytest.mark.parametrize("mode", ["watch", "trace"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_no_method_that_the_app_has_replaced_is_called(
    start, syntax, node_version, when, mode
):
    app = start(HERE / "poisoned.js", when, node=node_version)
    with (
        Load(app.port, "/one") as load,
        attached(app.pid, syntax, mode=mode, overhead_percent=90) as (observed, seen),
    ):
        if when == "after":
            get(app.port, "/poison")
        if mode == "watch":
            while not observed.resting:
                observed.watch(0.1)
        else:
            wanted = named(observed.walk(), "handle", "later", "pass")
            observed.trace(wanted, seconds=5)
        eventually(lambda: len(seen.records(Event.EXIT)) > 30, "runs are seen")
        status = observed.status()
    unharmed(app, load)
    figure(
        f"F7: {mode}, everything replaced {when} we came: 0 calls by us, "
        f"{len(seen.records(Event.EXIT))} runs seen, {status.faults} faults"
    )


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_every_operation_of_the_probe_that_fails(start, syntax, monkeypatch):
    whole = installed.bundle()
    assert whole.count(PLACE) == 1
    monkeypatch.setattr(
        installed, "bundle", lambda: whole.replace(PLACE, PLACE + BROKEN)
    )
    app = start(HERE / "hostile.js")
    faults = answers = left = 0
    for number in FAULTS:
        with (
            Load(app.port, "/one") as load,
            attached(app.pid, syntax, overhead_percent=90) as (observed, _),
        ):
            wanted = named(observed.walk(), "handle", "later", "take", "pass")
            observed.trace(wanted, seconds=2)
            observed._control.evaluate(f"globalThis.__left = {number}; 1")
            spent = "globalThis.__left <= 0"
            eventually(lambda: observed._control.evaluate(spent), "it failed", 10)  # noqa: B023
            observed._control.evaluate("delete globalThis.__left")
            enough = len(load.answers) + 5
            eventually(lambda: len(load.answers) > enough, "it answers on")  # noqa: B023
            face = f"{installed.FACE}?.status().faults ?? -1"
            told = observed._control.evaluate(face)
            faults, left = faults + max(told, 0), left + (told < 0)
        assert set(load.answers) == {b"one 7"}
        assert not load.failures
        answers += len(load.answers)
    figure(
        f"F23: the N-th record of the probe fails, {len(FAULTS)} times: "
        f"{faults} caught, {left} times it left; {answers} answers, 0 of them changed"
    )
