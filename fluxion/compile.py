"""``fluxion plan`` and ``fluxion compile``: from a recording to a build.

In: a store, and the sources that it was made from. Out: the plan, or a folder that
Node loads instead of the original files. The sources and the store are only read.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fluxion import exits
from fluxion.build import MANIFEST
from fluxion.decisions import obstacles, plan_lines, summary_lines
from fluxion.racing import plan_races
from fluxion.sources import remap, texts_of
from fluxion.views import Names
from fluxion.write import check_free, write_folder
from rewriter.emit import emit
from rewriter.plan import Policy, plan
from rewriter.syntax.cache import Cache
from rewriter.syntax.client import Syntax
from store.database import open_store
from store.errors import NothingDone, StoreError, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from fluxion.terminal import Terminal
    from store.facts import Recording
    from store.plans import Plan


@dataclass(frozen=True, slots=True)
class Input:
    """What a plan is made from."""

    recording: Recording
    texts: Mapping[int, str]
    ports: tuple[int, ...]


def run_plan(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Print the plan."""
    given = read_input(arguments.store, arguments.root)
    with Syntax(cache=Cache.of_user()) as syntax:
        decided = plan(given.recording, given.texts, syntax, policy_of(arguments))
    races = plan_races(decided, Names(given.recording))
    if arguments.json:
        rows = decided.json()
        for row, found in zip(rows["fluxions"], races, strict=True):
            row["races"] = found
        terminal.json(rows)
    else:
        terminal.data("\n".join(plan_lines(decided, races)))
    if arguments.strict and obstacles(decided):
        return exits.NOTHING_DONE
    return exits.DONE


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Write a build."""
    if arguments.static:
        raise UsageError(
            "compile does not take --static: a build is made from a recording",
            "fluxion chains app.js --static lists what the names alone find",
        )
    if not arguments.dry_run:
        check_free(arguments.output, force=arguments.force)
    given = read_input(arguments.store, arguments.root)
    decided, files = build_files(given, policy_of(arguments))
    check_done(decided, arguments)
    if not arguments.dry_run:
        write_folder(arguments.output, files, force=arguments.force)
    if arguments.json:
        terminal.json(
            {
                "build": str(arguments.output),
                "written": not arguments.dry_run,
                "files": sorted(files),
                **decided.json(),
            }
        )
        return exits.DONE
    terminal.data("\n".join(summary_lines(decided)))
    if arguments.dry_run:
        terminal.say(f"would write {len(files)} files below {arguments.output}")
        return exits.DONE
    if not decided.fluxions:
        terminal.say("nothing moves: this build runs the app as it is")
    terminal.say(f"wrote {len(files)} files below {arguments.output}")
    terminal.say(f"next: fluxion run {arguments.output}")
    terminal.say(f"      fluxion verify {arguments.output} --against {arguments.store}")
    return exits.DONE


def read_input(path: Path, root: Path | None) -> Input:
    """Read a store and the sources that belong to it."""
    with open_store(path) as store:
        if not store.is_derived():
            raise StoreError(
                f"{path} was not finished: its recording was killed",
                "record again",
            )
        recording = store.recording()
        ports = store.status().get("ports", [])
    if root is not None:
        recording = remap(recording, root)
    return Input(recording, texts_of(recording), tuple(int(p) for p in ports))


def build_files(given: Input, policy: Policy) -> tuple[Plan, dict[str, str | bytes]]:
    """Decide, and return what would be written."""
    with Syntax(cache=Cache.of_user()) as syntax:
        decided = plan(given.recording, given.texts, syntax, policy)
        files = emit(decided, given.recording, given.texts, syntax)
    return decided, with_ports(files, given.ports)


def with_ports(
    files: Mapping[str, str | bytes], ports: Sequence[int]
) -> dict[str, str | bytes]:
    """Add to the manifest on which ports the app listened."""
    manifest: dict[str, Any] = json.loads(files[MANIFEST])
    manifest["entry"]["ports"] = list(ports)
    return {**files, MANIFEST: json.dumps(manifest, indent=2) + "\n"}


def policy_of(arguments: argparse.Namespace) -> Policy:
    """Return what the user asked for."""
    named = frozenset(arguments.only)
    only: Any = named if named and "all" not in named else "all"
    if arguments.min_gain is None:
        return Policy(only=only)
    return Policy(only=only, min_gain_ms=arguments.min_gain)


def check_done(decided: Plan, arguments: argparse.Namespace) -> None:
    """Fail when nothing that was named is done, or with any obstacle if strict."""
    refused = obstacles(decided)
    if arguments.strict and refused:
        raise NothingDone(
            f"{len(refused)} callbacks were refused: " + _reasons(refused),
            f"fluxion plan {arguments.store} says why",
        )
    if decided.fluxions or not arguments.only:
        return
    named = ", ".join(arguments.only)
    stays = [s for s in decided.stays if s.id in arguments.only] or decided.stays
    raise NothingDone(
        f"nothing to compile: {named} stays on the main thread ({_reasons(stays)})"
        if stays
        else f"nothing to compile: there is no {named} in {arguments.store}",
        f"fluxion plan {arguments.store} says why",
    )


def _reasons(stays: Sequence[Any]) -> str:
    codes = sorted({stay.refusal.code for stay in stays})
    return ", ".join(codes[:6])
