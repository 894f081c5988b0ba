"""Opening the inspector, and refusing to."""

from __future__ import annotations

import os
import signal

import pytest

from agent import inspector
from agent.control import Control
from agent.inspector import checked, discover, open_inspector
from agent.target import Target, by_pid, resolve
from store.errors import NoTarget
from tests.processes import accepts, eventually, unused_port


def close(endpoint) -> None:
    with Control(endpoint.url) as control:
        control.tell('process.getBuiltinModule("inspector").close()')
    eventually(lambda: not accepts(endpoint.port), "the inspector is closed")


def test_an_unprepared_process_is_opened(start_app):
    process, _ = start_app()
    endpoint = open_inspector(by_pid(process.pid))
    assert endpoint.opened
    assert discover(endpoint.host, endpoint.port)
    assert endpoint.url.rpartition("/")[2] not in repr(endpoint)
    close(endpoint)


def test_an_open_inspector_is_used_and_not_ours(start_app):
    port = unused_port()
    process, _ = start_app(flags=(f"--inspect=127.0.0.1:{port}",))
    by_number = open_inspector(by_pid(process.pid))
    by_port = open_inspector(resolve(f":{port}"))
    assert not by_number.opened
    assert not by_port.opened
    assert by_number.url == by_port.url


def test_a_busy_port_is_refused_with_its_holder(start_app):
    port = unused_port()
    holder, _ = start_app(flags=(f"--inspect=127.0.0.1:{port}",))
    process, _ = start_app(flags=(f"--inspect-port={port}",))
    with pytest.raises(NoTarget, match=rf"port {port}.* held by process {holder.pid}"):
        open_inspector(by_pid(process.pid))
    assert not any("Starting inspector" in line for line in process.err)


def test_options_that_keep_it_shut(start_app, nodes):
    shut, _ = start_app(node=nodes["24"], flags=("--disable-sigusr1",))
    with pytest.raises(NoTarget, match="disable-sigusr1"):
        open_inspector(by_pid(shut.pid))
    guarded, _ = start_app(
        node=nodes["20"], flags=("--experimental-permission", "--allow-fs-read=*")
    )
    with pytest.raises(NoTarget, match="permission model"):
        open_inspector(by_pid(guarded.pid))
    assert shut.alive()
    assert guarded.alive()


def test_an_app_with_a_handler_of_its_own(start_app, monkeypatch):
    monkeypatch.setattr(inspector, "OPEN_WITHIN_S", 0.5)
    process, _ = start_app(
        "process.on('SIGUSR1', () => console.log('mine'));"
        "setInterval(() => {}, 1000); console.log('port 1');"
    )
    with pytest.raises(NoTarget) as failure:
        open_inspector(by_pid(process.pid))
    assert "handler of its own" in failure.value.hint
    process.wait_for_line("mine")


def test_a_process_that_would_die_of_the_signal(start_app):
    process, _ = start_app(
        "const f = () => {}; process.on('SIGUSR1', f); process.off('SIGUSR1', f);"
        "setInterval(() => {}, 1000); console.log('port 1');"
    )
    with pytest.raises(NoTarget, match="does not take SIGUSR1"):
        open_inspector(by_pid(process.pid))
    assert process.alive()


def test_a_stopped_process(start_app, monkeypatch):
    monkeypatch.setattr(inspector, "OPEN_WITHIN_S", 0.3)
    process, _ = start_app()
    target = by_pid(process.pid)
    os.kill(process.pid, signal.SIGSTOP)
    with pytest.raises(NoTarget, match="did not open"):
        open_inspector(target)


def test_a_number_that_was_used_again(start_app):
    process, _ = start_app()
    older = Target(str(process.pid), process.pid, 1)
    with pytest.raises(NoTarget, match="used again"):
        open_inspector(older)


def test_nobody_there():
    port = unused_port()
    assert discover("127.0.0.1", port) is None
    with pytest.raises(NoTarget, match="no inspector answers"):
        open_inspector(resolve(f":{port}"))


def test_an_inspector_of_another_process(start_app):
    process, _ = start_app()
    endpoint = open_inspector(by_pid(process.pid))
    with pytest.raises(NoTarget, match="belongs to process 1,"):
        checked(endpoint, by_pid(process.pid), {"pid": 1})
    with pytest.raises(NoTarget, match=r"not Node\.js"):
        checked(endpoint, by_pid(process.pid), {})
    close(endpoint)
