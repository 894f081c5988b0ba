"""Judge how the inspector of a process can be reached, before anything is sent to it.

In: what the kernel tells. Out: Open (it answers already), Signal (it would open for
SIGUSR1) or Refused (why not, and what helps). `open_inspector` acts on it and
`fluxion doctor` shows it. Only an inspector that is open is spoken to (/json/list).
"""

from __future__ import annotations

import pwd
from dataclasses import dataclass, field

from agent import discovery, leftover, loops, options, proc, reach
from agent.reach import Reach
from agent.wrappers import called
from store.errors import NoTarget


@dataclass(frozen=True, slots=True)
class Open:
    """An inspector answers."""

    host: str
    port: int
    url: str = field(repr=False)
    """Holds a secret: whoever has it can run code in the target."""
    bound: str
    """The address that it listens on; 0.0.0.0 is everybody's."""
    reach: Reach


@dataclass(frozen=True, slots=True)
class Signal:
    """It would open its inspector for SIGUSR1."""

    port: int | None
    """Where, None when only the process knows."""
    reach: Reach
    free_first: leftover.Left | None = None
    """An inspector that an earlier agent of ours left open on that port."""


@dataclass(frozen=True, slots=True)
class Refused:
    """It cannot be reached as it is."""

    reason: str
    remedy: str
    holder: int | None = None
    """Who has its port."""

    def failure(self) -> NoTarget:
        """The same as a failure."""
        return NoTarget(self.reason, self.remedy)


Way = Open | Signal | Refused


def way(facts: proc.Facts) -> Way:
    """Return how this Node process can be reached now."""
    if facts.state in "Tt":
        return _stopped(facts)
    try:
        way_in = reach.of(facts.pid)
    except NoTarget as error:
        return Refused(error.message, error.hint)
    return opened(facts, way_in) or _shut(facts) or _signal(facts, way_in)


def opened(facts: proc.Facts, way_in: Reach) -> Open | None:
    """Return its inspector if that is open, whoever opened it and wherever."""
    _, port = options.inspect_address(facts.options)
    apart = loops.beside_main(facts.pid)
    likely = [one for one in proc.listeners(facts.pid) if one.port == port]
    for one in dict.fromkeys((*apart, *likely)):
        host = reachable(one.host)
        url = discovery.discover(host, one.port, reach=way_in)
        if url is not None:
            return Open(host, one.port, url, one.host, way_in)
    return None


def reachable(host: str) -> str:
    """Return the address to connect to for one that is listened on."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104


def _stopped(facts: proc.Facts) -> Refused:
    if facts.state == "T":
        return Refused(
            f"process {facts.pid} is stopped (SIGSTOP or Ctrl-Z)",
            f"let it go on first: kill -CONT {facts.pid}",
        )
    return Refused(
        f"process {facts.pid} is held by a tracer, such as gdb or strace",
        "let that one detach first",
    )


def _shut(facts: proc.Facts) -> Refused | None:
    """These open no inspector, whatever is sent."""
    if facts.has("--permission", "--experimental-permission") and not facts.has(
        "--allow-inspector"
    ):
        return Refused(
            f"process {facts.pid} runs under the permission model, "
            "which keeps the inspector shut",
            "restart it without --permission (Node 26: add --allow-inspector)",
        )
    if facts.has("--disable-sigusr1"):
        return Refused(
            f"process {facts.pid} runs with --disable-sigusr1",
            "restart it without that option, or with --inspect=127.0.0.1:0",
        )
    if not facts.takes_usr1:
        return Refused(
            f"process {facts.pid} does not take SIGUSR1: it would end it",
            "it is still starting, or the app removed a handler of its own: "
            "try again, or restart it with --inspect",
        )
    return None


def _signal(facts: proc.Facts, way_in: Reach) -> Signal | Refused:
    """Node would only print that the address is in use, if it is."""
    _, port = options.inspect_address(facts.options)
    if port == 0 or facts.is_worker:
        return Signal(None, way_in)
    taken = [one for one in proc.all_listeners(facts.pid) if one.port == port]
    if not taken:
        return Signal(port, way_in)
    holder = proc.owner(port, facts.pid)
    left = leftover.by(holder) if holder is not None else None
    unused = left is not None and left.opened and not left.agent_lives()
    if unused and holder is not None and proc.clients(holder, port) == 0:
        return Signal(port, way_in, left)
    return busy(facts.pid, port, taken[0], holder)


def busy(pid: int, port: int, taken: proc.Listener, holder: int | None) -> Refused:
    """Say who has the port where this process would open its inspector."""
    reason = f"port {port}, where process {pid} would open its inspector, is held by "
    remedy = "close that inspector, or restart the app with --inspect-port=9300"
    if holder is None:
        return Refused(f"{reason}a process of {user(taken.uid)}", remedy)
    reason += f"process {holder} ({_called(holder)})"
    left = leftover.by(holder)
    if left is not None and left.agent_lives():
        remedy = f"fluxion (process {left.agent}) is attached there: wait, or end that"
    elif left is not None:
        remedy = f"`fluxion detach {holder}` frees it"
    return Refused(reason, remedy, holder)


def _called(pid: int) -> str:
    try:
        return called(proc.facts(pid))
    except OSError:
        return "not ours to look into"


def user(uid: int) -> str:
    """Name a user as people do."""
    try:
        return f"user {pwd.getpwuid(uid).pw_name}"
    except KeyError:
        return f"user number {uid}"
