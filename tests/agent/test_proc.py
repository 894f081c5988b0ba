"""What the kernel tells."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agent import proc
from tests.processes import eventually


def test_a_node_process(start_app):
    process, port = start_app(flags=("--inspect-port=0", "--no-warnings"))
    facts = proc.facts(process.pid)
    assert facts.is_node
    assert facts.takes_usr1
    assert facts.has("--inspect-port", "--other")
    assert not facts.has("--disable-sigusr1")
    assert [one.port for one in proc.listeners(process.pid)] == [port]
    assert proc.owner(port) == process.pid
    assert process.pid in proc.node_pids()


def test_a_node_under_another_name(node, tmp_path):
    renamed = tmp_path / "worker"
    renamed.symlink_to(node)
    running = subprocess.Popen([renamed, "-e", "setTimeout(() => {}, 9e6)"])
    try:
        eventually(lambda: proc.facts(running.pid).takes_usr1, "it takes SIGUSR1")
        assert proc.facts(running.pid).is_node
    finally:
        running.kill()
        running.wait()


def test_another_program_called_node_is_not_node(tmp_path):
    false = tmp_path / "node"
    false.write_bytes(Path("/bin/sleep").read_bytes())
    false.chmod(0o755)
    running = subprocess.Popen([false, "60"])
    try:
        assert not proc.facts(running.pid).is_node
    finally:
        running.kill()
        running.wait()


def test_python_is_not_node_and_options_of_the_environment_count(start_app):
    assert not proc.facts(os.getpid()).is_node
    process, _ = start_app(flags=(), env={"NODE_OPTIONS": "--inspect-port=0"})
    assert proc.facts(process.pid).has("--inspect-port")


def test_an_ended_process_has_no_start():
    ended = subprocess.Popen([sys.executable, "-c", ""])
    eventually(lambda: proc.started(ended.pid) is None, "it is a zombie")
    ended.wait()
    with pytest.raises(ProcessLookupError):
        proc.facts(ended.pid)


@pytest.mark.skipif(
    not Path("/proc/self/schedstat").exists(), reason="this kernel does not tell"
)
def test_who_shares_a_cpu_waits_for_it():
    (cpu, *_) = os.sched_getaffinity(0)
    busy = f"import os; os.sched_setaffinity(0, {{{cpu}}})\nwhile True: pass"
    both = [subprocess.Popen([sys.executable, "-c", busy]) for _ in range(2)]
    try:

        def shared() -> bool:
            told = [proc.scheduled(one.pid) for one in both]
            return all(one and min(one.ran_ns, one.waited_ns) > 3e8 for one in told)

        eventually(shared, "both ran and waited")
    finally:
        for one in both:
            one.kill()
            one.wait()
    assert proc.scheduled(both[0].pid) is None


def test_start_times_are_wall_clock_times(start_app):
    before = time.time_ns()
    process, _ = start_app()
    since = proc.started_epoch_ns(proc.started(process.pid) or 0)
    assert abs(since - before) < 5_000_000_000
