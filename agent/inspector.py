"""Open the inspector of a target, and know how to leave it as it was.

In: a Target. Out: an Endpoint whose process was checked. SIGUSR1 goes only to a process
that is Node.js, is still the one that was resolved, and is known to take it.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import time
from dataclasses import dataclass
from typing import Any

from agent import proc
from agent.cdp import Json, as_list, as_object
from agent.ledger import Ledger
from agent.target import DEFAULT_PORT, Target, same_process
from store.errors import NoTarget, TargetGone

OPEN_WITHIN_S = 5.0
MOST_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An inspector that answers."""

    host: str
    port: int
    url: str
    """Holds a secret: whoever has it can run code in the target."""
    opened: bool
    """By us, so it is closed when we leave."""

    def __repr__(self) -> str:
        """Leave the secret out."""
        return f"Endpoint({self.host}:{self.port}, opened={self.opened})"


def discover(host: str, port: int, timeout: float = 2.0) -> str | None:
    """Return the ws:// url that an inspector lists, None when there is none."""
    connection = http.client.HTTPConnection(host, port, timeout=timeout)
    try:
        connection.request("GET", "/json/list", headers={"Host": f"127.0.0.1:{port}"})
        listed = json.loads(connection.getresponse().read(MOST_BYTES))
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()
    found = [as_object(one) for one in as_list(listed) if _is_node(one)]
    if not found:
        return None
    path = str(found[0]["webSocketDebuggerUrl"]).rpartition("/")[2]
    return f"ws://{f'[{host}]' if ':' in host else host}:{port}/{path}"


def _is_node(listed: Any) -> bool:
    return isinstance(as_object(listed).get("webSocketDebuggerUrl"), str)


def open_inspector(target: Target, ledger: Ledger | None = None) -> Endpoint:
    """Return the target's inspector, opened if it is not; `ledger` hears of it."""
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
    _refuse_flags(facts)
    held = _already_open(facts)
    if held is not None:
        return held
    _refuse_busy(facts)
    if not same_process(target):
        raise NoTarget(f"process {target.pid} ended and its number was used again")
    before = {one.port for one in proc.listeners(facts.pid)}
    try:
        os.kill(facts.pid, signal.SIGUSR1)
    except ProcessLookupError as error:
        raise TargetGone(f"process {facts.pid} ended") from error
    ledger = ledger or Ledger()
    ledger.did(f"signal SIGUSR1 to {facts.pid}")
    opened = _wait_for_it(target, facts, before)
    if opened.opened:
        ledger.did(f"inspector port {opened.port} opened")
    return opened


def _facts(target: Target, pid: int) -> proc.Facts:
    try:
        facts = proc.facts(pid)
    except ProcessLookupError as error:
        raise NoTarget(f"there is no process {pid}") from error
    except PermissionError as error:
        raise NoTarget(f"process {pid} belongs to somebody else") from error
    if facts.started != target.started or not facts.is_node:
        raise NoTarget(f"process {pid} ended and its number was used again")
    return facts


def _refuse_flags(facts: proc.Facts) -> None:
    """These open no inspector, whatever is sent."""
    if facts.has("--disable-sigusr1"):
        raise NoTarget(
            f"process {facts.pid} runs with --disable-sigusr1",
            "restart it without that option, or with --inspect=127.0.0.1:0",
        )
    if facts.has("--permission", "--experimental-permission") and not facts.has(
        "--allow-inspector"
    ):
        raise NoTarget(
            f"process {facts.pid} runs under the permission model, "
            "which keeps the inspector shut",
            "restart it without --permission (Node 26: add --allow-inspector)",
        )
    if not facts.takes_usr1:
        raise NoTarget(
            f"process {facts.pid} does not take SIGUSR1: it would end it",
            "the app removed a handler of its own; restart it with --inspect",
        )


def _inspect_port(facts: proc.Facts) -> int:
    """The port on which this process would open its inspector."""
    for option in facts.options:
        name, _, value = option.partition("=")
        if name.startswith("--inspect") or name == "--debug-port":
            last = value.rpartition(":")[2]
            if last.isdecimal():
                return int(last)
    return DEFAULT_PORT


def _already_open(facts: proc.Facts) -> Endpoint | None:
    port = _inspect_port(facts)
    for one in proc.listeners(facts.pid):
        if one.port == port or (facts.has("--inspect") and port == 0):
            url = discover(_reachable(one.host), one.port)
            if url is not None:
                return Endpoint(_reachable(one.host), one.port, url, opened=False)
    return None


def _refuse_busy(facts: proc.Facts) -> None:
    """Node would only print that the address is in use."""
    port = _inspect_port(facts)
    if (
        port == 0
        or facts.is_worker
        or not any(one.port == port for one in proc.all_listeners())
    ):
        return
    holder = proc.owner(port)
    who = "another process" if holder is None else f"process {holder}"
    help_ = (
        "" if holder is None else f"`fluxion detach {holder}` frees it if it is ours; "
    )
    raise NoTarget(
        f"port {port}, where process {facts.pid} would open its inspector, "
        f"is held by {who}",
        f"{help_}else close that inspector, or restart the app with --inspect-port=0",
    )


def _wait_for_it(target: Target, facts: proc.Facts, before: set[int]) -> Endpoint:
    """The inspector is the loopback port that was not there before."""
    began = time.monotonic()
    while time.monotonic() < began + OPEN_WITHIN_S:
        if not same_process(target):
            raise TargetGone(f"process {facts.pid} ended")
        # None is new: it was open before, on a port that nobody told us.
        late = time.monotonic() > began + OPEN_WITHIN_S / 5
        for one in proc.listeners(facts.pid):
            if one.port in before and not late:
                continue
            host = _reachable(one.host)
            url = discover(host, one.port, timeout=1.0)
            if url is not None:
                return Endpoint(host, one.port, url, opened=one.port not in before)
        time.sleep(0.2 if late else 0.002)
    raise NoTarget(
        f"process {facts.pid} did not open its inspector within {OPEN_WITHIN_S:.0f} s",
        "if the app has a SIGUSR1 handler of its own, that ran instead: "
        "restart it with --inspect=127.0.0.1:0; "
        "if it is busy in one long turn, or stopped, try again",
    )


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104


def checked(endpoint: Endpoint, target: Target, described: Json) -> int:
    """Return the pid behind an inspector; refuse one that is not the target's."""
    pid = described.get("pid")
    if not isinstance(pid, int):
        raise NoTarget(f"what answers on port {endpoint.port} is not Node.js")
    if target.pid is not None and pid != target.pid:
        raise NoTarget(
            f"the inspector on port {endpoint.port} belongs to process {pid}, "
            f"not to {target.pid}",
            "close that one, or restart the app with --inspect-port=0",
        )
    return pid
