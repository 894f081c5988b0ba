"""``fluxion top`` and ``fluxion dump``: what a running server does now.

In: a target. Out: a screen, or one JSON object a second; or one table, once. Nothing
is kept, and the target is left as it was found, whatever ends the view.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from agent.target import resolve
from fluxion import exits
from fluxion.looking import Looking
from fluxion.picture import json_of
from fluxion.pictured import text_of
from fluxion.stop import Stop
from profiler.seconds import SILENT_NS
from rewriter.syntax.client import Syntax
from store.errors import FluxionError, TargetGone, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Generator

    from fluxion.picture import Picture
    from fluxion.terminal import Terminal

LOOK_S = 0.2
SILENT_S = SILENT_NS / 1e9
"""A report comes once a second; after so long we say that none does."""
GATHER_S = 2.0
GATHER_REPORTS = 2
MOST_S = 12.0
"""So long ``dump`` waits for a loop that does not turn."""
SCREEN = "fluxion.screen"


def top(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Show what runs, until asked to end."""
    show = None if arguments.json else screen()
    told = 0
    with looking(arguments, terminal, quiet=show is not None) as (view, stop):
        if show is not None:
            show(view, stop)
        else:
            told = stream(view, stop, terminal)
    view.check()
    if view.gone:
        raise _gone(view)
    if stop.asked and show is None and not told:
        return exits.INTERRUPTED
    return exits.DONE


def dump(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Show once what ran within about two seconds."""
    with looking(arguments, terminal) as (view, stop):
        picture = gathered(view, stop, arguments.duration or GATHER_S)
    view.check()
    if picture.reports or not view.gone:
        if arguments.json:
            terminal.json(json_of(picture))
        else:
            terminal.data("\n".join(text_of(picture)))
    if view.gone:
        raise _gone(view)
    return exits.DONE


@contextlib.contextmanager
def looking(
    arguments: argparse.Namespace, terminal: Terminal, *, quiet: bool = False
) -> Generator[tuple[Looking, Stop]]:
    """Attach for the length of a block; a signal asks to end it."""
    target = resolve(arguments.target)
    duration = None if arguments.verb == "dump" else arguments.duration
    with (
        Syntax() as syntax,
        Stop((lambda _: None) if quiet else _said(terminal)) as stop,
    ):
        syntax.begin()
        found = Looking(
            target,
            syntax,
            stop,
            duration=duration,
            overhead_percent=arguments.max_overhead,
        )
        with found:
            yield found, stop


def stream(view: Looking, stop: Stop, terminal: Terminal) -> int:
    """Write an object for each report, and one a second where none comes."""
    told = reports = 0
    heard = due = time.monotonic()
    while not (stop.asked or view.ended.is_set()):
        come = view.wait(reports + 1, LOOK_S)
        now = time.monotonic()
        if not come and (not told or now < due):
            continue
        # Each report is told once: where two came at a time, with the rate of both.
        picture = view.picture(over=max(1, view.reports - reports))
        if come:
            reports, heard, due = picture.reports, now, now + SILENT_S
        else:
            picture = replace(picture, t=picture.t + now - heard)
            due = now + 1.0
        terminal.json(json_of(picture))
        told += 1
    return told


def gathered(view: Looking, stop: Stop, seconds: float) -> Picture:
    """Look for so long, and for two reports at least; the rates are those of all."""
    began = time.monotonic()
    while not (stop.asked or view.ended.is_set()):
        passed = time.monotonic() - began
        if passed > max(seconds, MOST_S):
            break
        if view.wait(GATHER_REPORTS, LOOK_S) and passed >= seconds:
            break
        time.sleep(0.02)
    return view.picture(over=1_000)


def screen() -> Callable[[Looking, Stop], None]:
    """Return what draws; say what to do where nothing can be drawn."""
    streams = {"stdin": sys.stdin, "stdout": sys.stdout, "stderr": sys.stderr}
    closed = [name for name, one in streams.items() if not one.isatty()]
    if closed or os.environ.get("TERM", "dumb") == "dumb":
        what = f"{closed[0]} is none" if closed else "TERM says that it cannot draw"
        raise UsageError(
            f"top draws on a terminal, and {what}",
            "fluxion top TARGET --json writes an object a second; "
            "fluxion dump TARGET shows a table once",
        )
    try:
        module: Any = import_module(SCREEN)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] not in {"textual", "rich"}:
            raise
        raise FluxionError(
            "the view needs textual, which is not installed",
            "pip install 'fluxion-agent[tui]', or use --json, or fluxion dump",
        ) from error
    show: Callable[[Looking, Stop], None] = module.show
    return show


def _said(terminal: Terminal) -> Callable[[str], None]:
    return lambda _: terminal.say("leaving the target; once more to abort")


def _gone(view: Looking) -> TargetGone:
    watched = view.picture().watched
    what, _, _ = watched.ended.partition(";")
    return TargetGone(
        f"{what} (process {watched.process.pid})",
        "what it did until then was shown",
    )
