"""Open the inspector of a target, and know how to leave it as it was.

In: a Target. Out: an Endpoint whose process was checked. SIGUSR1 goes only to a process
that is Node.js, is still the one that was resolved, and is known to take it; to the
process itself, not to its number, which another may have by then.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from agent import installed, leftover, loops, proc, ways
from agent.cdp import Json
from agent.control import Control
from agent.discovery import discover
from agent.ledger import Ledger
from agent.options import DEFAULT_PORT
from agent.reach import HERE, Reach
from agent.session import Small, wait_ended
from agent.target import Target, same_process
from store.errors import FluxionError, NoTarget, TargetGone

OPEN_WITHIN_S = 5.0
BEGINS_WITHIN_S = 3.0
"""How long after its start a process may still be preparing itself."""
CLOSE_INSPECTOR = (
    "{ const inspector = process.getBuiltinModule ? "
    'process.getBuiltinModule("inspector") : process.mainModule.require("inspector"); '
    "setImmediate(() => inspector.close()); undefined; }"
)
"""After the answer to this very command: see `linger` for what could happen to Node."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An inspector that answers."""

    host: str
    port: int
    url: str
    """Holds a secret: whoever has it can run code in the target."""
    opened: bool
    """By us, so it is closed when we leave."""
    reach: Reach = HERE
    """Where its loopback is."""

    def __repr__(self) -> str:
        """Leave the secret out."""
        return f"Endpoint({self.host}:{self.port}, opened={self.opened})"


def open_inspector(
    target: Target,
    ledger: Ledger | None = None,
    before_signal: Callable[[int, int, list[int]], None] | None = None,
) -> Endpoint:
    """Return the target's inspector, opened if it is not; `ledger` hears of it.

    `before_signal` takes the pid and the start time of a process that is to open one,
    and the ports on which it listens already.
    """
    ledger = ledger or Ledger()
    if target.pid is None:
        port = target.port or DEFAULT_PORT
        url = target.url or discover(target.host, port)
        if url is None:
            raise NoTarget(
                f"no inspector answers on {target.host}:{port}",
                "start the app with --inspect, or give its pid",
            )
        return Endpoint(target.host, port, url, opened=False)
    facts = _facts(target, target.pid)
    ends = time.monotonic() + BEGINS_WITHIN_S - proc.age(facts.started)
    while not facts.takes_usr1 and time.monotonic() < ends:
        time.sleep(0.01)  # it is starting, and would die of the signal now
        facts = _facts(target, target.pid)
    found = ways.way(facts)
    if isinstance(found, ways.Refused):
        raise found.failure()
    if isinstance(found, ways.Open):
        return Endpoint(found.host, found.port, found.url, False, found.reach)
    if found.free_first is not None:
        _free(found.free_first.pid, found, ledger)
    before = {one.port for one in proc.listeners(facts.pid)}
    if before_signal is not None:
        before_signal(facts.pid, facts.started, sorted(before))
    _signal(target, facts.pid)
    ledger.did(f"signal SIGUSR1 to {facts.pid}")
    ledger.flush()  # from here on is counted how long it takes to see something
    opened = _wait_for_it(target, facts, found, before)
    ledger.did(f"inspector port {opened.port} opened")
    return opened


def rediscovered(endpoint: Endpoint) -> str | None:
    """Return the url of an inspector now, None when it is closed."""
    return discover(endpoint.host, endpoint.port, reach=endpoint.reach)


def _facts(target: Target, pid: int) -> proc.Facts:
    try:
        facts = proc.facts(pid)
    except ProcessLookupError as error:
        raise NoTarget(f"there is no process {pid}") from error
    except PermissionError as error:
        raise NoTarget(f"process {pid} belongs to somebody else") from error
    if facts.started != target.started or not facts.is_node:
        raise _used_again(pid)
    return facts


def _signal(target: Target, pid: int) -> None:
    """Signal this process and no later one that has its number."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError as error:
        raise TargetGone(f"process {pid} ended") from error
    try:
        # The descriptor is of whoever has the number now; it does not change hands.
        if not same_process(target):
            raise _used_again(pid)
        signal.pidfd_send_signal(descriptor, signal.SIGUSR1)
    except ProcessLookupError as error:
        raise TargetGone(f"process {pid} ended") from error
    finally:
        os.close(descriptor)


def close_inspector(session: Small) -> None:
    """Have the target close its inspector, and wait for that to end the session."""
    session.tell(CLOSE_INSPECTOR)
    wait_ended(session)


def _used_again(pid: int) -> NoTarget:
    return NoTarget(
        f"process {pid} ended and its number was used again", "nothing was sent to it"
    )


def _free(holder: int, wanted: ways.Signal, ledger: Ledger) -> None:
    """Close the inspector that an earlier agent of ours opened and never closed."""
    port = wanted.port or DEFAULT_PORT
    url = discover("127.0.0.1", port, reach=wanted.reach)
    if url is not None:
        with Control(url, ledger=ledger, reach=wanted.reach) as control:
            if control.evaluate("process.pid") == proc.facts(holder).inside:
                if installed.present(control):
                    installed.Probe(control).leave("its agent has gone")
                close_inspector(control)
    ends = time.monotonic() + OPEN_WITHIN_S
    while any(one.port == port for one in proc.listeners(holder)):
        if time.monotonic() > ends:
            raise FluxionError(
                f"process {holder} keeps port {port}, which an earlier fluxion "
                "opened in it",
                f"`fluxion detach {holder}`, then try again",
            )
        time.sleep(0.01)
    leftover.forget(holder)


def _wait_for_it(
    target: Target, facts: proc.Facts, signal_: ways.Signal, before: set[int]
) -> Endpoint:
    """The inspector is a port that was not there before, and not the main loop's."""
    ends = time.monotonic() + OPEN_WITHIN_S
    while time.monotonic() < ends:
        if not same_process(target):
            raise TargetGone(f"process {facts.pid} ended")
        for one in loops.beside_main(facts.pid):
            if one.port in before:
                continue
            host = ways.reachable(one.host)
            url = discover(host, one.port, timeout=1.0, reach=signal_.reach)
            if url is not None:
                return Endpoint(host, one.port, url, opened=True, reach=signal_.reach)
        time.sleep(0.002)
    raise _why_not(facts, signal_)


def _why_not(facts: proc.Facts, signal_: ways.Signal) -> NoTarget:
    """The signal was sent and no inspector came."""
    pid = facts.pid
    taken = [one for one in proc.all_listeners(pid) if one.port == (signal_.port or -1)]
    if taken:
        refused = ways.busy(
            pid, taken[0].port, taken[0], proc.owner(taken[0].port, pid)
        )
        return NoTarget(
            f"SIGUSR1 was sent, but {refused.reason}, which came first; process {pid} "
            "wrote one line about it to its stderr and goes on",
            refused.remedy,
        )
    return NoTarget(
        f"process {pid} did not open its inspector within {OPEN_WITHIN_S:.0f} s "
        "of SIGUSR1",
        "if the app has a SIGUSR1 handler of its own, that ran instead: "
        "restart it with --inspect=127.0.0.1:0; "
        "if it waits in one long system call, such as execSync, try again",
    )


def identified(control: Control, endpoint: Endpoint, target: Target) -> Target:
    """Check who answers; return the target with its pid where that is one of ours."""
    described = {"pid": control.evaluate("process.pid")}
    inside = checked(endpoint, target, described)
    if target.pid is not None:
        return target
    # Behind a port may be a tunnel: then its owner is another process than the target.
    holder = proc.owner(endpoint.port)
    try:
        facts = proc.facts(holder or 0)
    except OSError:
        return target
    if facts.is_node and facts.inside == inside:
        return replace(target, pid=facts.pid, started=facts.started)
    return target


def checked(endpoint: Endpoint, target: Target, described: Json) -> int:
    """Return the pid behind an inspector; refuse one that is not the target's.

    It is the number in the target's own pid namespace, where that differs from ours.
    """
    pid = described.get("pid")
    if pid is None and "pid" in described:
        raise NoTarget(
            f"the app behind port {endpoint.port} has not begun: it waits for a "
            "debugger (--inspect-brk or --inspect-wait)",
            "let it run from that debugger first; to record from the first line: "
            "fluxion record -o app.db -- node app.js",
        )
    if not isinstance(pid, int):
        raise NoTarget(f"what answers on port {endpoint.port} is not Node.js")
    if target.pid is None:
        return pid
    try:
        inside = proc.facts(target.pid).inside
    except OSError as error:
        raise TargetGone(f"process {target.pid} ended") from error
    if pid != inside:
        raise NoTarget(
            f"the inspector on port {endpoint.port} belongs to process {pid}, "
            f"not to {target.pid}",
            "close that one, or restart the app with --inspect-port=9300",
        )
    return pid
