"""Find the process that the user means.

In: a pid, `:port`, `host:port`, a `ws://` url or a process name. Out: a Target, or
NoTarget with the reason and what helps. Nothing is sent to any process here.
"""

from __future__ import annotations

import ipaddress
import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from agent import proc
from store.errors import NoTarget

DEFAULT_PORT = 9229


@dataclass(frozen=True, slots=True)
class Target:
    """A process by pid, or an inspector by address."""

    spec: str
    """What the user wrote."""
    pid: int | None
    started: int | None
    """Start time in clock ticks, against a pid that is used again."""
    host: str = "127.0.0.1"
    port: int | None = None
    """Of an inspector that is said to be open."""
    url: str | None = None


def resolve(spec: str) -> Target:
    """Return the one target that this text names."""
    text = spec.strip()
    if text.isdecimal():
        return by_pid(int(text), spec)
    if text.startswith(("ws://", "wss://")):
        return _by_url(text, spec)
    address = re.fullmatch(r"(\[[0-9a-fA-F:]+\]|[^:/\s]*):(\d{1,5})", text)
    if address and int(address[2]) < 65536:
        host = address[1].strip("[]") or "127.0.0.1"
        return Target(spec, None, None, _loopback(host, spec), int(address[2]))
    if re.search(r"[^\W\d_]", text):
        return _by_name(text, spec)
    raise NoTarget(
        f"{spec!r} names no target",
        "give a pid, :port, host:port, a ws:// url or a process name",
    )


def by_pid(pid: int, spec: str | None = None) -> Target:
    """Return a Node process that can be asked to open its inspector, or refuse."""
    try:
        facts = proc.facts(pid)
    except ProcessLookupError as error:
        raise NoTarget(f"there is no process {pid}", "`ps -C node` lists some") from (
            error
        )
    except PermissionError as error:
        raise NoTarget(
            f"process {pid} belongs to somebody else",
            f"run as its owner: sudo -u '#{_user(pid)}' fluxion record {pid}",
        ) from error
    if not facts.is_node:
        raise NoTarget(
            f"process {pid} is not Node.js ({_called(facts)})",
            "the signal that opens the inspector would end it, so none was sent",
        )
    try:
        os.kill(pid, 0)
    except PermissionError as error:
        raise NoTarget(
            f"process {pid} belongs to somebody else",
            f"run as its owner: sudo -u '#{_user(pid)}' fluxion record {pid}",
        ) from error
    except ProcessLookupError as error:
        raise NoTarget(f"there is no process {pid}") from error
    return Target(spec or str(pid), pid, facts.started)


def same_process(target: Target) -> bool:
    """Tell whether the pid still is the process that was resolved."""
    return target.pid is None or proc.started(target.pid) == target.started


def _by_name(name: str, spec: str) -> Target:
    candidates: list[proc.Facts] = []
    for pid in proc.node_pids():
        try:
            facts = proc.facts(pid)
        except (ProcessLookupError, PermissionError):
            continue
        if name in _names(facts):
            candidates.append(facts)
    if len(candidates) == 1:
        return by_pid(candidates[0].pid, spec)
    if not candidates:
        raise NoTarget(
            f"no Node.js process is called {name!r}", "`ps -C node -f` lists them"
        )
    lines = "; ".join(f"{one.pid} ({_called(one)})" for one in candidates[:20])
    raise NoTarget(
        f"{len(candidates)} Node.js processes are called {name!r}: {lines}",
        "give the pid of one",
    )


def _names(facts: proc.Facts) -> set[str]:
    """The title, the script with and without folder and suffix, and its folder."""
    names = {Path(facts.command[0]).name, " ".join(facts.command)}
    script = next((word for word in facts.command[1:] if not word.startswith("-")), "")
    if script:
        path = Path(script)
        names |= {script, path.name, path.stem}
        try:
            home = Path(f"/proc/{facts.pid}/cwd").resolve()
            names.add((home / path).parent.name)
        except OSError:
            pass
    return names - {""}


def _called(facts: proc.Facts) -> str:
    return " ".join(facts.command)[:120] or "no command line"


def _user(pid: int) -> int:
    try:
        return Path(f"/proc/{pid}").stat().st_uid
    except OSError:
        return 0


def _by_url(text: str, spec: str) -> Target:
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise NoTarget(f"{spec!r} is not a url") from error
    if parts.scheme != "ws" or not parts.path.strip("/"):
        raise NoTarget(
            "an inspector's url looks like ws://127.0.0.1:9229/<id>",
            f"`fluxion record {host or '127.0.0.1'}:{port or DEFAULT_PORT}` finds it",
        )
    return Target(spec, None, None, _loopback(host, spec), port or DEFAULT_PORT, text)


def _loopback(host: str, spec: str) -> str:
    if host == "localhost":
        return "127.0.0.1"
    try:
        if ipaddress.ip_address(host).is_loopback:
            return host
    except ValueError:
        pass
    raise NoTarget(
        f"{spec!r} is not on this machine",
        f"forward it: ssh -L {DEFAULT_PORT}:127.0.0.1:{DEFAULT_PORT} {host}; "
        f"then use :{DEFAULT_PORT}",
    )
