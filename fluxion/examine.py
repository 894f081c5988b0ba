"""Look at a target from outside: what would work with it, and why not.

In: a Target. Out: Checks. Nothing is sent to the process: no signal, no session; only
an inspector that is open already is asked what it lists.
"""

from __future__ import annotations

import ipaddress
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from agent import binary, leftover, loops, options, proc, reach, ways
from agent.discovery import discover
from agent.launch import is_module
from agent.stall import estimate
from fluxion.checks import Check, fact, of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.target import Target

OLDEST = 20
_TAIL = 4096


def examine(target: Target) -> Iterator[Check]:
    """Yield what is known of a target."""
    if target.pid is None:
        yield from _address(target)
        return
    facts = proc.facts(target.pid)
    yield from _who(facts)
    found = ways.way(facts)
    yield from _way(facts, found)
    yield from _ours(facts)
    yield from _family(facts, found)
    yield from _code(facts)
    yield from _place(facts)
    yield from _size(facts)


def _address(target: Target) -> Iterator[Check]:
    """Behind an address may be another machine: only the port can be looked at."""
    port = target.port or options.DEFAULT_PORT
    open_ = discover(target.host, port) is not None
    yield of(
        "inspector",
        f"an inspector answers on {target.host}:{port}"
        if open_
        else f"no inspector answers on {target.host}:{port}",
        good=open_,
        remedy="start the app with --inspect, or give its pid",
    )
    holder = proc.owner(port)
    if holder is None:
        return
    facts = proc.facts(holder)
    if facts.is_node:
        yield from examine(_target(facts, target))
    else:
        yield fact(
            "tunnel",
            f"process {holder} ({' '.join(facts.command)[:80]}) holds that port and is "
            "not Node.js: the target is behind it, and its stream is pulled",
        )


def _target(facts: proc.Facts, target: Target) -> Target:
    return type(target)(target.spec, facts.pid, facts.started)


def _who(facts: proc.Facts) -> Iterator[Check]:
    version = binary.version(proc.PROC / str(facts.pid))
    command = " ".join(facts.command)[:120]
    kind = "a single-executable app of Node.js" if facts.single else "Node.js"
    yield of(
        "node",
        f"process {facts.pid} is {kind} {version or 'of unknown version'}: {command}",
        good=version is None or int(version.split(".")[0]) >= OLDEST,
        remedy=f"fluxion needs Node.js {OLDEST} or newer",
    )
    if facts.options:
        yield fact("options", f"options of Node: {' '.join(facts.options)[:200]}")


def _way(facts: proc.Facts, found: ways.Way) -> Iterator[Check]:
    if isinstance(found, ways.Refused):
        yield Check("way", found.reason, "no", found.remedy)
        return
    if isinstance(found, ways.Signal):
        port = "a port that it chooses" if found.port is None else f"port {found.port}"
        yield Check(
            "way", f"attach: SIGUSR1 opens its inspector, on {port}, which is free"
        )
        if found.free_first is not None:
            yield fact(
                "port",
                f"process {found.free_first.pid} holds port {found.port} since an "
                "earlier fluxion was killed in it; that is closed first",
            )
        yield from _bound(options.inspect_address(facts.options)[0], "would listen on")
        return
    yield Check("way", f"attach: its inspector is open on {found.bound}:{found.port}")
    yield from _bound(found.bound, "listens on")
    if {"--inspect-brk", "--inspect-wait"} & {o.split("=")[0] for o in facts.options}:
        yield Check(
            "waiting",
            "it was started to wait for a debugger before its first line",
            "warning",
            "let it run from a debugger first; a recording cannot",
        )
    clients = proc.clients(facts.pid, found.port)
    if clients:
        yield Check(
            "clients",
            f"{clients} connections to its inspector: somebody debugs it, perhaps "
            "DevTools or another fluxion",
            "warning",
            "both work beside each other; a breakpoint of theirs stops the app for us",
        )


def _bound(host: str, words: str) -> Iterator[Check]:
    try:
        private = ipaddress.ip_address(host).is_loopback
    except ValueError:
        private = host == "localhost"
    if not private:
        yield Check(
            "exposed",
            f"its inspector {words} {host}: whoever reaches that can run code in it",
            "warning",
            "restart it with --inspect=127.0.0.1:9229, and tunnel with ssh -L",
        )


def _ours(facts: proc.Facts) -> Iterator[Check]:
    left = leftover.by(facts.pid)
    if left is None:
        yield fact("probe", "no fluxion of this user is known to be in it")
    elif left.agent_lives():
        yield Check(
            "probe",
            f"fluxion (process {left.agent}) is attached to it now",
            "warning",
            "let that one end, or stop it: two at once are refused",
        )
    else:
        yield fact(
            "probe",
            f"a fluxion (process {left.agent}) was killed while it was attached; its "
            "probe left by itself, or does within six seconds",
        )


def _family(facts: proc.Facts, found: ways.Way) -> Iterator[Check]:
    below: list[proc.Facts] = []
    for pid in proc.descendants(facts.pid):
        try:
            below.append(proc.facts(pid))
        except OSError:
            continue
    workers = [one.pid for one in below if one.is_node and one.is_worker]
    children = [one.pid for one in below if one.is_node and not one.is_worker]
    threads = loops.beside(facts.pid) - isinstance(found, ways.Open)
    for about, count, what in (
        ("workers", len(workers), f"cluster workers: {_few(workers)}"),
        ("children", len(children), f"Node.js processes below it: {_few(children)}"),
        ("threads", threads, f"{threads} event loops more: its worker threads"),
    ):
        if count:
            yield fact(about, what)
    if facts.is_worker:
        yield fact(
            "workers", f"it is a cluster worker; its primary is process {facts.parent}"
        )


def _few(pids: list[int]) -> str:
    shown = " ".join(map(str, pids[:10]))
    return f"{shown} and {len(pids) - 10} more" if len(pids) > 10 else shown


def _code(facts: proc.Facts) -> Iterator[Check]:
    entry = entry_of(facts)
    if entry is None:
        yield fact("entry", "no main script can be told from outside")
        return
    seen = seen_from_here(facts.pid, entry)
    module = "an ES module" if is_module(seen) else "CommonJS"
    if not seen.is_file():
        yield Check(
            "entry",
            f"main script {entry}, which is not there any more",
            "warning",
            "compile needs the sources: record --with-sources",
        )
        return
    mapped = entry.suffix in {".ts", ".mts", ".cts"} or _has_map(seen)
    told = ", with a source map: names and places are those of its sources"
    yield fact("entry", f"main script {entry}: {module}{told if mapped else ''}")


def entry_of(facts: proc.Facts) -> Path | None:
    """Return the main script as the target names it, None when it cannot be told."""
    script = "" if facts.single else options.script_of(facts.command)
    if not script:
        return None
    try:
        folder = (proc.PROC / str(facts.pid) / "cwd").readlink()
    except OSError:
        return None
    found = Path(os.path.normpath(folder / script))
    for suffix in ("", ".js", ".cjs", ".mjs"):
        if seen_from_here(facts.pid, Path(f"{found}{suffix}")).is_file():
            return Path(f"{found}{suffix}")
    return found


def seen_from_here(pid: int, path: Path) -> Path:
    """Return where we see a file of a process that may have other mounts."""
    root = reach.root(pid)
    return path if root is None else root / path.relative_to(path.anchor)


def _has_map(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            opened.seek(max(0, file.stat().st_size - _TAIL))
            return (
                re.search(rb"^//[#@] sourceMappingURL=", opened.read(), re.MULTILINE)
                is not None
            )
    except OSError:
        return False


def _place(facts: proc.Facts) -> Iterator[Check]:
    apart = [
        words
        for kind, words in (
            ("net", "network: its sockets and ours are made in there"),
            ("pid", f"process numbers: inside it is {facts.inside}"),
            ("mnt", "files: they are read below /proc/PID/root"),
        )
        if not reach.same(facts.pid, kind)
    ]
    if apart:
        yield fact("container", f"it has its own {'; its own '.join(apart)}")
        if not reach.same(facts.pid, "mnt"):
            yield Check(
                "sources",
                "compile does not find its files here",
                "warning",
                "record --with-sources keeps them; or compile --root DIR",
            )
    ports = sorted({one.port for one in proc.listeners(facts.pid)})
    if ports:
        yield fact("ports", f"it listens on {' '.join(map(str, ports[:20]))}")


def _size(facts: proc.Facts) -> Iterator[Check]:
    status = (proc.PROC / str(facts.pid) / "status").read_text("utf-8", "replace")
    found = re.search(r"^VmRSS:\s*(\d+) kB", status, re.MULTILINE)
    version = binary.version(proc.PROC / str(facts.pid))
    if not found:
        return
    memory = int(found[1]) / 1000
    yield fact("memory", f"{memory:.0f} MB of memory")
    if version is not None:
        # Its scripts are counted by a session; the heap is no larger than all memory.
        least = estimate(0, memory).ms
        yield fact(
            "stall",
            f"tracing stops it once: about {least:.0f} ms by its memory, and more for "
            "many scripts; record counts them, says it, and refuses above --max-stall",
        )
