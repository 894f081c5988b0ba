"""Code that runs beside the bodies of functions: values of parameters and of fields.

In: parameters, members of classes. Out: the same, told to whoever called: such code has
no activation of its own. Static fields and blocks run where the class is made, so they
belong to the function around it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rewriter.trace.limits import obstacle
from rewriter.trace.marks import mark
from rewriter.trace.names import is_anonymous_definition, static_key
from rewriter.trace.positions import find_token
from rewriter.trace.render import quote
from rewriter.trace.writer import Frame

if TYPE_CHECKING:
    from rewriter.syntax.tree import Node
    from rewriter.trace.writer import Writer


def write_around(w: Writer, node: Node, function: Node, begins: int = 0) -> str:
    """Write an expression that runs on behalf of whoever called.

    ``function``: whose own variables are not captured in it. ``begins``: the offset of
    the function whose activation begins next, if any does.
    """
    outer = w.frame
    if is_anonymous_definition(node):
        return w.plain(node)
    scope = w.scopes.of(node)
    if scope.uses_eval:
        # What it declares must be where it stands; the function says that it has one.
        return w.plain(node)
    frame = Frame(function, scope, full=True, suspends=False)
    w.frame = frame
    try:
        text = w.write(node)
    finally:
        w.frame = outer
    fx, activation, mark = w.name("fx"), w.name("a"), w.name("m")
    if activation not in text:
        return text
    names = [f"{w.prefix}{number}" for number in range(frame.deepest)] + frame.kept
    told = f"{w.local}const {activation}={fx}.around({begins});let {mark}=0;"
    leave = f"{mark}&&{fx}.threw({mark},void 0)"
    return f"(({','.join(names)})=>{{{told}try{{return {text}}}finally{{{leave}}}}})()"


def write_parameter(w: Writer, node: Node, function: Node) -> str:
    """A parameter: its names stay, values and keys in it are expressions."""
    match node.type:
        case "Identifier":
            return w.text(node.start, node.end)
        case "AssignmentPattern":
            left, right = node.the("left"), node.the("right")
            value = write_around(w, right, function, function.start)
            parts = [(left, write_parameter(w, left, function)), (right, value)]
        case "Property":
            key, value_node = node.the("key"), node.the("value")
            parts = [(value_node, write_parameter(w, value_node, function))]
            if node.flag("computed"):
                parts.insert(0, (key, write_around(w, key, function, function.start)))
        case _:
            parts = [(c, write_parameter(w, c, function)) for c in node.children()]
    return w.weave(node.start, node.end, parts)


def write_class_body(w: Writer, node: Node) -> str:
    """Say how its constructor reports, for the probe that looks at a class's text."""
    maker = next((m for m in node.all("body") if is_maker(m)), None)
    word = "none"
    if maker is not None:
        word = "own" if obstacle(w, maker.the("value")) is None else "alone"
    around = node.parent
    assert around is not None
    return f"{{{mark(w, around)}/*{w.prefix}{word}*/{w.copy(node)[1:]}"


def is_maker(member: Node) -> bool:
    """Tell whether a member of a class is its constructor."""
    return member.type == "MethodDefinition" and member.kind == "constructor"


def write_method(w: Writer, node: Node) -> str:
    """A member of a class: keys belong to the function around the class."""
    key, value = node.the("key"), node.the("value")
    parts = [(value, w.plain(value))]
    if node.flag("computed"):
        parts.insert(0, (key, w.write(key)))
    return w.weave(node.start, node.end, parts)


def write_field(w: Writer, node: Node) -> str:
    """A field: its value is made for each instance, or once where the class is."""
    key, value = node.the("key"), node.one("value")
    parts: list[tuple[Node, str]] = []
    if node.flag("computed"):
        parts.append((key, w.write(key)))
    if value is not None:
        if not node.flag("static"):
            text = stamped(w, node, write_around(w, value, value))
        elif w.frame is None or is_anonymous_definition(value):
            text = w.plain(value)
        else:
            text = w.write(value)
        parts.append((value, text))
    made = w.weave(node.start, node.end, parts)
    if value is None and not node.flag("static"):
        nothing = stamped(w, node, "")
        return f"{made.rstrip(';')}={nothing};" if nothing else made
    return made


def stamped(w: Writer, node: Node, text: str) -> str:
    """Write the value of a field so that it is told that the field is made.

    Only where the class extends another: that one may return an object that others
    know. ``text`` is empty for a field without a value.
    """
    key, value = node.the("key"), node.one("value")
    body = node.parent
    assert body is not None
    extends = body.parent is not None and body.parent.one("superClass") is not None
    if not extends or (value is not None and w.scopes.of(value).uses_eval):
        return text
    fx, named = w.name("fx"), value is not None and is_anonymous_definition(value)
    given = text or "void 0"
    if node.flag("computed"):
        if named:
            return text  # its name is known to nobody else
        told = f"({fx}.opaque({fx}.around(0),{node.start},'a computed field'),{given})"
    else:
        name = quote(static_key(key))
        if named:
            given = f"{{[{name}]:{given}}}[{name}]"
        told = f"{fx}.write({fx}.around(0),{node.start},this,{name},{given})"
    return f"(()=>{{{w.local}return {told}}})()" if w.local else told


def mark_alone(w: Writer, node: Node, text: str) -> str:
    """Leave a word in a function that does not report, for the probe."""
    at = 0
    if node.type != "ArrowFunctionExpression" or text.lstrip("async \t")[:1] == "(":
        own = node.one("id") if node.type != "ArrowFunctionExpression" else None
        after = node.start if own is None else own.end
        at = find_token(w.tree, "(", after) - node.start + 1
    else:
        at = node.all("params")[0].end - node.start
    return f"{text[:at]}/*{w.prefix}alone*/{text[at:]}"
