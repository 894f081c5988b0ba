"""May the whole callback move? The shape ``callback``: it runs on recorders.

In: a program, a recording, a callback. Out: ``Found``, or a ``Refusal``. Parameters
travel by value; captured objects of main are handles: calls whose results are unused,
and property sets, are logged and applied in order in one turn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rewriter.cuts import Cuts, Found
from rewriter.emit import callback as emitted
from rewriter.emit import host
from rewriter.held import held
from rewriter.mirrors import shown
from rewriter.modules import Spot
from rewriter.refusals import refuse
from rewriter.slices import Slice, build
from rewriter.state import State, state_of
from rewriter.values import returned
from store.facts import Refusal
from store.plans import Capture, Cut, SliceFile

if TYPE_CHECKING:
    from rewriter.outcomes import Value
    from rewriter.scopes import Variable
    from rewriter.syntax.tree import Node
    from store.facts import RupturePoint


STATELESS = State((), frozenset(), (), ())


def judge(
    cuts: Cuts, point: RupturePoint, callback: Spot, own_us: int
) -> Found | Refusal:
    """Return the cut of a whole callback, or the first thing that forbids it."""
    module, literal = callback.module, callback.node
    captures = _captures(cuts, callback)
    if isinstance(captures, Refusal):
        return captures
    slice_ = _carried(cuts, callback)
    if isinstance(slice_, Refusal):
        return slice_
    mirror = shown(cuts.program, callback, None, frozenset(), slice_)
    if mirror is not None:
        return mirror
    parameters = _parameters(cuts, callback)
    if isinstance(parameters, Refusal):
        return parameters
    value: Value = "gone" if any(returned(literal)) else "undefined"
    catches = cuts.callers.judge(
        callback, callback, (), value, resets=False, throws=True
    )
    if isinstance(catches, Refusal):
        return catches
    event = cuts.listening(point, callback)
    if isinstance(event, Refusal):
        return event
    cut = Cut(
        host=callback.ref,
        start=literal.start,
        end=literal.end,
        callee=callback.ref,
        callee_text="",
        arguments=parameters,
        receiver="none",
        captures=captures,
        slices=_with(slice_, module.number),
        stateful=False,
        catches=catches,
        holds=tuple(c.name for c in captures if c.fate == "handle"),
        sole_listener=event,
    )
    reason = emitted.obstacle(literal, cut)
    if reason:
        return refuse("FX060", reason, place=callback.place, evidence=[str(callback)])
    guards = ("arguments are plain data", "handles are only called and set")
    return Found("callback", cut, STATELESS, slice_.size, guards, own_us)


def _carried(cuts: Cuts, callback: Spot) -> Slice | Refusal:
    """Return what the callback needs beside itself: closed, and without state."""
    slice_ = build(cuts.program, callback, given=_names(callback))
    if isinstance(slice_, Refusal):
        return slice_
    if slice_.later:
        spot = slice_.later[0]
        return refuse("FX019", place=spot.place, evidence=[str(spot)])
    state = state_of(cuts.program, cuts.constants, slice_, [callback])
    if isinstance(state, Refusal):
        return state
    if state.cells:
        return refuse("FX020", "it keeps state", evidence=state.cells[:5])
    return slice_


def _with(slice_: Slice, number: int) -> tuple[SliceFile, ...]:
    files = slice_.files()
    if any(file.script == number for file in files):
        return files
    return (SliceFile(number, (), (), ()), *files)


def _parameters(cuts: Cuts, callback: Spot) -> tuple[str, ...] | Refusal:
    """Return how the parameters travel: those used as objects of main are handles."""
    modes: list[str] = []
    own = held(cuts.program, cuts.recording, callback)
    reason = host.kind_obstacle(callback.node) or host.scope_obstacle(callback.node)
    if reason:
        return refuse("FX043", reason, place=callback.place, evidence=[str(callback)])
    for parameter in callback.node.all("params"):
        if parameter.type != "Identifier":
            return refuse("FX043", "patterns as parameters", place=callback.place)
        variable = callback.module.variable(parameter)
        used = variable is not None and any(r.read for r in variable.references)
        acts = variable is not None and _acts(variable)
        if used and not acts and parameter.name in own:
            return refuse(
                "FX060",
                f"reads `{parameter.name}`, which cannot travel",
                place=callback.module.place(parameter.start),
                evidence=[str(Spot(callback.module, parameter))],
            )
        modes.append("handle" if acts or not used else "value")
    return tuple(modes)


def _acts(variable: Variable) -> bool:
    """Tell whether a variable is called, or has a method called or a property set."""
    for reference in variable.references:
        node, above = reference.node, reference.node.parent
        while above is not None and above.type == "MemberExpression":
            if above.the("object") != node:
                break
            node, above = above, above.parent
        if above is None:
            continue
        if above.type == "CallExpression" and above.the("callee") == node:
            return True
        member = node.type == "MemberExpression"
        if member and above.type == "AssignmentExpression":
            return above.the("left") == node
    return False


def _names(callback: Spot) -> frozenset[Variable]:
    """Return the variables of functions around a callback that it uses."""
    return frozenset(
        variable
        for variable in callback.module.scopes.free(callback.node)
        if not isinstance(variable, str) and not callback.module.is_top(variable)
    )


def _captures(cuts: Cuts, callback: Spot) -> tuple[Capture, ...] | Refusal:
    """Return what becomes of each captured variable."""
    found: list[Capture] = []
    module = callback.module
    for variable in module.scopes.free(callback.node):
        if isinstance(variable, str) or module.is_top(variable):
            continue
        declared = variable.declarations[0] if variable.declared else None
        place = module.place(declared.start) if declared is not None else None
        if variable.assigned or declared is None:
            return _shared(cuts, callback, variable, "is assigned elsewhere")
        if _acts(variable):
            reads = _used_result(callback, variable)
            if reads is not None:
                return _shared(
                    cuts, callback, variable, f"its answer is used in `{reads}`"
                )
            found.append(Capture(variable.name, "handle", place))
        else:
            spot = _first(callback, variable)
            return refuse(
                "FX021",
                f"captures `{variable.name}`, which may be an object of main",
                place=spot.place,
                evidence=[str(spot)],
            )
    return tuple(found)


def _used_result(callback: Spot, variable: Variable) -> str | None:
    """Return a use of a captured object that needs an answer from it."""
    for reference in variable.references:
        if not callback.node.contains(reference.node):
            continue
        if not emitted.is_recordable(reference.node, ()):
            above = reference.node.parent
            return " ".join((above or reference.node).raw.split())[:60]
    return None


def _shared(cuts: Cuts, callback: Spot, variable: Variable, why: str) -> Refusal:
    """Refuse by the cell, with who else was seen to use it."""
    evidence = [f"`{variable.name}` at {_first(callback, variable)}: {why}"]
    names = {
        cell.number: cell.label
        for cell in cuts.recording.cells
        if cell.label == variable.name or cell.label.startswith(f"{variable.name}.")
    }
    for effect in cuts.recording.effects:
        if effect.cell in names and effect.function != callback.ref:
            other = cuts.program.spot(effect.function)
            text = f"{effect.operation} {names[effect.cell]} {effect.count} times"
            evidence.append(f"{other or effect.function}: {text}")
    others = [
        Spot(callback.module, reference.node)
        for reference in variable.references
        if reference.read and not callback.node.contains(reference.node)
    ]
    evidence.extend(f"also used at {spot}" for spot in others[:3])
    return refuse(
        "FX020",
        f"`{variable.name}` is shared with code that stays on main",
        place=callback.place,
        evidence=evidence[:8],
    )


def _first(callback: Spot, variable: Variable) -> Spot:
    nodes: list[Node] = [
        reference.node
        for reference in variable.references
        if callback.node.contains(reference.node)
    ]
    return Spot(callback.module, nodes[0])
