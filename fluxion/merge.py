"""Merge recordings of one app: several processes of it, or several times.

In: stores whose scripts are the same by their hashes. Out: a new store with the
isolates, raw records and profiles of all; what is derived is made again from these.
"""

from __future__ import annotations

import os
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fluxion import exits
from fluxion.meaning import thinned, write_meaning
from profiler.profiles import joined
from rewriter.syntax.client import Syntax
from store import abi
from store.database import create, open_store
from store.errors import StoreError, UsageError
from store.renumber import renumbered

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from fluxion.terminal import Terminal
    from store.database import Store
    from store.facts import FunctionRef, Origin, Process, Script
    from store.journal import Observed

Key = tuple[str, str, str]
"""What a script is: its hash, its path from the working folder, its kind."""


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Merge, and say what came together."""
    if len(arguments.stores) < 2:
        raise UsageError(
            "give two stores or more", "fluxion merge one.db two.db -o both.db"
        )
    told = merge(arguments.stores, arguments.output, force=arguments.force)
    if arguments.json:
        terminal.json(told)
    terminal.say(
        f"merged {len(arguments.stores)} recordings into {arguments.output}: "
        f"{told['isolates']} isolates, {told['callbacks']} callbacks"
    )
    terminal.say(f"next: fluxion report {arguments.output}")
    return exits.DONE


def merge(stores: Sequence[Path], output: Path, *, force: bool) -> dict[str, Any]:
    """Write the store of all recordings; StoreError when they are not of one app."""
    with ExitStack() as opened:
        found = [opened.enter_context(closing(open_store(path))) for path in stores]
        if force and any(_is_same(path, output) for path in stores):
            raise StoreError(f"{output} is one of the stores", "give another with -o")
        sides = [_Side(store) for store in found]
        for side in sides[1:]:
            _check(sides[0], side)
        done = False
        into = create(output, force=force)
        try:
            told = _written(sides, into)
            done = True
        finally:
            into.close()
            if not done:
                output.unlink(missing_ok=True)
    return told


class _Side:
    """One of the recordings, and what its scripts are called in the merged one."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.observed = store.observed()
        self.origins: tuple[Origin, ...] = store.recording({"origins"}).origins
        self.files = {_file(one, self.observed): one for one in self.observed.scripts}
        self.keys: dict[int, Key] = {
            one.number: (one.sha256, _file(one, self.observed), one.kind)
            for one in self.observed.scripts
            if one.sha256 and (one.path or one.url)
        }


def _file(script: Script, observed: Observed) -> str:
    path = script.path or script.url
    cwd = observed.process.cwd
    is_below = bool(cwd) and path.startswith(cwd.rstrip("/") + "/")
    return os.path.relpath(path, cwd) if is_below else path


def _check(first: _Side, other: _Side) -> None:
    """Raise StoreError for recordings that cannot be one."""
    for side in (first, other):
        if side.store.dropped_blocks():
            raise StoreError(
                f"{side.store.path} has not all of its raw records: "
                f"{thinned(side.store.dropped_blocks())[0]}",
                "record it again with a larger --max-store",
            )
        if side.observed.abi - {abi.VERSION}:
            raise StoreError(
                f"{side.store.path} was recorded by another version of the probe",
                "record it again",
            )
    for _, file, _ in other.keys.values():
        mine, theirs = first.files.get(file), other.files[file]
        if mine is not None and mine.sha256 and mine.sha256 != theirs.sha256:
            raise StoreError(
                f"{file} is not the same in {first.store.path} and {other.store.path}",
                "only recordings of one version of an app can be merged; "
                "`fluxion report STORE STORE2` says what changed between two",
            )
    if not set(first.keys.values()) & set(other.keys.values()):
        raise StoreError(
            f"{first.store.path} and {other.store.path} are not of one app: "
            "they have no script in common",
            "merge recordings of the same files",
        )


class _Numbers:
    """What a side's scripts are called in the merged recording."""

    def __init__(self, known: dict[Key, int], used: set[int]) -> None:
        self._known = known
        self._used = used
        self._mine: dict[int, int] = {}

    def learn(self, side: _Side) -> None:
        """Give each script of a side that was met before the number it has."""
        for number, key in side.keys.items():
            if key in self._known:
                self._mine[number] = self._known[key]
        for script in side.observed.scripts:
            new = self(script.number)
            if script.number in side.keys:
                self._known.setdefault(side.keys[script.number], new)

    def __call__(self, number: int) -> int:
        """Return a script's number, a new one for one that was not met before."""
        found = self._mine.get(number)
        if found is None:
            found = number if number not in self._used else max(self._used) + 1
            self._mine[number] = found
            self._used.add(found)
        return found

    def ref(self, ref: FunctionRef) -> FunctionRef:
        """Return what a function is called."""
        return replace(ref, script=self(ref.script))


def _written(sides: list[_Side], into: Store) -> dict[str, Any]:
    known: dict[Key, int] = {}
    used: set[int] = set()
    profile: str | None = None
    origins: dict[tuple[int, int], Origin] = {}
    seconds, isolates, before = 0.0, 0, 0
    counts = {"events": 0, "dropped": 0}
    for side in sides:
        numbers = _Numbers(known, used)
        numbers.learn(side)
        for process in side.observed.processes:
            into.put_process(_moved(process, before))
        _put(side, into, numbers, before)
        isolates += len(side.observed.processes)
        before += max(process.number for process in side.observed.processes)
        for one in side.origins:
            new = replace(one, script=numbers(one.script))
            origins.setdefault((new.script, new.start), new)
        mine = side.observed.profile
        if profile is None or mine is None:
            profile = profile or mine
        else:
            profile = joined(profile, mine, numbers) or profile
        seconds += side.observed.seconds
        status = side.store.status()
        counts = {key: counts[key] + int(status.get(key, 0)) for key in counts}
        into.audit(f"merged: {side.store.path}")
    if profile is not None:
        into.put_profile(profile)
    merged = [str(side.store.path) for side in sides]
    into.finish(seconds, {**counts, "ended": "finished", "merged": merged})
    with Syntax() as syntax:
        recording = write_meaning(into, syntax, origins=tuple(origins.values()))
    return {
        "store": str(into.path),
        "seconds": round(seconds, 3),
        "isolates": isolates,
        "callbacks": len(recording.ruptures),
        "scripts": len(recording.scripts),
        **counts,
    }


def _put(side: _Side, into: Store, numbers: _Numbers, before: int) -> None:
    """Copy the raw facts of one recording."""
    observed = side.observed
    into.put_scripts(
        replace(one, number=numbers(one.number)) for one in observed.scripts
    )
    into.put_functions(
        replace(one, ref=numbers.ref(one.ref)) for one in observed.functions
    )
    into.put_refusals(
        replace(
            one,
            function=numbers.ref(one.function) if one.function else None,
            place=replace(one.place, script=numbers(one.place.script))
            if one.place
            else None,
        )
        for one in observed.refusals
    )
    for block in observed.blocks:
        data = renumbered(block.data, numbers)
        into.append_block(data, block.received_ns, block.process + before)


def _moved(process: Process, before: int) -> Process:
    parent = process.parent + before if process.parent else 0
    return replace(process, number=process.number + before, parent=parent)


def _is_same(one: Path, other: Path) -> bool:
    return other.exists() and one.samefile(other)
