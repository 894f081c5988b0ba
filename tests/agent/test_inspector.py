"""Opening the inspector, and refusing to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from agent import inspector, leftover, loops, proc, ways
from agent.attach import attach
from agent.control import Control
from agent.discovery import discover
from agent.inspector import checked, open_inspector
from agent.target import Target, by_pid, resolve
from store.errors import NoTarget
from tests.agent.live import APP, Load, attached, get, named, refuse
from tests.agent.namespaces import possible
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


def test_a_stopped_process(start_app):
    process, port = start_app()
    target = by_pid(process.pid)
    os.kill(process.pid, signal.SIGSTOP)
    eventually(lambda: proc.facts(process.pid).state == "T", "it is stopped")
    with pytest.raises(NoTarget, match="is stopped") as failure:
        open_inspector(target)
    assert failure.value.hint == f"let it go on first: kill -CONT {process.pid}"
    os.kill(process.pid, signal.SIGCONT)
    assert get(port, "/one").startswith(b"one")
    assert process.err == [], "no signal was waiting for it"


def test_a_number_that_was_used_again(start_app):
    process, _ = start_app()
    older = Target(str(process.pid), process.pid, 1)
    with pytest.raises(NoTarget, match="used again"):
        open_inspector(older)
    assert not any("Debugger" in line for line in process.err)


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


def test_the_signal_is_for_the_process_not_for_its_number(start_app, monkeypatch):
    """Between the look and the signal the process ends and another gets its number."""
    process, _ = start_app()
    target = by_pid(process.pid)
    before = ways.way

    def slow(facts):
        found = before(facts)
        monkeypatch.setattr(proc, "started", lambda _: 1)
        return found

    monkeypatch.setattr(ways, "way", slow)
    with pytest.raises(NoTarget, match="used again"):
        open_inspector(target)
    monkeypatch.undo()
    assert process.alive()
    assert loops.beside_main(process.pid) == []
    assert process.err == []


def test_a_port_that_is_taken_after_the_look(start_app, monkeypatch):
    monkeypatch.setattr(inspector, "OPEN_WITHIN_S", 1.0)
    port = unused_port()
    process, _ = start_app(flags=(f"--inspect-port={port}",))
    target = by_pid(process.pid)
    before = ways.way

    def late(facts):
        found = before(facts)
        start_app(flags=(f"--inspect=127.0.0.1:{port}",), name="other.js")
        return found

    monkeypatch.setattr(ways, "way", late)
    with pytest.raises(NoTarget, match="SIGUSR1 was sent, but port") as failure:
        open_inspector(target)
    assert "other.js), which came first" in failure.value.message
    eventually(lambda: any("in use" in line for line in process.err), "Node said so")


def test_an_app_that_waits_for_its_debugger(start_app, node_version, free_port):
    process, _ = start_app(
        "console.log('port 1'); setInterval(() => {}, 50)",
        node=node_version,
        flags=(f"--inspect-brk={free_port}",),
        waits=True,
    )
    eventually(lambda: accepts(free_port), "its inspector answers")
    target = by_pid(process.pid)
    endpoint = open_inspector(target)
    assert not endpoint.opened
    with pytest.raises(NoTarget, match="has not begun") as failure:
        attach(target, rewrite=refuse, on_block=print)
    assert "fluxion record -o app.db -- node app.js" in failure.value.hint
    with Control(endpoint.url) as control:
        control.call("Runtime.runIfWaitingForDebugger", {})
    process.wait_for_line("port 1")
    with attached(process.pid) as (observed, _):
        assert observed.status().alive


def test_a_process_in_one_endless_turn_is_reached(start_app, node_version):
    process, _ = start_app(
        "console.log('port 1'); setTimeout(() => { for (;;); }, 50)", node=node_version
    )
    eventually(lambda: busy(process.pid), "it is in its endless turn")
    endpoint = open_inspector(by_pid(process.pid))
    with Control(endpoint.url) as control:
        assert control.evaluate("process.pid") == process.pid


def busy(pid):
    before = ticks(pid)
    eventually(lambda: ticks(pid) > before + 10, "it takes CPU", timeout=5)
    return True


def ticks(pid):
    fields = (proc.PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return int(fields[11])


def test_an_inspector_that_a_dead_agent_left_is_closed_first(start_app):
    """The agent was killed before it closed what it had opened in the first app."""
    port = unused_port()
    first, _ = start_app(flags=(f"--inspect-port={port}",))
    opened = open_inspector(by_pid(first.pid))
    assert opened.opened
    script = (
        f"import sys; sys.path[:0] = {sys.path!r}\n"
        f"from agent import leftover, proc\n"
        f"leftover.note({first.pid}, proc.started({first.pid}), {port})"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
    second, _ = start_app(flags=(f"--inspect-port={port}",), name="second.js")
    with attached(second.pid) as (observed, _):
        assert observed.process.pid == second.pid
    assert leftover.by(first.pid) is None
    assert loops.beside_main(first.pid) == []
    assert first.alive()


def test_somebody_who_uses_that_inspector_keeps_it(start_app):
    port = unused_port()
    first, _ = start_app(flags=(f"--inspect-port={port}",))
    opened = open_inspector(by_pid(first.pid))
    script = (
        f"import sys; sys.path[:0] = {sys.path!r}\n"
        f"from agent import leftover, proc\n"
        f"leftover.note({first.pid}, proc.started({first.pid}), {port})"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
    second, _ = start_app(flags=(f"--inspect-port={port}",), name="second.js")
    with Control(opened.url) as devtools:
        with pytest.raises(NoTarget, match=f"held by process {first.pid}"):
            open_inspector(by_pid(second.pid))
        assert devtools.evaluate("1") == 1
    close(opened)
    leftover.forget(first.pid)


def test_a_process_that_is_just_starting_is_waited_for(start_app, node_version):
    process, _ = start_app(node=node_version, waits=True)
    eventually(lambda: is_node(process.pid), "it is Node", every=0.0)
    endpoint = open_inspector(by_pid(process.pid))
    assert endpoint.opened
    close(endpoint)
    process.wait_for_line("port")


def is_node(pid):
    try:
        return proc.facts(pid).is_node
    except ProcessLookupError:
        return False


PID_WRAP = """
import subprocess, sys
sys.path[:0] = {path!r}
from agent import loops
from agent.inspector import open_inspector
from agent.target import by_pid
from store.errors import NoTarget

def start():
    code = "console.log(1); setInterval(() => {{}}, 1e3)"
    pipes = {{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}}
    process = subprocess.Popen([{node!r}, "-e", code], **pipes)
    process.stdout.readline()
    return process

first = start()
target = by_pid(first.pid)
first.kill()
first.communicate()
with open("/proc/sys/kernel/ns_last_pid", "w") as file:
    file.write(str(first.pid - 1))
second = start()
try:
    open_inspector(target)
except NoTarget as error:
    refused = error.message
print(first.pid == second.pid, second.poll(), loops.beside_main(second.pid), refused)
second.kill()
print(second.communicate()[1].decode())
"""


def test_a_number_that_the_kernel_gave_again(node_version, tmp_path):
    """A pid namespace, in which we may choose the next number."""
    flags = ("-pf", "--mount-proc", "--kill-child")
    if not possible(*flags):
        return
    code = PID_WRAP.format(path=sys.path, node=str(node_version))
    told = subprocess.run(
        ["unshare", *flags, sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert told[0].startswith("True None [] process ")
    assert told[0].endswith("ended and its number was used again")
    assert told[1:] == [""], "it heard of no signal"


def test_flags_that_change_nothing(start_app, node_version, syntax):
    flags = (
        "--frozen-intrinsics",
        "--disallow-code-generation-from-strings",
        "--no-addons",
    )
    process, port = start_app(node=node_version, flags=("--inspect-port=0", *flags))
    with attached(process.pid, syntax) as (observed, seen):
        found = named(observed.walk(), "greet")
        with Load(port, "/one") as load:
            results = observed.trace(found)
        assert any(getattr(one, "name", "") == "greet" for one in results), results
        assert not load.failures
    assert seen.records()
    assert get(port, "/one").startswith(b"one")


def test_a_title_that_hides_the_command_line(start_app):
    port = unused_port()
    process, _ = start_app(
        "process.title = 'shop';" + APP, flags=(f"--inspect-port={port}",)
    )
    assert proc.facts(process.pid).options == ()
    endpoint = open_inspector(resolve("shop"))
    assert endpoint.port == port
    close(endpoint)
