"""Who else can reach the state of a slice.

In: a program, a slice and the call that enters it. Out: ``State`` (none, or private to
the slice), or a ``Refusal`` that names the shared cell. The code that stays is every
top-level statement that the slice does not repeat, and what it refers to, without
the call that is cut.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rewriter.exports import exports_of
from rewriter.modules import LITERALS, Module, Spot, plain
from rewriter.reach import Reach, Walk, idle
from rewriter.refusals import refuse
from rewriter.shapes import primitive

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rewriter.constants import Constants
    from rewriter.program import Program
    from rewriter.scopes import Variable
    from rewriter.slices import Slice
    from store.facts import Refusal


@dataclass(frozen=True, slots=True)
class State:
    """The private state of a slice; empty when it has none."""

    cells: tuple[str, ...]
    bindings: frozenset[Variable]
    dead: tuple[tuple[int, str], ...]
    """(script, function) of exports that main must not call any more."""
    importers: tuple[tuple[int, int], ...]


def remaining(program: Program, found: Slice, cut: Iterable[Spot]) -> Reach:
    """Return what the code that stays can reach."""
    return Walk(program, cut).run(_stays(program, found))


def _stays(program: Program, found: Slice) -> Iterator[Spot]:
    for module in program.parsed:
        kept = found.kept.get(module.number)
        for statement in module.statements:
            if kept is not None and kept.holds(statement):
                continue
            if idle(program, module, statement):
                continue
            parts = kept.dropped(statement) if kept is not None else [statement]
            for part in parts:
                yield Spot(module, part)


def state_of(
    program: Program, constants: Constants, found: Slice, cut: Iterable[Spot]
) -> State | Refusal:
    """Return the private state of a slice, or refuse the first shared cell."""
    stays = remaining(program, found, cut)
    cells: list[str] = []
    owned: dict[Variable, Module] = {}
    for variable, first in found.bindings.items():
        change = constants.changes(first.module, variable)
        if change is None:
            continue
        other = stays.bindings.get(variable)
        if other is not None:
            return _shared(variable.name, first, other, change)
        cells.append(f"{variable.name} ({first.module.path})")
        owned[variable] = first.module
    for (number, name), first in found.exports.items():
        change = _export_state(program, number, name)
        if change is None:
            continue
        for (script, other_name), other in stays.exports.items():
            if (
                script == number
                and {name, other_name} & {"*", name}
                and (other_name in {name, "*"} or name == "*")
            ):
                return _shared(f"exports.{name}", first, other, change)
        cells.append(f"exports.{name} ({change.module.path})")
    if not cells:
        return State((), frozenset(), (), ())
    modules = {module.number: module for module in owned.values()}
    return State(
        tuple(cells),
        frozenset(owned),
        tuple(_dead(program, modules.values(), owned.keys(), stays)),
        tuple(
            sorted(
                {
                    (number, spot.module.number)
                    for number in modules
                    for spot in program.importers.get(number, [])
                }
            )
        ),
    )


def _shared(name: str, first: Spot, other: Spot, change: Spot) -> Refusal:
    return refuse(
        "FX020",
        f"`{name}` is shared with code that stays on main",
        place=other.place,
        evidence=[
            f"`{name}` is needed at {first}",
            f"is also reached from {other}",
            f"and may change at {change}",
        ],
    )


def _export_state(program: Program, number: int, name: str) -> Spot | None:
    """Return the value of an export that is an object of its own, not a binding."""
    module = program.module(number)
    if module is None or name == "*":
        return None
    table = exports_of(module)
    value = table.names.get(name)
    if value is None and name == "":
        value = table.whole
    if value is None:
        return None
    value = plain(value)
    if value.type in LITERALS or value.type == "Identifier":
        return None
    if primitive(module, value) or value.type == "MemberExpression":
        return None
    return Spot(module, value)


def _dead(
    program: Program,
    modules: Iterable[Module],
    owned: Iterable[Variable],
    stays: Reach,
) -> Iterator[tuple[int, str]]:
    """Yield the exported functions that use the state and that nobody may call."""
    state = set(owned)
    for module in modules:
        for name, value in exports_of(module).names.items():
            if (module.number, name) in stays.exports:
                continue
            node = plain(value)
            if node.type != "Identifier":
                continue
            reached = Walk(program).run([Spot(module, node)])
            if state & reached.bindings.keys():
                yield module.number, node.name
