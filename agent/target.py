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

from agent import options, proc
from agent.options import DEFAULT_PORT
from agent.wrappers import below, called, listed, wrapper
from store.errors import NoTarget

_OTHERS = {"bun": "Bun", "deno": "Deno", "electron": "Electron"}


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
        os.kill(pid, 0)
    except ProcessLookupError as error:
        raise _gone(pid) from error
    except PermissionError as error:
        raise _somebody_elses(pid) from error
    _refuse_others(facts)
    _refuse_wrapper(facts)
    return Target(spec or str(pid), pid, facts.started)


def _gone(pid: int) -> NoTarget:
    ended = proc.ended(pid)
    if ended is None:
        return NoTarget(f"there is no process {pid}", "`ps -C node` lists some")
    return NoTarget(
        f"process {pid} has ended (a zombie: its parent {ended} did not ask how)",
        "start the app again",
    )


def _somebody_elses(pid: int) -> NoTarget:
    user = _user(pid)
    if user == os.geteuid():
        return NoTarget(
            f"process {pid} is ours, but the kernel lets nobody look into it",
            f"it has capabilities or changed its user; try sudo fluxion record {pid}",
        )
    return NoTarget(
        f"process {pid} belongs to somebody else",
        f"run as its owner: sudo -u '#{user}' fluxion record {pid}",
    )


def _refuse_others(facts: proc.Facts) -> None:
    """SIGUSR1 ends a program that does not know it, so none is ever sent to these."""
    if facts.is_node:
        return
    reason = f"process {facts.pid} is not Node.js ({called(facts)})"
    remedy = "the signal that opens the inspector would end it, so none was sent"
    if facts.runtime in _OTHERS:
        name = _OTHERS[facts.runtime]
        reason = f"process {facts.pid} is {name}, not Node.js ({called(facts)})"
        remedy = f"fluxion works on Node.js; {name} has an inspector of its own"
    apps = below(facts.pid)
    if apps:
        remedy = f"below it runs Node.js: {listed(apps)}: give that pid"
    raise NoTarget(reason, remedy)


def _refuse_wrapper(facts: proc.Facts) -> None:
    """Recording npm would show npm; the app is another process."""
    name = wrapper(facts)
    apps = below(facts.pid) if name is not None else []
    if apps:
        raise NoTarget(
            f"process {facts.pid} is {name}, which only started the app: "
            f"{listed(apps)}",
            f"fluxion record {apps[0].pid}"
            if len(apps) == 1
            else "give the pid of one of these",
        )


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
    if len(candidates) > 1:
        # `npm start` in the folder of the app carries its name as well.
        apps = [one for one in candidates if wrapper(one) is None]
        candidates = apps or candidates
    above = _started_by_one(candidates)
    if above is not None:
        return by_pid(above.pid, spec)
    if not candidates:
        raise NoTarget(
            f"no Node.js process is called {name!r}", "`ps -C node -f` lists them"
        )
    raise NoTarget(
        f"{len(candidates)} Node.js processes are called {name!r}: "
        f"{listed(candidates[:20])}",
        "give the pid of one",
    )


def _started_by_one(candidates: list[proc.Facts]) -> proc.Facts | None:
    """The only one, or the one that started all others: a cluster's primary."""
    pids = {one.pid for one in candidates}
    tops = [one for one in candidates if one.parent not in pids]
    return tops[0] if len(tops) == 1 else None


def _names(facts: proc.Facts) -> set[str]:
    """The title, the script with and without folder and suffix, and its folder."""
    words = facts.command or ("",)
    names = {Path(words[0]).name, " ".join(words)}
    script = "" if facts.single else options.script_of(words)
    if script:
        path = Path(script)
        names |= {script, path.name, path.stem}
        try:
            home = Path(f"/proc/{facts.pid}/cwd").readlink()
            names.add((home / path).parent.name)
        except OSError:
            pass
    return names - {""}


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
