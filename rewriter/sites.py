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

from rewriter.modules import LITERALS, Module, Spot, plain
from rewriter.program import Program
from rewriter.values import only_value, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rewriter.syntax.client import Syntax
    from rewriter.syntax.tree import Node
    from store.facts import FunctionRef, Place, Recording, RupturePoint

LARGEST = 1_000_000
"""Longer files are generated code; they register nothing that a person looks for."""
PACKAGE = re.compile(r"^.*/node_modules/(?:@[^/]+/)?[^/]+/")
REGISTRAR = 80


@dataclass(frozen=True, slots=True)
class Site:
    """One argument that can be a callback."""

    module: Module
    call: Node
    argument: Node
    exact: bool


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
    return [
        _completed(point, found.get(point.function, []))
        if point.registration is None
        else point
        for point in points
    ]


def registrations(
    program: Program, wanted: set[FunctionRef]
) -> dict[FunctionRef, list[Site]]:
    """Return the arguments in the app's own files that can be each wanted function."""
    found: defaultdict[FunctionRef, list[Site]] = defaultdict(list)
    for module in own_modules(program):
        for call in module.tree.of_type("CallExpression", "NewExpression"):
            for argument in _callbacks(call):
                meaning = resolve(program, Spot(module, argument))
                for function in meaning.functions:
                    if function.ref in wanted:
                        site = Site(module, call, argument, meaning.exact)
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


def _callbacks(call: Node) -> Iterator[Node]:
    """Yield the arguments that may be functions, those of array literals too."""
    for argument in call.all("arguments"):
        if argument.type == "SpreadElement":
            continue
        inner = plain(argument)
        if inner.type == "ArrayExpression":
            yield from (e for e in inner.many("elements") if e is not None)
        elif inner.type in LITERALS or inner.type in {
            "Identifier",
            "MemberExpression",
            "CallExpression",
            "ConditionalExpression",
            "LogicalExpression",
        }:
            yield argument


def _completed(point: RupturePoint, found: Sequence[Site]) -> RupturePoint:
    if not found:
        return point
    # A hand-over inside another's arguments (`use(wrap(f))`) is the inner one's; the
    # first certain site in file order is what a person would point at.
    site = min(found, key=lambda s: (not s.exact, s.module.path, s.call.start))
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
