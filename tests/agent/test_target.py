"""The words that name a target."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from agent import proc
from agent.target import resolve, same_process
from store.errors import NoTarget


def test_a_pid(start_app):
    process, _ = start_app()
    target = resolve(str(process.pid))
    assert target.pid == process.pid
    assert same_process(target)
    process.stop()
    assert not same_process(target)


def test_no_such_pid():
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    with pytest.raises(NoTarget, match="no process") as failure:
        resolve(str(ended.pid))
    assert failure.value.exit_code == 3
    assert failure.value.hint


def test_a_pid_that_is_not_node_gets_no_signal():
    running = subprocess.Popen(["sleep", "60"])
    try:
        with pytest.raises(NoTarget, match=r"not Node\.js \(sleep 60\)"):
            resolve(str(running.pid))
        assert running.poll() is None
    finally:
        running.kill()
        running.wait()


def test_no_permission(monkeypatch, start_app):
    process, _ = start_app()

    def denied(pid: int) -> None:
        raise PermissionError(pid)

    # Root may do everything, so the kernel's answer is put here.
    monkeypatch.setattr(proc, "facts", denied)
    with pytest.raises(NoTarget, match="somebody else") as failure:
        resolve(str(process.pid))
    assert f"#{os.getuid()}" in failure.value.hint


@pytest.mark.parametrize(
    ("spec", "host", "port"),
    [
        (":9300", "127.0.0.1", 9300),
        ("localhost:9300", "127.0.0.1", 9300),
        ("127.0.0.1:9300", "127.0.0.1", 9300),
        ("[::1]:9300", "::1", 9300),
    ],
)
def test_addresses(spec, host, port):
    target = resolve(spec)
    assert (target.host, target.port, target.pid) == (host, port, None)


def test_an_inspector_url():
    target = resolve("ws://127.0.0.1:9300/abc-def")
    assert target.url == "ws://127.0.0.1:9300/abc-def"


@pytest.mark.parametrize(
    "spec",
    ["example.com:9229", "10.0.0.1:9229", "ws://10.0.0.1:1/x", "ws://127.0.0.1:1/"],
)
def test_only_this_machine_and_whole_urls(spec):
    with pytest.raises(NoTarget) as failure:
        resolve(spec)
    assert failure.value.hint


@pytest.mark.parametrize("spec", ["", ":", ":99999999", "-1", "wss://127.0.0.1/x"])
def test_nonsense(spec):
    with pytest.raises(NoTarget):
        resolve(spec)


def test_a_name_names_one_process(start_app):
    process, _ = start_app(name="shop-front.js")
    assert resolve("shop-front").pid == process.pid
    start_app(name="shop-front.js")
    with pytest.raises(NoTarget, match=rf"2 Node.js .*{process.pid}"):
        resolve("shop-front.js")
    with pytest.raises(NoTarget, match=r"no Node\.js process"):
        resolve("nobody-is-called-so")
