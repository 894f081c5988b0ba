"""Where callbacks were made and handed over before anybody watched.

In: a recording, its texts and a parser. Out: its rupture points, those without a seen
hand-over completed: the call in the app's files an argument of which can only be, or
can be, the callback, and the factory call that made it. Seen sites stay as they are.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rewriter.methods import possible
from rewriter.modules import LITERALS, Module, Spot, plain
from rewriter.program import Program
from rewriter.values import only_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rewriter.syntax.client import Syntax
    from rewriter.syntax.tree import Node
    from store.facts import FunctionRef, Place, Recording, RupturePoint

LARGEST = 1_000_000
"""Longer files are generated code; they register nothing that a person looks for."""
PACKAGE = re.compile(r"^.*/node_modules/(?:@[^/]+/)?[^/]+/")
REGISTRAR = 80
DEEPEST = 4
"""Literals within literals: ``route([{ options: { pre: [{ method }] } }])``."""
MAYBE = LITERALS | {
    "Identifier",
    "MemberExpression",
    "CallExpression",
    "ConditionalExpression",
    "LogicalExpression",
}


@dataclass(frozen=True, slots=True)
class Site:
    """One argument that can be a callback."""

    module: Module
    call: Node
    argument: Node
    exact: bool
    inside: bool
    """An object that is the argument holds it, as in ``route({ handler })``."""


def sites(
    recording: Recording, texts: Mapping[int, str], syntax: Syntax
) -> list[RupturePoint]:
    """Return the rupture points of a recording with the sites that statics know."""
    points = recording.ruptures
    wanted = {p.function for p in points if p.registration is None}
    if not wanted:
        return list(points)
    program = Program(recording.scripts, texts, syntax, recording.process.entry)
    found = registrations(program, wanted)
    return _joined(
        _completed(point, found.get(point.function, []))
        if point.registration is None
        else point
        for point in points
    )


def _joined(points: Iterable[RupturePoint]) -> list[RupturePoint]:
    """Join what is handed over at one place: some of it was seen, some before we came.

    What was seen tells what kind it is.
    """
    joined: dict[object, RupturePoint] = {}
    for point in points:
        at = point.registration
        where = len(joined) if at is None else (at.script, at.offset)
        key = (point.function, where)
        other = joined.get(key)
        if other is not None:
            best = other if other.basis == "seen" else point
            runs = point.activations + other.activations
            point = replace(best, activations=runs)  # noqa: PLW2901 # of both
        joined[key] = point
    return list(joined.values())


def registrations(
    program: Program, wanted: set[FunctionRef]
) -> dict[FunctionRef, list[Site]]:
    """Return the arguments in the app's own files that can be each wanted function."""
    found: defaultdict[FunctionRef, list[Site]] = defaultdict(list)
    for module in own_modules(program):
        for call in module.tree.of_type("CallExpression", "NewExpression"):
            for given in call.all("arguments"):
                for argument, inside in _callbacks(given):
                    meaning = possible(program, Spot(module, argument))
                    for function in meaning.functions:
                        if function.ref in wanted:
                            site = Site(module, call, argument, meaning.exact, inside)
                            found[function.ref].append(site)
    return dict(found)


def own_modules(program: Program) -> Iterator[Module]:
    """Yield the files of the app itself: those of the entry's package."""
    package = PACKAGE.match(program.entry)
    inside = package[0] if package else ""
    for module in sorted(program.modules.values(), key=lambda m: m.path):
        rest = module.path.removeprefix(inside)
        if inside and rest == module.path:
            continue
        if "/node_modules/" in f"/{rest}" or len(module.text or "") > LARGEST:
            continue
        if module.parsed is not None:
            yield module


def _callbacks(argument: Node, depth: int = 0) -> Iterator[tuple[Node, bool]]:
    """Yield what may be functions of an argument: itself, what its literals hold.

    And whether it is held by an object, as hapi's routes and a stream's methods are.
    """
    inner = plain(argument)
    if inner.type in MAYBE:
        yield argument, False
    if depth > DEEPEST:
        return
    if inner.type == "ArrayExpression":
        for element in inner.many("elements"):
            if element is not None:
                yield from _callbacks(element, depth + 1)
    elif inner.type == "ObjectExpression":
        for item in inner.all("properties"):
            if item.type == "Property" and item.kind not in {"get", "set"}:
                for value, _ in _callbacks(item.the("value"), depth + 1):
                    yield value, True


def _completed(point: RupturePoint, found: Sequence[Site]) -> RupturePoint:
    if not found:
        return point
    # A hand-over inside another's arguments (`use(wrap(f))`) is the inner one's; the
    # first certain site in file order is what a person would point at.
    # An argument says more than a property of one; an object is often only data.
    site = min(
        found, key=lambda s: (s.inside, not s.exact, s.module.path, s.call.start)
    )
    callee = site.call.the("callee")
    text = site.module.tree.slice(callee.start, callee.end)
    return replace(
        point,
        registration=site.module.place(site.call.start),
        creation=point.creation or _creation(site) or point.definition,
        registrar=" ".join(text.split())[:REGISTRAR],
    )


def _creation(site: Site) -> Place | None:
    """Return the factory call that made the callback, None for a plain literal."""
    module, node = site.module, plain(site.argument)
    while node.type == "Identifier":
        variable = module.variable(node)
        value = only_value(module, variable) if variable is not None else None
        if value is None:
            return None
        module, node = value.module, plain(value.node)
    return module.place(node.start) if node.type == "CallExpression" else None
