"""Leave the inspector of a target as it was found.

In: an endpoint that we opened, and our own connections to it. Out: the port closed, or
left open for somebody else who is connected, or moved out of the way meanwhile.
"""

from __future__ import annotations

import contextlib
import queue
import time
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from agent import installed, proc
from agent.control import Control
from agent.inspector import Endpoint, close_inspector, rediscovered
from agent.ledger import Ledger
from agent.session import Small
from agent.target import Target
from store.errors import FluxionError, NoTarget, TargetGone

CLOSE_S = 3.0
MOVE_S = 15.0
LOOK_AGAIN_S = 0.1


@dataclass
class Port:
    """The inspector's port that we opened in a target."""

    endpoint: Endpoint
    target: Target
    ours: tuple[int, ...]
    """Our ends of the connections to it."""

    def others(self) -> set[int]:
        """Who else is connected: the other ends' ports."""
        pid = self.target.pid
        found = proc.peers(pid, self.endpoint.port) if pid else set[int]()
        return found - set(self.ours)

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
    """Have the target open its inspector on a free port instead; ends `control`.

    The probe tells the new address over its own stream. When we die meanwhile, it
    closes whatever is open.
    """
    installed.Probe(control).ask("move")
    control.close()
    try:
        port, path = _address(told.get(timeout=MOVE_S))
    except queue.Empty as error:
        raise TargetGone("the target stays in one long turn", "try again") from error
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
