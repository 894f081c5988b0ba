"""Report calls: before with their arguments, after with their result.

In: calls, ``new`` and optional chains. Out: the same expression, reported. Callee,
receiver and arguments are evaluated once and in order. The call itself stands on the
line where V8 saw it; its error when there is nothing to call is V8's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rewriter.trace.members import read_super, take_apart, told
from rewriter.trace.names import class_of, is_anonymous_definition
from rewriter.trace.positions import find_token, seek_token
from rewriter.trace.render import not_iterable, quote, render

if TYPE_CHECKING:
    from rewriter.scopes import Scope
    from rewriter.syntax.tree import Node
    from rewriter.trace.writer import Writer

TEMPLATE = "TaggedTemplateExpression"
CLASSES = frozenset({"ClassDeclaration", "ClassExpression"})
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


def delete_chain(w: Writer, node: Node) -> str:
    """``delete a?.b``: true where the chain ends early."""
    frame = w.open_frame()
    inner = node.the("argument").the("expression")
    if inner.type != "MemberExpression" or inner.the("object").type == "Super":
        return w.comma([w.opaque(node, "delete"), w.copy(node)])
    mark = frame.depth
    guards: list[str] = []
    subject = inner.the("object")
    text = _link(w, subject, guards, None) if subject.type in LINKS else None
    place = take_apart(w, inner, text)
    if inner.flag("optional"):
        guards.append(f"({place.hold})==null?void 0:")
        hold = ""
    else:
        hold = place.hold
    write = told(w, "write", node, place, "void 0")
    frame.depth = mark
    ends = "".join(f"{guard.removesuffix('void 0:')}true:" for guard in guards)
    return f"({ends}{w.comma([hold, place.index, write, f'delete {place.access}'])})"


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
        kept = "" if receiver is None else f"{receiver}=this"
        return w.comma([kept, read_super(w, node)])
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
    if callee.type == "Super":
        return _super_call(w, node)
    if _is_eval(callee):
        return w.comma([w.opaque(node, "eval"), _bare_call(w, node)])
    frame = w.open_frame()
    function, receiver = frame.temporary(w.prefix), frame.temporary(w.prefix)
    opening = find_token(w.tree, "(", callee.end)
    if node.flag("optional"):
        opening = find_token(w.tree, "(", find_token(w.tree, "?.", callee.end))
    got = f"{function}={_callee(w, node, guards, receiver, opening)}"
    if node.flag("optional"):
        guards.append(f"({got})==null?void 0:")
        got = ""
    given = _passed(w, node, opening)
    act = _act(w, node, function, receiver, given, render(callee))
    return w.comma([got, *act])


def _super_call(w: Writer, node: Node) -> str:
    """``super(x)``: the constructor of what the class extends."""
    frame, mark = w.open_frame(), w.name("m")
    opening = find_token(w.tree, "(", node.the("callee").end)
    given, passed = _passed(w, node, opening)
    result = frame.temporary(w.prefix)
    values = passed[1:-1] if passed[0] == "[" else f"...{passed}"
    parent = _parent(w, node)
    call = w.tell("call", node.start, parent, "void 0", passed, '"super"')
    return w.comma(
        [
            *given,
            f"{mark}={call}",
            f"{result}=super({values})",
            f"{mark}&&{w.name('fx')}.done({mark},{result})",
            f"{mark}=0",
            result,
        ]
    )


def _parent(w: Writer, node: Node) -> str:
    """Return an expression for the constructor that ``super()`` calls."""
    around = next(n for n in node.above() if n.type in CLASSES)
    for field in node.above():
        # In a computed key or a heritage this is the super() of a class further out.
        if field.type == "MethodDefinition" and field.kind == "constructor":
            found = class_of(field.the("value"))
            assert found is not None
            around = found
            break
    name = around.one("id")
    scope: Scope | None = w.scopes.of(node)
    while name is not None and scope is not None and scope.kind != "class":
        if name.name in scope.variables:
            name = None
        scope = scope.parent
    return "null" if name is None else f"{w.name('above')}({name.name})"


def _callee(
    w: Writer, node: Node, guards: list[str], receiver: str, opening: int
) -> str:
    """Write what is called and leave what it is called on in ``receiver``."""
    callee = node.the("tag" if node.type == TEMPLATE else "callee")
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
    w: Writer,
    node: Node,
    function: str,
    receiver: str,
    given: tuple[list[str], str],
    text: str,
) -> list[str]:
    """Return the steps of the call itself; the last one is its value."""
    steps, passed = given
    result = w.open_frame().temporary(w.prefix)
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
        f"{mark}={w.tell('call', node.start, function, receiver, passed, label)}"
    )
    target = function if is_new else f"{function},{receiver}"
    # The call begins where the app's does: an error's stack says so.
    values = w.comma([*steps, check, told_call, passed])
    return [
        f"{result}={w.name('new' if is_new else 'apply')}({target},{values})",
        f"{mark}&&{fx}.done({mark},{result})",
        f"{mark}=0",
        result,
    ]


def _passed(w: Writer, node: Node, opening: int) -> tuple[list[str], str]:
    """Evaluate what is passed; return the steps, and a list of it.

    The list is written where it is used: V8 then passes its items without making it.
    """
    frame, arguments = w.open_frame(), node.all("arguments")
    if any(one.type == "SpreadElement" for one in arguments):
        passed = frame.temporary(w.prefix)
        items = w.span(opening + 1, node.end - 1, arguments)
        return [f"{passed}=[{items}]"], passed
    if not arguments:
        breaks = "" if opening < 0 else w.breaks(opening, node.end)
        return [f"{breaks}0"] if breaks else [], "[]"
    names: list[str] = []
    parts: list[tuple[Node, str]] = []
    for one in arguments:
        text = w.value(one)
        names.append(frame.temporary(w.prefix))
        parts.append((one, f"{names[-1]}={text}"))
    end = seek_token(w.tree, ",", arguments[-1].end, node.end - 1)
    end = node.end - 1 if end < 0 else end
    text = w.weave(opening + 1, end, parts) + w.breaks(end, node.end - 1)
    return [text], f"[{','.join(names)}]"


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
    given = _passed(w, node, opening)
    act = _act(w, node, function, "void 0", given, render(callee))
    frame.depth = depth
    return w.comma([got, *act])


def write_tagged(w: Writer, node: Node) -> str:
    """``tag`text```: its strings are one array each time, so they stay in place."""
    frame = w.open_frame()
    if not frame.full:
        return w.copy(node)
    depth = frame.depth
    tag, quasi = node.the("tag"), node.the("quasi")
    function, receiver = frame.temporary(w.prefix), frame.temporary(w.prefix)
    got = f"{function}={_callee(w, node, [], receiver, quasi.start)}"
    text = f"{w.name('list')}{w.write(quasi)}"
    passed = frame.temporary(w.prefix)
    given = ([f"{passed}={text}"], passed)
    act = _act(w, node, function, receiver, given, render(tag))
    frame.depth = depth
    return w.comma([got, *act])


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


def _is_eval(callee: Node) -> bool:
    return callee.type == "Identifier" and callee.name == "eval"
