"""Statements and the expressions that suspend or end a function.

In: nodes inside of a function. Out: the same, told to the probe where it matters.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rewriter.trace.calls import delete_chain
from rewriter.trace.members import assign_member, delete_member, update_member
from rewriter.trace.patterns import (
    PATTERNS,
    assign_pattern,
    bound,
    captured_writes,
    declared_writes,
    iterable_guard,
    shape_of,
    write_pattern,
)
from rewriter.trace.positions import find_token
from rewriter.trace.render import quote
from rewriter.trace.variables import assign_identifier, update_identifier

if TYPE_CHECKING:
    from rewriter.syntax.tree import Node
    from rewriter.trace.writer import Writer

RISKY = "([`/+-"
"""A statement that begins with one of these goes on with the line before it."""


def write_expression_statement(w: Writer, node: Node) -> str:
    """Keep the line before it apart: it may end without a semicolon."""
    text = w.copy(node)
    in_list = (node.field, node.parent.type if node.parent else "") in {
        ("body", "Program"),
        ("body", "BlockStatement"),
        ("body", "StaticBlock"),
        ("consequent", "SwitchCase"),
    }
    if in_list and text[0] in RISKY:
        return f";{text}"
    return text


def write_assignment(w: Writer, node: Node) -> str:
    """Any assignment, by its target."""
    if not w.open_frame().full:
        return _plain_assignment(w, node)
    target = node.the("left")
    if target.type == "Identifier":
        return assign_identifier(w, node)
    if target.type == "MemberExpression":
        return assign_member(w, node)
    return assign_pattern(w, node)


def _plain_assignment(w: Writer, node: Node) -> str:
    target, right = node.the("left"), node.the("right")
    parts = [(target, write_pattern(w, target)), (right, w.write(right))]
    return w.weave(node.start, node.end, parts)


def write_update(w: Writer, node: Node) -> str:
    """``x++`` and ``--o.p``."""
    if not w.open_frame().full:
        return w.copy(node)
    if node.the("argument").type == "Identifier":
        return update_identifier(w, node)
    return update_member(w, node)


def write_unary(w: Writer, node: Node) -> str:
    """Only ``delete`` is special."""
    if node.operator != "delete" or not w.open_frame().full:
        return w.copy(node)
    if node.the("argument").type == "ChainExpression":
        return delete_chain(w, node)
    return delete_member(w, node)


def write_return(w: Writer, node: Node) -> str:
    """Keep the value and say that it is a return."""
    argument = node.one("argument")
    outcome, value = w.name("o"), w.name("v")
    semicolon = ";" if w.tree.units[node.end - 1] == ";" else ""
    if argument is None:
        # Not `return void 0`: an async generator would await that.
        return f"{{{outcome}=0;return{w.breaks(node.start, node.end)}}}"
    start, end = node.start + len("return"), node.end - len(semicolon)
    text = w.span(start, end, [argument])
    kept = w.value(argument, f"({text})")
    if w.open_frame().function.flag("async"):
        told = w.tell("awaits", 0, value)
        return f"return ({value}={kept},{outcome}=1,{told},{value}){semicolon}"
    return f"return ({value}={kept},{outcome}=1,{value}){semicolon}"


def left_early(w: Writer, outcome: int) -> str:
    """Return the report that this function goes on later, told once."""
    flag = w.name("d")
    later = w.name("later") if outcome == 2 else "void 0"
    return f"{flag}||({flag}=1,{w.tell('exit', outcome, later)})"


def write_await(w: Writer, node: Node) -> str:
    """``await v``: the activation ends for now."""
    argument = node.the("argument")
    frame = w.open_frame()
    mark = frame.depth
    value = frame.temporary(w.prefix)
    text = w.span(node.start + len("await"), node.end, [argument])
    inner = w.value(argument, f"({text})")
    frame.depth = mark
    waits = w.tell("awaits", node.start, value)
    told = f"{value}={inner},{left_early(w, 2)},{waits},{value}"
    return came(w, node, "await", f"await ({told})")


def write_yield(w: Writer, node: Node) -> str:
    """``yield v``, ``yield* v``, ``yield``."""
    argument = node.one("argument")
    outcome = 2 if w.open_frame().function.flag("async") else 1
    if argument is None:
        return came(w, node, "yield", f"yield ({left_early(w, outcome)},void 0)")
    frame = w.open_frame()
    mark = frame.depth
    value = frame.temporary(w.prefix)
    start = node.start + len("yield")
    if node.flag("delegate"):
        start = find_token(w.tree, "*", start) + 1
    head = w.text(node.start, start)
    text = w.span(start, node.end, [argument])
    inner = w.value(argument, f"({text})")
    frame.depth = mark
    if node.flag("delegate") and frame.full:
        waits = int(frame.function.flag("async"))
        fx, activation = w.name("fx"), w.name("a")
        inner = f"{fx}.items({activation},{node.start},{inner},{waits})"
    text = f"{head} ({value}={inner},{left_early(w, outcome)},{value})"
    return came(w, node, "yield", text)


def came(w: Writer, node: Node, how: str, text: str) -> str:
    """Return the report that a value came from elsewhere."""
    return f"{w.name('fx')}.came({w.name('a')},{node.start},{how!r},{text})"


def write_catch(w: Writer, node: Node) -> str:
    """A call that threw has ended."""
    body, parameter = node.the("body"), node.one("param")
    parts: list[tuple[Node, str]] = []
    error = "void 0"
    if parameter is not None:
        parts.append((parameter, write_pattern(w, parameter)))
        if parameter.type == "Identifier":
            error = w.text(parameter.start, parameter.end)
    text = w.write(body)
    if w.open_frame().full:
        mark = w.name("m")
        told = f"{{{mark}&&({w.name('fx')}.threw({mark},{error}),{mark}=0);"
        if parameter is not None and parameter.type == "Identifier":
            told += f"{came(w, node, 'catch', error)};"
        elif parameter is not None:
            told += f"{w.opaque(parameter, 'pattern of a catch')};"
        text = told + text[1:]
    parts.append((body, text))
    return w.weave(node.start, node.end, parts)


def write_finally(w: Writer, node: Node) -> str:
    """In a ``finally`` block nothing has been returned yet."""
    finalizer = node.one("finalizer")
    parts = [
        (part, w.write(part))
        for part in (node.one("block"), node.one("handler"))
        if part is not None
    ]
    if finalizer is not None:
        text, saved = w.write(finalizer), f"{w.prefix}k{w.serial()}"
        outcome = w.name("o")
        text = f"{{const {saved}={outcome};{outcome}=3;{text[1:-1]};{outcome}={saved}}}"
        parts.append((finalizer, text))
    return w.weave(node.start, node.end, parts)


def write_loop(w: Writer, node: Node) -> str:
    """``for (x in o)`` and ``for (x of o)``: keys or items are read."""
    left, right, body = node.the("left"), node.the("right"), node.the("body")
    frame = w.open_frame()
    declared = left.type == "VariableDeclaration"
    target = left.all("declarations")[0].the("id") if declared else left
    head = [(left, _loop_target(w, left))]
    waits = left_early(w, 2) if node.flag("await") else ""
    if not frame.full:
        source = f"({w.value(right)})"
        if waits:
            keep = f"{w.prefix}w{w.serial()}"
            frame.kept.append(keep)
            source = w.comma([f"{keep}={w.value(right)}", waits, keep])
        return w.weave(
            node.start, node.end, [*head, (right, source), (body, w.write(body))]
        )
    keep = f"{w.prefix}w{w.serial()}"
    frame.kept.append(keep)
    is_in = node.type == "ForInStatement"
    first = w.tell("read", node.start, keep, '"*"', "void 0")
    if not is_in:
        shape = ""
        if target.type in PATTERNS:
            shape = f",{quote(json.dumps(shape_of(target), separators=(',', ':')))}"
        waiting = 1 if node.flag("await") else 0
        first = w.tell("items", node.start, keep, f"{waiting}{shape}")
    quiet = is_in or node.flag("await")
    check = "" if quiet else iterable_guard(w, right, keep, named=True)
    source = w.comma([f"{keep}={w.value(right)}", check, first, waits, keep])
    items = [
        w.tell("read", node.start, keep, 0, w.text(n.start, n.end))
        for n in ([] if is_in or target.type in PATTERNS else bound(target))
    ]
    if node.flag("await"):
        names = [w.text(n.start, n.end) for n in bound(target)]
        # One item came, in however many parts: the run went on once.
        hows = ["for await", *["part"] * len(names)]
        items = [came(w, node, h, name) for h, name in zip(hows, names, strict=False)]
    parts = w.tree.of_type("Property", within=target)
    if target.type in PATTERNS and (is_in or any(p.flag("computed") for p in parts)):
        items.append(w.opaque(target, "pattern of a loop"))
    if not declared:
        items += captured_writes(w, node, target)
    else:
        items += declared_writes(w, node, target)
    inner = w.write(body)
    if items:
        inner = f"{{{','.join(items)};{inner}}}"
    return w.weave(node.start, node.end, [*head, (right, source), (body, inner)])


def _loop_target(w: Writer, left: Node) -> str:
    if left.type != "VariableDeclaration":
        return write_pattern(w, left)
    declarator = left.all("declarations")[0]
    return w.weave(
        left.start,
        left.end,
        [(declarator.the("id"), write_pattern(w, declarator.the("id")))],
    )


def write_with(w: Writer, node: Node) -> str:
    """``with (o) s``: a name in it may be the object's, so none of ours is in it."""
    subject, body = node.the("object"), node.the("body")
    frame, outcome = w.open_frame(), w.name("o")
    head = w.write(subject)
    caught, saved = f"{w.prefix}k{w.serial()}", f"{w.prefix}k{w.serial()}"
    parts = [(subject, head), (body, w.plain(body))]
    text = w.weave(node.start, node.end, parts)
    told = [w.opaque(node, "with")]
    if frame.suspends:
        told.append(left_early(w, 2 if frame.function.flag("async") else 1))
    return (
        f"{{const {saved}={outcome};{';'.join(told)};{outcome}=1;try{{{text}}}"
        f"catch({caught}){{{outcome}={saved};throw {caught}}}{outcome}={saved}}}"
    )
