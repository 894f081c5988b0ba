"""``fluxion detach``: take out a probe that a recording left, or all of them.

In: a target, or nothing with ``--all``. Out: processes as they were. What ``--all``
knows is what recordings of this user wrote down about themselves; a process whose
inspector is shut holds no probe any more, and is sent no signal to make sure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent import leftover, proc, ways
from agent.leaving import detach
from agent.target import by_pid, resolve
from fluxion import exits
from store.errors import FluxionError, UsageError

if TYPE_CHECKING:
    import argparse

    from fluxion.terminal import Terminal


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Detach from one target, or from every process that is known."""
    if arguments.all == bool(arguments.target):
        raise UsageError(
            "give either a TARGET or --all",
            "fluxion detach 4711, or fluxion detach --all",
        )
    if arguments.all:
        return _all(terminal)
    removed = detach(resolve(arguments.target))
    terminal.say("the probe was removed" if removed else "there was no probe")
    return exits.DONE


def _all(terminal: Terminal) -> int:
    worst = exits.DONE
    known = leftover.everything()
    for left in known:
        try:
            said = _leave(left)
        except FluxionError as error:
            terminal.fail(f"process {left.pid}: {error.message}", error.hint)
            worst = error.exit_code
        else:
            terminal.say(f"process {left.pid}: {said}")
    if not known:
        terminal.say("no process of this user is known to hold a probe")
    return worst


def _leave(left: leftover.Left) -> str:
    """Remove one probe; an inspector that is shut tells that it has gone."""
    target = by_pid(left.pid)
    if not left.agent_lives() and not isinstance(
        ways.way(proc.facts(left.pid)), ways.Open
    ):
        leftover.forget(left.pid)
        return "the probe has left by itself"
    return "the probe was removed" if detach(target) else "there was no probe"
