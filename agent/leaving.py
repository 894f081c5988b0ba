"""Leave the inspector of a target as it was found.

In: an endpoint that we opened, and our own connections to it. Out: the port closed, or
left open for somebody else who is connected, or moved out of the way meanwhile.
"""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from agent import installed, leftover, proc
from agent.control import Control
from agent.inspector import (
    Endpoint,
    close_inspector,
    identified,
    open_inspector,
    rediscovered,
)
from agent.ledger import Ledger
from agent.session import Small
from agent.target import Target
from store.errors import FluxionError, NoTarget, TargetGone

CLOSE_S = 3.0
MOVE_S = 15.0
"""How long nothing can be asked while the inspector moves, at most.

That takes two or three turns of the target's event loop.
"""
BACK_S = 1.0
LOOK_AGAIN_S = 0.1


@dataclass
class Port:
    """The inspector's port that we opened in a target."""

    endpoint: Endpoint
    target: Target
    ours: list[Callable[[], int]]
    """Our ends of the connections to it, as ports; 0 where there is none yet."""
    stays: threading.Event = field(default_factory=threading.Event)
    """The port does not move any more."""

    def url(self) -> str:
        """The address, once that stays as it is."""
        self.stays.wait()
        return self.endpoint.url

    def move(self, control: Small, told: queue.SimpleQueue[str]) -> None:
        """Make way for another process that wants Node's usual port."""
        assert isinstance(control, Control)
        self.endpoint = moved(self.endpoint, control, told)
        self.note()

    def note(self) -> None:
        """Write down, for an agent after us, which port we have opened."""
        pid, since = self.target.pid, self.target.started
        if pid is not None and since is not None:
            opened = self.endpoint.port if self.endpoint.opened else 0
            leftover.note(pid, since, opened)

    def others(self) -> set[int]:
        """Who else is connected: the other ends' ports."""
        pid = self.target.pid
        found = proc.peers(pid, self.endpoint.port) if pid else set[int]()
        return found - {one() for one in self.ours}

    def shared(self) -> bool:
        """Tell whether another client stays connected: then the port stays open."""
        others = self.others()
        if not others:
            return False
        time.sleep(LOOK_AGAIN_S)  # one that only asks for the list is gone by then
        return bool(others & self.others())

    def close(self, ledger: Ledger) -> None:
        """Close it where the probe did not."""
        ends = time.monotonic() + LOOK_AGAIN_S
        while not self._closed():
            if time.monotonic() > ends:
                close_port(self.endpoint, ledger)
                return
            time.sleep(0.005)

    def _closed(self) -> bool:
        pid = self.target.pid
        return (
            pid is None
            or proc.started(pid) != self.target.started
            or all(one.port != self.endpoint.port for one in proc.listeners(pid))
        )


def moved(
    endpoint: Endpoint, control: Control, told: queue.SimpleQueue[str]
) -> Endpoint:
    """Have the target open its inspector on a free port instead; moves `control`.

    The probe tells the new address over its own stream. When we die meanwhile, it
    closes whatever is open. A target whose turn of the event loop is longer than we
    wait stays where it is, like one to which somebody else is connected. Raises
    TargetGone when neither address accepts us.
    """
    found, late = endpoint, False

    def address() -> str:
        nonlocal found, late
        try:
            found = _told(endpoint, told.get(timeout=MOVE_S), control.ledger)
        except queue.Empty:
            late = True
        return found.url

    probe = installed.Probe(control)
    probe.ask("move")
    try:
        control.move(address)
    except TargetGone:
        if not late:
            raise
    if late and not _stays(probe):
        # It moved, or is about to, at the very moment that we came back.
        with contextlib.suppress(queue.Empty):
            found = _told(endpoint, told.get(timeout=BACK_S), control.ledger)
            control.move(lambda: found.url)
    elif late:
        control.ledger.did("the inspector stays: the target is in one long turn")
    return found


def _stays(probe: installed.Probe) -> bool:
    try:
        return probe.ask("stay", deadline=BACK_S) is True
    except TargetGone:
        return False


def _told(endpoint: Endpoint, text: str, ledger: Ledger) -> Endpoint:
    """Where the inspector is, by the word of the probe."""
    if not text:
        ledger.did("the inspector stays: somebody else is connected to it")
        return endpoint
    port, path = _address(text)
    url = f"ws://127.0.0.1:{port}/{path}"
    return replace(endpoint, host="127.0.0.1", port=port, url=url)


def _address(url: str) -> tuple[int, str]:
    parts = urlsplit(url)
    if parts.scheme != "ws" or not parts.port:
        raise TargetGone("the target could not open its inspector again")
    return parts.port, parts.path.strip("/")


def remove_old(session: Small, *, replace: bool) -> None:
    """A probe whose agent is alive is somebody's; one whose agent is not goes."""
    if not installed.present(session):
        return
    if not replace and installed.Probe(session).ask("alive"):
        raise NoTarget(
            "another fluxion is attached to this process",
            "stop that one first, or `fluxion detach` removes its probe",
        )
    remove(session)


def remove(session: Small) -> None:
    """Have an old probe leave, and wait for it."""
    installed.Probe(session).leave("removed by another agent")
    ends = time.monotonic() + CLOSE_S
    while time.monotonic() < ends:
        try:
            if not installed.present(session):
                return
        except TargetGone:
            return  # it closed the port that its own agent had opened
        time.sleep(0.01)
    raise FluxionError("the old probe does not leave", "restart the app")


def close_port(endpoint: Endpoint, ledger: Ledger) -> None:
    """Close the port that we opened; what another process has there by now stays."""
    with contextlib.suppress(FluxionError):
        url = rediscovered(endpoint)
        if url is not None and urlsplit(url).path == urlsplit(endpoint.url).path:
            with Control(url, ledger=ledger, reach=endpoint.reach) as control:
                close_inspector(control)


def detach(target: Target) -> bool:
    """Remove a probe that an earlier agent left; tell whether there was one."""
    endpoint = open_inspector(target)
    with Control(endpoint.url, reach=endpoint.reach) as control:
        target = identified(control, endpoint, target)
        there = installed.present(control)
        if there:
            remove(control)
        if endpoint.opened and rediscovered(endpoint) is not None:
            close_inspector(control)
    if target.pid is not None:
        leftover.forget(target.pid)
    return there
