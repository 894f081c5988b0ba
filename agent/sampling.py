"""Sample a live target, and do nothing else to it.

In: a Target. Out: a `Sampling`, whose profilers are V8's own. No probe, no twin, no
Debugger; nothing of the app is read or changed. An inspector that we opened is closed
at the end: by us, or, when we are killed, by the process beside us (`agent/linger.py`).
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Generator
from pathlib import Path

from agent import leaving, leftover, linger, options, proc
from agent.bulk import Bulk
from agent.control import Control
from agent.heap import HeapSampling
from agent.inspector import close_inspector, identified, open_inspector
from agent.leaving import Port
from agent.ledger import Ledger
from agent.profile import Profile
from agent.scripts import Scripts
from agent.stall import estimate, newest
from agent.target import Target, same_process
from store.errors import FluxionError, TargetGone
from store.facts import Process
from store.redact import redact_words

WAITING = "NodeRuntime.waitingForDisconnect"


class Sampling:
    """A target with no more of us in it than two inspector sessions."""

    def __init__(self, target: Target, control: Control, bulk: Bulk) -> None:
        """Take what `sampling` has opened."""
        self._target = target
        self._control, self._bulk = control, bulk
        self.exiting = False
        """It is about to end, and waits for us to leave."""
        self.steps: dict[str, float] = {}
        """How long each kind of step held the target up at most, in milliseconds."""
        self.cpu = Profile(bulk, Scripts(), self._measured)
        self.heap = HeapSampling(bulk, self._measured)
        self.process = described(target, str(control.evaluate("process.version")))

    def listen(self) -> None:
        """Have the target tell when it is about to end: it then waits for us."""
        self._bulk.calls(
            [
                ("NodeRuntime.enable", {}),
                ("NodeRuntime.notifyWhenWaitingForDisconnect", {"enabled": True}),
            ]
        )

    def ending(self) -> bool:
        """Tell whether it is; raises TargetGone when it is gone already."""
        self.exiting = self.exiting or bool(self._bulk.heard(WAITING))
        if not self.exiting and not self.alive:
            raise TargetGone("the target went away while it was sampled")
        return self.exiting

    @property
    def alive(self) -> bool:
        """Whether the target is still there."""
        return self._control.open and same_process(self._target)

    def predicted_ms(self) -> float:
        """Return how long beginning to sample the CPU will stop the target."""
        used = self._control.call("Runtime.getHeapUsage").get("usedSize")
        heap = float(used) if isinstance(used, int | float) else 0.0
        return estimate(newest(self._control), heap / 1e6).sampling_ms

    def abandon(self) -> None:
        """End what is running, and drop what it has seen."""
        for one in (self.cpu, self.heap):
            if one.running:
                with contextlib.suppress(FluxionError):
                    one.abandon()

    def _measured(self, name: str, ms: float) -> None:
        self.steps[name] = max(self.steps.get(name, 0.0), round(ms, 1))


@contextlib.contextmanager
def sampling(
    target: Target, on_audit: Callable[[str], None] | None = None
) -> Generator[Sampling]:
    """Open the inspector for the length of a block; then all is as it was found."""
    ledger = Ledger(on_audit)
    with contextlib.ExitStack() as stack:
        stack.callback(ledger.flush)
        # Until the very end: nobody else would close the port if we were killed.
        stack.callback(linger.stand_down, target.pid or 0)
        endpoint = open_inspector(target, ledger, linger.stand_by)
        if endpoint.opened:
            stack.callback(leaving.close_port, endpoint, ledger)
        control = Control(endpoint.url, ledger=ledger, reach=endpoint.reach)
        stack.callback(control.close)
        target = identified(control, endpoint, target)
        leaving.remove_old(control, replace=False)
        port = Port(endpoint, target, [lambda: control.port])
        bulk = Bulk(endpoint.url, ledger=ledger, reach=endpoint.reach)
        stack.callback(bulk.close)
        port.ours.append(lambda: bulk.port)
        if endpoint.opened:
            port.note()
        found = Sampling(target, control, bulk)
        found.listen()
        stack.pop_all()
        try:
            yield found
        finally:
            _leave(found, port, control, bulk, ledger)


def _leave(
    found: Sampling, port: Port, control: Control, bulk: Bulk, ledger: Ledger
) -> None:
    """Stop the profilers, end the sessions, close the port if we opened it."""
    found.abandon()
    endpoint, pid = port.endpoint, port.target.pid
    keep = endpoint.opened and found.alive and port.shared()
    bulk.close()
    here = found.alive and not found.exiting
    if endpoint.opened and here and not keep and control.answers:
        close_inspector(control)
    control.close()
    if endpoint.opened and here and not keep:
        port.close(ledger)
    what = "left open: another client is on" if keep else "closed"
    if endpoint.opened:
        ledger.did(f"inspector port {endpoint.port} {what}")
        leftover.forget(pid or 0)
    linger.stand_down(pid or 0)
    ledger.flush()


def described(target: Target, version: str) -> Process:
    """Return what the kernel tells of a target; behind a tunnel that is nothing."""
    if target.pid is None:
        return Process(0, version[:40], (), (), "", "", (), 0, "attached")
    command: tuple[str, ...] = ()
    cwd = ""
    with contextlib.suppress(OSError):
        command = proc.facts(target.pid).command
        cwd = str(Path(f"/proc/{target.pid}/cwd").readlink())
    script = options.script_of(command)
    return Process(
        target.pid,
        version[:40],
        redact_words((*command[:1], *_from(command, script))),
        (),
        cwd,
        str(Path(cwd) / script) if script else "",
        (),
        time.time_ns() - int(proc.age(target.started) * 1e9) if target.started else 0,
        "attached",
    )


def _from(command: tuple[str, ...], word: str) -> tuple[str, ...]:
    """Return the words from one on: options of Node itself say little."""
    return command[command.index(word, 1) :] if word in command[1:] else command[1:]
