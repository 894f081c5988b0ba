"""What is remembered of the processes that we are in."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from agent import leftover, proc
from tests.agent.live import attached


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def test_an_attachment_is_remembered_while_it_lasts(start_app):
    process, _ = start_app()
    with attached(process.pid):
        left = leftover.by(process.pid)
        assert left is not None
        assert left.agent_lives()
        assert left.opened
        assert leftover.everything() == [left]
        assert leftover.folder().stat().st_mode & 0o777 == 0o700
    assert leftover.everything() == []


def test_of_a_dead_agent_something_is_left(start_app):
    process, _ = start_app()
    since = proc.started(process.pid) or 0
    code = (
        f"import sys; sys.path[:0] = {sys.path!r}\n"
        f"from agent import leftover; leftover.note({process.pid}, {since}, 9229)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    left = leftover.by(process.pid)
    assert left is not None
    assert not left.agent_lives()
    process.stop()
    assert leftover.by(process.pid) is None, "the process has gone"
    assert list(leftover.folder().iterdir()) == []


def test_a_number_that_was_used_again_is_another_process():
    leftover.note(os.getpid(), 1, 9229)
    assert leftover.by(os.getpid()) is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"pid": "x"}', "\x00"])
def test_nonsense_is_nothing(text):
    leftover.folder().mkdir(parents=True)
    (leftover.folder() / "1").write_text(text)
    assert leftover.everything() == []


def test_a_folder_that_cannot_be_written_hurts_nobody(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    leftover.note(os.getpid(), proc.started(os.getpid()) or 0, 0)
    leftover.forget(os.getpid())
    assert leftover.everything() == []
