"""Report reads and writes of properties; native semantics by temporaries.

In: member expressions and what assigns them. Out: the same expression, reported: each
object and key is evaluated once and in the original order, and the operation itself
stays JavaScript's own.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rewriter.syntax.positions import LINE_END
from rewriter.trace.names import is_anonymous_definition, static_key
from rewriter.trace.positions import find_token
from rewriter.trace.render import quote
from rewriter.trace.variables import GLOBAL, report

if TYPE_CHECKING:
    from rewriter.syntax.tree import Node
    from rewriter.trace.writer import Writer


@dataclass(frozen=True, slots=True)
class Place:
    """A member expression taken apart.

    ``hold`` and ``index`` evaluate object and key into variables, ``access`` is the
    member on these, ``key`` the key as an expression.
    """

    hold: str
    index: str
    access: str
    object: str
    key: str


def dot_of(w: Writer, node: Node) -> int:
    """Return where ``.``, ``?.`` or ``[`` of a member expression begins."""
    start = node.the("object").end
    if node.flag("optional"):
        return find_token(w.tree, "?.", start)
    return find_token(w.tree, "[" if node.flag("computed") else ".", start)


def take_apart(w: Writer, node: Node, subject: str | None = None) -> Place:
    """Allocate variables for a member's object and key.

    ``subject``: the text of the object, when somebody else has written it.
    """
    dot = dot_of(w, node)
    holder = w.open_frame().temporary(w.prefix)
    inner = node.the("object")
    written = w.write(inner) if subject is None else subject
    base = w.weave(node.start, dot, [(inner, written)])
    if is_anonymous_definition(inner):
        base = f"(0,{base})"
    hold = f"{holder}={base}"
    if not node.flag("computed"):
        name = w.text(dot, node.end).removeprefix("?")
        key = quote(static_key(node.the("property")))
        return Place(hold, "", holder + name, holder, key)
    return _computed(w, node, dot, hold, holder)


def _computed(w: Writer, node: Node, dot: int, hold: str, holder: str) -> Place:
    prop = node.the("property")
    opening = find_token(w.tree, "[", dot)
    if prop.type == "Literal":
        access = holder + w.text(opening, node.end)
        return Place(hold, "", access, holder, w.text(prop.start, prop.end))
    key = w.open_frame().temporary(w.prefix)
    index = f"{key}=({w.span(opening + 1, node.end - 1, [prop])})"
    if is_anonymous_definition(prop):
        index = f"{key}=(0,{w.span(opening + 1, node.end - 1, [prop])})"
    return Place(hold, index, f"{holder}[{key}]", holder, key)


def told(w: Writer, call: str, node: Node, place: Place, value: str) -> str:
    """Return ``fx.read(...)`` or ``fx.write(...)``."""
    given = (call, node.start, place.object, place.key)
    if call == "write" or value == "void 0":
        return w.tell(*given, value)
    return w.tell_value(*given, value=on_one_line(place, value), plain=value)


def on_one_line(place: Place, access: str) -> str:
    """Return an access once more, without moving the lines that follow."""
    if not LINE_END.search(access):
        return access
    key = place.key
    if access.startswith("super"):
        return f"super[{key}]"
    name = json.loads(key) if key.startswith('"') else ""
    return f"{place.object}.{name}" if name[:1] == "#" else f"{place.object}[{key}]"


def target_member(w: Writer, node: Node) -> str:
    """``o.p`` where a pattern or a loop assigns it."""
    frame = w.open_frame()
    if node.the("object").type == "Super":
        return _target_super(w, node)
    mark = frame.depth
    place = take_apart(w, node)
    write = told(w, "write", node, place, "void 0")
    base = w.comma([place.hold, place.index, write, place.object])
    if place.index:
        # The object comes before the key, and both before the value that is assigned.
        base = w.comma([place.hold, place.object])
        key = w.comma([place.index, write, place.key])
        frame.depth = mark
        return f"{base}[{key}]"
    frame.depth = mark
    return f"{base}{w.text(dot_of(w, node), node.end)}"


def _target_super(w: Writer, node: Node) -> str:
    """``super.p`` where a pattern assigns it: the key reports."""
    frame, prop = w.open_frame(), node.the("property")
    mark = frame.depth
    key = frame.temporary(w.prefix)
    value = w.value(prop) if node.flag("computed") else quote(static_key(prop))
    write = told(w, "write", node, Place("", "", "", "this", key), "void 0")
    frame.depth = mark
    breaks = "" if node.flag("computed") else w.breaks(node.start, node.end)
    return f"super[{w.comma([f'{key}={value}', write, key])}{breaks}]"


def read_super(w: Writer, node: Node) -> str:
    """``super.p``: looked up beyond ``this``, and read on behalf of it."""
    frame = w.open_frame()
    prop = node.the("property")
    mark = frame.depth
    if not node.flag("computed"):
        place = Place("", "", "", "this", quote(static_key(prop)))
        return told(w, "read", node, place, w.text(node.start, node.end))
    key = frame.temporary(w.prefix)
    place = Place("", "", "", "this", key)
    index = f"{key}={w.value(prop)}"
    frame.depth = mark
    # There must be a `this` before the key is evaluated.
    return w.comma(["this", index, told(w, "read", node, place, f"super[{key}]")])


def change_super(w: Writer, node: Node, target: Node) -> str:
    """``super.p = v``, ``super.p++``: written to ``this``."""
    frame = w.open_frame()
    mark = frame.depth
    prop = target.the("property")
    parts: list[tuple[Node, str]] = []
    key = quote(static_key(prop)) if not target.flag("computed") else ""
    if not key:
        key = frame.temporary(w.prefix)
        parts.append((prop, f"{key}={w.value(prop)}"))
    if node.type == "AssignmentExpression":
        right = node.the("right")
        parts.append((right, w.write(right)))
    result = frame.temporary(w.prefix)
    place = Place("", "", "", "this", key)
    act = f"{result}={w.weave(node.start, node.end, parts)}"
    told_after = told(w, "write", node, place, result)
    frame.depth = mark
    return w.comma([act, told_after, result])


def assign_member(w: Writer, node: Node) -> str:
    """``o.p = v`` and its relatives."""
    frame = w.open_frame()
    target, right = node.the("left"), node.the("right")
    if target.the("object").type == "Super":
        return change_super(w, node, target)
    mark = frame.depth
    place = take_apart(w, target)
    operator = node.operator
    start = find_token(w.tree, operator, target.end) + len(operator)
    value = w.span(start, node.end, [right])
    if is_anonymous_definition(right):
        value = f"(0,{value})"
    result = frame.temporary(w.prefix)
    write = told(w, "write", node, place, result)
    if operator == "=":
        parts = [
            place.hold,
            place.index,
            f"{result}={value}",
            write,
            f"{place.access}={result}",
        ]
    elif operator in {"||=", "&&=", "??="}:
        seen = told(w, "read", target, place, place.access)
        store = w.comma([f"{result}={value}", write, f"{place.access}={result}"])
        parts = [place.hold, place.index, f"({result}={seen}){operator[:-1]}{store}"]
    else:
        seen = told(w, "read", target, place, "void 0")
        act = f"{result}={place.access}{operator}{value}"
        parts = [place.hold, place.index, seen, act, write, result]
    frame.depth = mark
    return w.comma(parts)


def update_member(w: Writer, node: Node) -> str:
    """``o.p++``: the value is a number, so it leads nowhere."""
    frame = w.open_frame()
    target = node.the("argument")
    if target.the("object").type == "Super":
        return change_super(w, node, target)
    mark = frame.depth
    place = take_apart(w, target)
    result = frame.temporary(w.prefix)
    operator = node.operator
    act = operator + place.access if node.flag("prefix") else place.access + operator
    parts = [
        place.hold,
        place.index,
        told(w, "read", target, place, "void 0"),
        f"{result}={act}",
        told(w, "write", node, place, "void 0"),
        result,
    ]
    frame.depth = mark
    return w.comma(parts)


def delete_member(w: Writer, node: Node) -> str:
    """``delete o.p``: a write."""
    frame = w.open_frame()
    target = node.the("argument")
    if target.type == "MemberExpression" and target.the("object").type == "Super":
        return w.plain(node)  # throws, whatever it is
    if target.type != "MemberExpression":
        if target.type == "Identifier":
            return _delete_name(w, node, target)
        return w.comma([w.copy(node)])
    mark = frame.depth
    place = take_apart(w, target)
    write = told(w, "write", node, place, "void 0")
    frame.depth = mark
    return w.comma([place.hold, place.index, write, f"delete {place.access}"])


def _delete_name(w: Writer, node: Node, target: Node) -> str:
    """``delete x``: of the name itself, not of the value of a read that is reported.

    Only a name that nobody has declared, or that ``eval`` has, can be deleted.
    """
    said = ""
    if any(around.uses_eval for around in w.scopes.of(node).up()):
        said = w.opaque(node, "delete")
    elif w.scopes.resolve(target) is None:
        said = report(w, "writeCapture", node, (target.name, GLOBAL), "void 0")
    return w.comma([said, w.plain(node)])


def read_in(w: Writer, node: Node) -> str:
    """``k in o``: a read."""
    left, right = node.the("left"), node.the("right")
    if left.type == "PrivateIdentifier":
        return w.copy(node)
    frame = w.open_frame()
    mark = frame.depth
    key, holder, result = (frame.temporary(w.prefix) for _ in range(3))
    token = find_token(w.tree, "in", left.end)
    first = w.span(node.start, token, [left])
    second = w.span(token + 2, node.end, [right])
    if is_anonymous_definition(right):
        second = f"(0,{second})"
    place = Place("", "", "", holder, key)
    parts = [
        f"{key}={first}",
        f"{holder}={second}",
        f"{result}={key} in {holder}",
        told(w, "read", node, place, "void 0"),
        result,
    ]
    frame.depth = mark
    return w.comma(parts)
