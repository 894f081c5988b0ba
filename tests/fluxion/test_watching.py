"""The mode `watch` from the command line: what is kept, and what is never sent."""

from __future__ import annotations

import contextlib
import re
import sqlite3

from agent.observation import AgentStatus
from fluxion.watching import watch_first
from store.recording import load
from tests.agent.live import Load
from tests.fluxion.test_record import fluxion, server

__all__ = ["server"]


def test_a_recording_without_a_debugger(server, tmp_path):
    store = tmp_path / "w.db"
    with Load(server.port, "/"):
        done = fluxion("record", server.pid, "-o", store, "-d", "2s", "--mode", "watch")
    assert done.returncode == 0, done.stderr
    recording = load(store)
    names = {one.name for one in recording.functions}
    assert "handle" in names
    [handle] = [one for one in recording.functions if one.name == "handle"]
    assert any(one.function == handle.ref for one in recording.activations)
    assert {rupture.kind for rupture in recording.ruptures} == {"start"}
    assert recording.effects == ()
    with contextlib.closing(sqlite3.connect(store)) as opened:
        sent = [what for (what,) in opened.execute("SELECT what FROM audit")]
    assert not [one for one in sent if re.match(r"(Debugger|Profiler|Heap)", one)]
    assert any("watch.claim" in one or "watch.wrap" in one for one in sent)


class Observed:
    """Rests at the second look."""

    looks = 0

    @property
    def resting(self) -> bool:
        return self.looks == 2

    def watch(self, seconds: float) -> list:
        assert seconds == 0.25
        self.looks += 1
        return []


class Session:
    """A session as far as watching goes."""

    def __init__(self) -> None:
        self.observed = Observed()
        self.seen = self
        self.status: AgentStatus | None = None
        self.ticks = 0

    def over(self) -> bool:
        return False

    def take_watched(self, results: list) -> None:
        assert results == []

    def tick(self) -> None:
        self.ticks += 1


def test_watching_first_ends_when_everything_is_known():
    session = Session()
    watch_first(session, 1.0)  # type: ignore[arg-type] # as far as it is needed
    assert (session.observed.looks, session.ticks) == (2, 2)
