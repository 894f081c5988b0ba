from __future__ import annotations

import os
import signal
import stat
from pathlib import Path

import pytest

from rewriter.syntax.client import Syntax
from rewriter.syntax.process import BUNDLE, Sidecar, sidecar_path
from store.errors import FluxionError


def test_a_process_that_died_is_replaced():
    with Syntax() as syntax:
        syntax.parse("var a", "script")
        process = syntax.process._process
        assert process is not None
        assert syntax.process.pid == process.pid
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert len(syntax.parse("var b", "script")) == 4


def test_a_process_that_breaks_off_is_a_failure(tmp_path: Path):
    broken = tmp_path / "node"
    broken.write_text("#!/bin/sh\nexec echo no such thing\n")
    broken.chmod(broken.stat().st_mode | stat.S_IXUSR)
    with Syntax(str(broken)) as syntax, pytest.raises(FluxionError, match="broke off"):
        syntax.parse("var a", "script")


def test_a_process_that_hangs_is_ended(tmp_path: Path):
    silent = tmp_path / "node"
    silent.write_text("#!/bin/sh\nexec sleep 60\n")
    silent.chmod(silent.stat().st_mode | stat.S_IXUSR)
    syntax = Syntax(str(silent), deadline_s=0.2)
    with pytest.raises(FluxionError, match=r"no answer within 0\.2 s"):
        syntax.parse("var a", "script")
    syntax.close()


def test_without_node_it_says_what_to_install(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(FluxionError, match="no `node` on PATH"):
        Sidecar().ask("hello")


def test_it_begins_before_it_is_asked():
    sidecar = Sidecar()
    sidecar.begin()
    assert sidecar.ask("hello")["types"][0] == "Hole"
    sidecar.close()
    assert sidecar.pid is None


def test_the_bundle_is_used_unless_the_source_is_newer():
    assert sidecar_path() in {BUNDLE, BUNDLE.parent.parent / "syntax" / "sidecar.js"}
