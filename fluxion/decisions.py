"""Say what a plan decided, in the shape in which compilers speak.

In: a plan. Out: lines of text. Names from the target are made inert. Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fluxion.inert import inert
from fluxion.racing import fluxion_lines
from fluxion.units import ms

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fluxion.views import Row
    from store.plans import Fluxion, Plan, Stay, Where

SOFT = frozenset({"FX001", "FX002", "FX003"})
"""Reasons that are no obstacle: too cheap, not selected, nothing to move."""
EVIDENCE = 4
PLACES = 5


def plan_lines(plan: Plan, races: Sequence[Sequence[Row]] = ()) -> Iterator[str]:
    """Yield what moves, with the races of each, then what stays and why."""
    for at, fluxion in enumerate(plan.fluxions):
        yield from _moved_lines(fluxion)
        yield from fluxion_lines(races[at] if races else ())
    for stay in plan.stays:
        yield from _stay_lines(stay)
    yield (
        f"{len(plan.fluxions)} of {len(plan.fluxions) + len(plan.stays)} callbacks move"
    )


def summary_lines(plan: Plan) -> Iterator[str]:
    """Yield one line for each callback."""
    for fluxion in plan.fluxions:
        yield (
            f"moved   {inert(fluxion.id, 40)}  {fluxion.shape}  "
            f"{_where(fluxion.function)}  {_saves(fluxion)}"
        )
    for stay in plan.stays:
        yield (
            f"stayed  {inert(stay.id, 40) or '-'}  {stay.refusal.code}  "
            f"{_where(stay.function)}  {inert(stay.refusal.reason, 160)}"
        )


def obstacles(plan: Plan) -> list[Stay]:
    """Return the callbacks that were refused for a real reason."""
    return [stay for stay in plan.stays if stay.refusal.code not in SOFT]


def _moved_lines(fluxion: Fluxion) -> Iterator[str]:
    yield (
        f"{_where(fluxion.function)}: moves as {inert(fluxion.id, 40)} "
        f"({fluxion.shape}, {fluxion.kind}, {fluxion.decision})"
    )
    yield (
        f"  {_saves(fluxion)}, confidence {fluxion.confidence:.0%}, "
        f"about {fluxion.bytes:,} bytes a message"
    )
    if fluxion.context:
        yield f"  owns {_list(fluxion.context)}"
    for stream in fluxion.streams:
        yield f"  {stream.type} {inert(stream.to, 40)} [{_list(stream.message)}]"
    if fluxion.guards:
        yield f"  checked at run time: {_list(fluxion.guards)}"
    for place in fluxion.unseen[:PLACES]:
        yield f"  never ran: {inert(place, 200)}"
    if len(fluxion.unseen) > PLACES:
        yield f"  and {len(fluxion.unseen) - PLACES} more never ran (--json has all)"
    if fluxion.unwatched:
        yield f"  branches not watched in: {_list(fluxion.unwatched)}"


def _stay_lines(stay: Stay) -> Iterator[str]:
    refusal = stay.refusal
    force = f" (--only {inert(stay.id, 40)})" if stay.id else ""
    reason = inert(refusal.reason, 240)
    yield f"{_where(stay.function)}: {refusal.code}: {reason}{force}"
    for evidence in refusal.evidence[:EVIDENCE]:
        yield f"  {inert(evidence, 200)}"
    if refusal.remedy:
        yield f"  what helps: {inert(refusal.remedy, 200)}"


def _saves(fluxion: Fluxion) -> str:
    return f"saves {ms(fluxion.gain_ms)} of main CPU a second"


def _where(function: Where) -> str:
    name = inert(function.name, 50) or "(anonymous)"
    return f"{inert(function.file, 100)}:{function.line}:{function.column}: {name}"


def _list(items: tuple[str, ...]) -> str:
    shown = ", ".join(inert(item, 60) for item in items[:8])
    return shown if len(items) <= 8 else f"{shown}, and {len(items) - 8} more"
