"""Report calls: before with their arguments, after with their result.

In: calls, ``new`` and optional chains. Out: the same expression, reported. Callee,
receiver and arguments are evaluated once and in order. The call itself stands on the
line where V8 saw it; its error when there is nothing to call is V8's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rewriter.trace.members import take_apart, told
from rewriter.trace.names import is_anonymous_definition
from rewriter.trace.positions import find_token, seek_token
from rewriter.trace.render import not_iterable, quote, render

if TYPE_CHECKING:
    from rewriter.syntax.tree import Node
    from rewriter.trace.writer import Writer

LINKS = frozenset({"MemberExpression", "CallExpression"})


def write_chain(w: Writer, node: Node) -> str:
    """``a?.b.c()``: the whole of it, with its short cuts."""
    if not w.open_frame().full:
        return w.copy(node)
    guards: list[str] = []
    mark = w.open_frame().depth
    inner = node.the("expression")
    core = _link(w, inner, guards, None)
    w.open_frame().depth = mark
    return f"({''.join(guards)}{core})"


def write_call(w: Writer, node: Node) -> str:
    """``f(x)``, outside of optional chains."""
    if not w.open_frame().full:
        return w.copy(node)
    mark = w.open_frame().depth
    text = _link(w, node, [], None)
    w.open_frame().depth = mark
    return text


def write_member(w: Writer, node: Node) -> str:
    """``o.p``, outside of optional chains."""
    if not w.open_frame().full:
        return w.copy(node)
    mark = w.open_frame().depth
    text = _link(w, node, [], None)
    w.open_frame().depth = mark
    return text


def _link(w: Writer, node: Node, guards: list[str], receiver: str | None) -> str:
    """Write one link of a chain; short cuts of the links before it go to ``guards``.

    ``receiver``: the variable that shall hold the object of this member.
    """
    if node.type == "MemberExpression":
        return _member(w, node, guards, receiver)
    if node.type == "CallExpression":
        return _call(w, node, guards)
    return w.write(node)


def _member(w: Writer, node: Node, guards: list[str], receiver: str | None) -> str:
    subject = node.the("object")
    if subject.type == "Super":
        return w.comma([w.opaque(node, "super"), w.copy(node)])
    inner = _link(w, subject, guards, None) if subject.type in LINKS else None
    place = take_apart(w, node, inner)
    hold = place.hold if receiver is None else f"{receiver}={place.hold}"
    read = told(w, "read", node, place, place.access)
    if node.flag("optional"):
        guards.append(f"({hold})==null?void 0:")
        return w.comma([place.index, read]) if place.index else read
    return w.comma([hold, place.index, read])


def _call(w: Writer, node: Node, guards: list[str]) -> str:
    callee = node.the("callee")
    if callee.type == "Super" or _is_super_member(callee) or _is_eval(callee):
        what = "eval" if _is_eval(callee) else "super"
        return w.comma([w.opaque(node, what), _bare_call(w, node)])
    frame = w.open_frame()
    function, receiver = frame.temporary(w.prefix), frame.temporary(w.prefix)
    opening = find_token(w.tree, "(", callee.end)
    if node.flag("optional"):
        opening = find_token(w.tree, "(", find_token(w.tree, "?.", callee.end))
    got = f"{function}={_callee(w, node, guards, receiver, opening)}"
    if node.flag("optional"):
        guards.append(f"({got})==null?void 0:")
        got = ""
    arguments = w.span(opening + 1, node.end - 1, node.all("arguments"))
    act = _act(w, node, function, receiver, arguments, render(callee))
    return w.comma([got, *act])


def _callee(
    w: Writer, node: Node, guards: list[str], receiver: str, opening: int
) -> str:
    """Write what is called and leave what it is called on in ``receiver``."""
    callee = node.the("callee")
    before = w.breaks(node.start, callee.start)
    gap = w.breaks(callee.end, opening)
    if callee.type == "MemberExpression":
        return before + _member(w, callee, guards, receiver) + gap
    if callee.type == "ChainExpression":
        own: list[str] = []
        core = _link(w, callee.the("expression"), own, receiver)
        return f"{before}({receiver}=void 0,{''.join(own)}{core}){gap}"
    text = _link(w, callee, guards, None)
    if is_anonymous_definition(callee):
        text = f"(0,{text})"
    elif callee.type == "SequenceExpression":
        text = f"({text})"
    return f"({receiver}=void 0,{before}{text}{gap})"


def _act(
    w: Writer, node: Node, function: str, receiver: str, arguments: str, text: str
) -> list[str]:
    """Return the steps of the call itself; the last one is its value."""
    frame = w.open_frame()
    passed, result = frame.temporary(w.prefix), frame.temporary(w.prefix)
    mark, fx, words = w.name("m"), w.name("fx"), quote(text)
    w.calls.append(node.start)
    is_new = node.type == "NewExpression"
    bad = quote(f"{text} is not a {'constructor' if is_new else 'function'}")
    if not is_new and is_iterated(node):
        bad = quote(not_iterable(node))
    check = f'typeof {function}=="function"||{w.name("bad")}({function},{bad})'
    if is_new:
        check = f"{w.name('bad')}({function},{bad})"
    label = quote(f"new {text}") if is_new else words
    told_call = (
        f"{mark}={fx}.call({w.name('a')},{node.start},{function},{receiver},"
        f"{passed},{label})"
    )
    given = f"({passed}=[{arguments}],{check},{told_call},{passed})"
    how = "new" if is_new else "apply"
    target = function if is_new else f"{function},{receiver}"
    return [
        f"{result}={w.name(how)}({target},{given})",
        f"{result}={fx}.done({mark},{result})",
        f"{mark}=0",
        result,
    ]


def is_iterated(node: Node) -> bool:
    """Tell whether V8 asks for an iterable right where a call stands."""
    parent = node.parent
    assert parent is not None
    match parent.type, node.field:
        case "ForOfStatement", "right":
            return not parent.flag("await")
        case "SpreadElement", _:
            above = parent.parent
            return above is not None and above.type == "ArrayExpression"
        case "VariableDeclarator", "init":
            return parent.the("id").type == "ArrayPattern"
        case "AssignmentExpression", "right":
            return parent.the("left").type == "ArrayPattern"
        case _:
            return False


def write_new(w: Writer, node: Node) -> str:
    """``new C(x)``."""
    frame = w.open_frame()
    if not frame.full:
        return w.copy(node)
    depth = frame.depth
    callee = node.the("callee")
    function = frame.temporary(w.prefix)
    opening = seek_token(w.tree, "(", callee.end, node.end)
    end = opening if opening >= 0 else node.end
    base = w.span(node.start + len("new"), end, [callee])
    got = f"{function}={f'(0,{base})' if is_anonymous_definition(callee) else base}"
    arguments = ""
    if opening >= 0:
        arguments = w.span(opening + 1, node.end - 1, node.all("arguments"))
    act = _act(w, node, function, "void 0", arguments, render(callee))
    frame.depth = depth
    return w.comma([got, *act])


def write_tagged(w: Writer, node: Node) -> str:
    """``tag`text```: the array of strings must stay the same one, so not followed."""
    if not w.open_frame().full:
        return w.copy(node)
    tag, quasi = node.the("tag"), node.the("quasi")
    parts = [(tag, w.plain(tag)), (quasi, w.write(quasi))]
    call = w.weave(node.start, node.end, parts)
    return w.comma([w.opaque(node, "tagged template"), call])


def write_import(w: Writer, node: Node) -> str:
    """``import(x)``."""
    if not w.open_frame().full:
        return w.copy(node)
    return w.comma([w.opaque(node, "import()"), w.copy(node)])


def _bare_call(w: Writer, node: Node) -> str:
    callee = node.the("callee")
    parts = [(callee, w.plain(callee))]
    parts += [(argument, w.write(argument)) for argument in node.all("arguments")]
    return w.weave(node.start, node.end, parts)


def _is_super_member(callee: Node) -> bool:
    return callee.type == "MemberExpression" and callee.the("object").type == "Super"


def _is_eval(callee: Node) -> bool:
    return callee.type == "Identifier" and callee.name == "eval"
