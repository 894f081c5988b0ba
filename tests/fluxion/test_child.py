"""Whatever ends us, and however, the programs that we started end as well."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys

import psutil
import pytest

from fluxion.child import child, end, run
from tests.fluxion.verify.seeded import make_build
from tests.processes import eventually

FAMILY = """
const { spawn } = require('child_process');
const second = spawn('sleep', ['300'], { stdio: 'inherit' });
console.log(second.pid);
setInterval(() => {}, 1000);
"""
SLEEP = "import time; time.sleep(300)"
STUBBORN = "process.on('SIGTERM', () => {}); console.log('on'); setInterval(()=>{}, 99)"


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_it_ends_with_its_children_however_the_block_ends(tmp_path, error):
    log = tmp_path / "log"
    pids: list[int] = []

    def interrupted() -> None:
        with (
            log.open("wb") as output,
            child(
                ["node", "-e", FAMILY], cwd=tmp_path, env={}, output=output
            ) as process,
        ):
            eventually(lambda: log.read_text().endswith("\n"), "it began")
            pids.extend([process.pid, int(log.read_text())])
            raise error

    with pytest.raises(error):
        interrupted()
    assert len(pids) == 2
    eventually(lambda: not any(map(alive, pids)), "both ended")


def test_one_that_does_not_listen_is_ended_by_force(tmp_path):
    log = tmp_path / "log"
    with (
        log.open("wb") as output,
        child(["node", "-e", STUBBORN], cwd=tmp_path, env={}, output=output) as process,
    ):
        eventually(lambda: log.read_text() == "on\n", "it began")
        end(process, within=0.2)
        assert process.returncode == -signal.SIGKILL


def test_what_it_said_and_its_exit_code_are_returned(tmp_path):
    source = "console.log(process.cwd()); console.error('x'); process.exit(3)"
    done = run(["node", "-e", source], cwd=tmp_path)
    assert done.stdout.decode().strip() == str(tmp_path)
    assert (done.stderr, done.returncode) == (b"x\n", 3)


def test_one_that_does_not_end_in_time_ends_with_its_children(tmp_path):
    with pytest.raises(subprocess.TimeoutExpired) as told:
        run(["node", "-e", FAMILY], timeout=2.0)
    second = int(told.value.stdout or b"")
    eventually(lambda: not alive(second), "the child of the child ended")


def roles(ours: psutil.Process) -> set[str]:
    """What runs below a proof, once it is another program than the proof itself."""
    found = set()
    for one in ours.children():
        with contextlib.suppress(psutil.Error):
            words = one.cmdline()
            found |= {"driver"} if words[-1:] == [SLEEP] else set()
            found |= {"app"} if any("preload.cjs" in word for word in words) else set()
    return found


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_app_outlives_a_proof_that_is_ended(tmp_path, number):
    """Killed, as by the time limit of whoever ran it, it can do nothing any more."""
    build = make_build(tmp_path)
    verify = [sys.executable, "-m", "fluxion", "verify", str(build.folder)]
    proof = subprocess.Popen(
        [*verify, "--", sys.executable, "-c", SLEEP],
        stderr=subprocess.DEVNULL,
    )
    try:
        ours = psutil.Process(proof.pid)
        eventually(lambda: {"app", "driver"} <= roles(ours), "both run")
        started = [one.pid for one in ours.children()]
    finally:
        proof.send_signal(number)
        proof.wait(20)
    eventually(lambda: not any(map(alive, started)), "both ended")
