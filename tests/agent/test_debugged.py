"""What is remembered of isolates in which the Debugger has been on."""

from __future__ import annotations

import os

import pytest

from agent import debugged, leftover, proc
from agent.debugged import Debugged, Isolate
from tests.agent.live import attached

SEEN = Debugged(alive=12, newest=345)


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def own(thread: int = 0) -> Isolate:
    return Isolate(os.getpid(), proc.started(os.getpid()) or 0, thread)


def test_each_isolate_has_its_own():
    debugged.note(own(), SEEN)
    assert debugged.of(own()) == SEEN
    assert debugged.of(own(thread=1)) is None
    debugged.note(own(thread=1), Debugged(1, 2))
    assert debugged.of(own(thread=1)) == Debugged(1, 2)
    assert debugged.of(own()) == SEEN
    assert debugged.folder().stat().st_mode & 0o777 == 0o700


def test_a_number_that_was_used_again_is_another_process():
    debugged.note(Isolate(os.getpid(), 1), SEEN)
    assert debugged.of(own()) is None


def test_what_has_ended_is_forgotten(start_app):
    process, _ = start_app()
    debugged.note(Isolate(process.pid, proc.started(process.pid) or 0), SEEN)
    process.stop()
    debugged.note(own(), SEEN)
    names = [one.name for one in debugged.folder().iterdir()]
    assert names == [f"{os.getpid()}.0"]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"pid": "x"}', "\x00"])
def test_nonsense_is_nothing(text):
    debugged.folder().mkdir(parents=True)
    (debugged.folder() / f"{os.getpid()}.0").write_text(text)
    assert debugged.of(own()) is None


def test_a_folder_that_cannot_be_written_hurts_nobody(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    debugged.note(own(), SEEN)
    assert debugged.of(own()) is None


def test_scripts_are_counted_and_the_newest_known():
    parsed = [{"scriptId": "7"}, {"scriptId": "31"}, {"scriptId": "9"}, {}]
    assert debugged.told(parsed) == Debugged(alive=4, newest=31)
    assert debugged.told([]) == Debugged(0, 0)


def test_a_walk_is_remembered_and_a_watch_is_not(start_app):
    process, _ = start_app()
    isolate = Isolate(process.pid, proc.started(process.pid) or 0)
    with attached(process.pid) as (observed, _):
        observed.watch(0.1)
        assert debugged.of(isolate) is None
        observed.walk()
        seen = debugged.of(isolate)
        assert seen is not None
        assert 50 < seen.alive <= seen.newest
    assert debugged.of(isolate) == seen, "also when we have left"
    assert leftover.everything() == []
