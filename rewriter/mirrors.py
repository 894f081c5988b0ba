"""What would show a program that it was compiled, however its values are kept.

In: a program, a host, the heavy call in it, the names it holds, and a slice. Out: None,
or a ``Refusal``: frames of a stack handed to the program's own code, the text of the
host, the last match of a regular expression, how far a request has been read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rewriter.allow import words
from rewriter.keep import Kept
from rewriter.modules import Spot, enclosing, plain, static_name
from rewriter.reach import Walk
from rewriter.refusals import refuse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rewriter.modules import Module
    from rewriter.program import Program
    from rewriter.slices import Slice
    from rewriter.syntax.tree import Node
    from store.facts import Refusal

LAST_MATCH = frozenset(
    [f"${n}" for n in (*range(1, 10), "_", "&", "`", "'", "+", "*")]
    + ["input", "lastMatch", "lastParen", "leftContext", "rightContext"]
)
PROGRESS = words(
    "bytesRead complete rawTrailers readableDidRead readableEnded readableLength "
    "trailers"
)
"""Properties of a request that change while what has arrived is read.

What only changes when more arrives stands still: the socket is held."""
CLEARS = ("clearTimeout", "clearInterval", "clearImmediate")
STACKS = re.compile(r"\bprepareStackTrace\b")


def shown(
    program: Program, host: Spot, call: Node | None, held: frozenset[str], found: Slice
) -> Refusal | None:
    """Return what would show it; without a call, the whole host moves."""
    replaced = _stack_writer(program)
    if replaced is not None:
        return _no("FX017", "`Error.prepareStackTrace` is replaced", replaced)
    modules = {host.module.number: host.module}
    modules |= {number: program.modules[number] for number in found.kept}
    for module in modules.values():
        for spot in _last_match(module):
            return _no("FX017", "reads the last match of all regular expressions", spot)
    own = found.kept.get(host.module.number, Kept(host.module))
    for number, kept in {**found.kept, host.module.number: own}.items():
        for spot in _stack_reads(program.modules[number]):
            whole = call is None and host.node.contains(spot.node)
            if whole or kept.holds(spot.module.statement(spot.node)):
                return _no("FX031", "the text of a stack is read in the worker", spot)
    for spot in _text_of(host):
        return _no("FX043", "the text of the host is read", spot)
    cleared = _clears(program, host, call) if call is not None else None
    if cleared is not None:
        return _no("FX052", "a timer that it clears may fire before", cleared)
    for spot in _progress(host, call, held) if call is not None else ():
        name = static_name(spot.node)
        return _no("FX041", f"`{name}` goes on while the call is away", spot)
    return None


def _no(code: str, reason: str, spot: Spot) -> Refusal:
    text = " ".join(spot.node.raw.split())[:80]
    return refuse(code, reason, place=spot.place, evidence=[f"`{text}` at {spot}"])


def _stack_writer(program: Program) -> Spot | None:
    """Return where the program formats stacks itself, and goes on doing so.

    Setting it, taking one stack and setting it back is fine.
    """
    root = program.__dict__
    if "_stack_writer" not in root:
        root["_stack_writer"] = next(_stack_writers(program), None)
    found = root["_stack_writer"]
    return found if isinstance(found, Spot) else None


def _stack_writers(program: Program) -> Iterator[Spot]:
    for module in program.parsed:
        if not STACKS.search(module.text or ""):
            continue
        written = [
            node
            for node in module.tree.of_type("AssignmentExpression")
            if node.the("left").type == "MemberExpression"
            and static_name(node.the("left")) == "prepareStackTrace"
        ]
        for node in written:
            around = enclosing(node)
            same = [other for other in written if enclosing(other) == around]
            if around is None or len(same) < 2:
                yield Spot(module, node)


def _last_match(module: Module) -> Iterator[Spot]:
    if "RegExp" not in (module.text or ""):
        return
    for node in module.tree.of_type("MemberExpression"):
        base = plain(node.the("object"))
        native = base.type == "Identifier" and base.name == "RegExp"
        if native and module.variable(base) is None and static_name(node) in LAST_MATCH:
            yield Spot(module, node)


def _stack_reads(module: Module) -> Iterator[Spot]:
    """Yield reads of an error's stack: in a worker the callers are missing in it."""
    if "stack" not in (module.text or ""):
        return
    for node in module.tree.of_type("MemberExpression"):
        if static_name(node) == "stack" and _is_error(
            module, plain(node.the("object"))
        ):
            yield Spot(module, node)


def _is_error(module: Module, node: Node) -> bool:
    if node.type in {"NewExpression", "CallExpression"}:
        return node.the("callee").raw.endswith("Error")
    if node.type != "Identifier":
        return False
    variable = module.variable(node)
    declared = variable.declarations[0] if variable and variable.declared else None
    above = declared.parent if declared is not None else None
    value = above.one("init") if above and above.type == "VariableDeclarator" else None
    if value is not None:
        return _is_error(module, plain(value)) if value.type != "Identifier" else False
    return node.name in {"e", "err", "error", "ex", "exception"} or (
        above is not None and above.type == "CatchClause"
    )


def _text_of(host: Spot) -> Iterator[Spot]:
    """Yield where the host's name stands for its text."""
    module = host.module
    name = host.node.one("id") if host.node.type != "ArrowFunctionExpression" else None
    above = host.node.parent
    if above is not None and above.type == "VariableDeclarator":
        name = above.the("id")
    if name is None or name.type != "Identifier":
        return
    variable = module.variable(name)
    for reference in variable.references if variable is not None else ():
        parent = reference.node.parent
        if parent is None:
            continue
        joined = parent.type == "BinaryExpression" and parent.operator == "+"
        member = parent.type == "MemberExpression" and static_name(parent) == "toString"
        made = parent.type == "CallExpression" and parent.the("callee").raw == "String"
        if joined or member or made or parent.type == "TemplateLiteral":
            yield Spot(module, reference.node)


def _clears(program: Program, host: Spot, call: Node) -> Spot | None:
    """Return where the program itself may clear a timer after the call.

    In the original none fires while the host runs.
    """
    cut = Spot(host.module, plain(call.the("callee")))
    reached = Walk(program, [cut]).run([host]).globals
    found = [reached[name] for name in CLEARS if name in reached]
    own = [spot for spot in found if "/node_modules/" not in spot.module.path]
    return own[0] if own else None


def _progress(host: Spot, call: Node, held: frozenset[str]) -> Iterator[Spot]:
    for node in host.module.tree.of_type("MemberExpression", within=host.node):
        if node.end <= call.start or static_name(node) not in PROGRESS:
            continue
        base = plain(node.the("object"))
        while base.type == "MemberExpression":
            base = plain(base.the("object"))
        if base.type == "Identifier" and base.name in held:
            yield Spot(host.module, node)
