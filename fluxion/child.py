"""Start other programs that do not outlive us.

In: a command. Out: a process in a group of its own, which ends with everything that it
has started: when we no longer need it, when anything interrupts us, and, on Linux, even
when we are killed and can do nothing any more.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence
    from pathlib import Path

END_S = 5.0
"""How long it may take to end by itself, as an operator would have it."""
PR_SET_PDEATHSIG = 1  # linux/prctl.h
# Looked up here: between fork and exec nothing may be loaded.
_prctl: Any = getattr(ctypes.CDLL(None), "prctl", None)


@contextlib.contextmanager
def child(
    command: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    output: Any,
) -> Generator[subprocess.Popen[bytes]]:
    """Run a program until the block ends; what it says goes to ``output``."""
    process = _begun(command, cwd=cwd, env=env, stdout=output, stderr=subprocess.STDOUT)
    try:
        yield process
    finally:
        end(process)


def run(
    command: Sequence[str],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    timeout: float | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run a program to its end; return what it said, and its exit code.

    What it leaves running is its own affair, unless it does not end within ``timeout``
    seconds (raises TimeoutExpired) or we are interrupted. Raises OSError when it cannot
    be started.
    """
    pipe = subprocess.PIPE
    with _begun(command, cwd=cwd, env=env, stdout=pipe, stderr=pipe) as process:
        try:
            out, err = process.communicate(timeout=timeout)
        except BaseException:
            end(process, within=0.0)
            raise
    return subprocess.CompletedProcess(command, process.returncode, out, err)


def end(process: subprocess.Popen[bytes], within: float = END_S) -> None:
    """End it and its group: asked first, where there is time; then by force."""
    try:
        if within:
            _tell(process, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(within)
    finally:
        _tell(process, signal.SIGKILL)
        process.wait()


def _tell(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def _begun(
    command: Sequence[str],
    *,
    cwd: Path | None,
    env: Mapping[str, str] | None,
    stdout: Any,
    stderr: int,
) -> subprocess.Popen[bytes]:
    ours = os.getpid()

    def with_us() -> None:
        """Between fork and exec: ask the system to end it when we end."""
        if _prctl is None:
            return
        _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != ours:  # we ended meanwhile
            os._exit(1)

    return subprocess.Popen(
        command,
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
        start_new_session=True,
        preexec_fn=with_us,  # noqa: PLW1509 # it takes no lock and loads nothing
    )
