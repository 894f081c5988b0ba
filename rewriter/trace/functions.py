"""Instrument function literals: entry, exit, and everything between.

In: function nodes. Out: the same literal with a prologue after its directives and its
body in ``try``/``finally``. Functions that this cannot be done to are left alone and
listed with the reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rewriter.blocks import blocks_of
from rewriter.syntax.tree import FUNCTION_TYPES
from rewriter.trace.around import mark_alone, write_parameter
from rewriter.trace.limits import in_with, obstacle
from rewriter.trace.marks import mark
from rewriter.trace.names import (
    function_name,
    gives_name,
    is_anonymous_definition,
    is_derived,
    is_method,
)
from rewriter.trace.parameters import (
    aliased,
    argument_list,
    kept_parameters,
    taken,
)
from rewriter.trace.positions import find_token, lines_of
from rewriter.trace.writer import Frame
from store.facts import Function, FunctionRef

if TYPE_CHECKING:
    from rewriter.scopes import Scope
    from rewriter.syntax.tree import Node, Tree
    from rewriter.trace.writer import Writer


TEMPLATE = "TaggedTemplateExpression"
MAKES_FUNCTIONS = (*FUNCTION_TYPES, "ClassDeclaration", "ClassExpression")


def write_function(w: Writer, node: Node) -> str:
    """Write a literal where it stands, with a closure number if it can have one."""
    reason = obstacle(w, node)
    if reason is not None:
        w.left_alone.append(reason)
        return leave_alone(w, node)
    closure, wrap = closure_of(w, node)
    text = instrument(w, node, closure, "")
    if not wrap:
        return text
    maker, fx, activation = w.name("g"), w.name("fx"), w.name("a")
    place = f"{w.script},{node.start},{activation},{node.start}"
    made = f"{activation}&&{fx}.made({place},{maker})"
    return f"(({maker})=>({maker}=(0,{text}),{made},{maker}))()"


def leave_alone(w: Writer, node: Node) -> str:
    """Write a literal as it is, the functions in it instrumented."""
    frame, w.frame = w.frame, None
    try:
        return mark_alone(w, node, _unobserved(w, node))
    finally:
        w.frame = frame


def _unobserved(w: Writer, node: Node) -> str:
    """Write the parts of a literal anew; its mark begins its body.

    What comes before the body is the text of other functions as well.
    """
    body = node.the("body")
    parts = [(c, w.write(c)) for c in node.children() if c != body]
    if body.type != "BlockStatement":
        return w.weave(
            node.start, node.end, [*parts, (body, mark(w, node) + w.write(body))]
        )
    start, statements = after_directives(body)
    # In a `with`, our own names would be looked up in its object.
    says = "" if in_with(w, node) else f"{w.local}{says_unknown(w, node)};"
    head = w.text(body.start + 1, start)
    text = f"{{{mark(w, node)}{head}{';' if head.strip() and says else ''}{says}"
    text += w.span(start, body.end, statements)
    return w.weave(node.start, node.end, [*parts, (body, text)])


def says_unknown(w: Writer, node: Node) -> str:
    """Return the call that says that nobody knows what its caller does by this."""
    fx = w.name("fx")
    return f"{fx}.opaque({fx}.around(0),{node.start},'left alone')"


def after_directives(body: Node) -> tuple[int, list[Node]]:
    """Return where a body's statements begin, and which these are."""
    statements = body.all("body")
    directives = [s for s in statements if s.flag("directive")]
    start = directives[-1].end if directives else body.start + 1
    return start, statements[len(directives) :]


def closure_of(w: Writer, node: Node) -> tuple[str, bool]:
    """Return an expression for the closure inside of it, and whether to wrap it.

    A name that surely means the function, a variable of a wrapper, or 0.
    """
    own = node.one("id") if node.type != "ArrowFunctionExpression" else None
    if own is None and is_declared_constant(node):
        parent = node.parent
        own = parent.one("id") if parent is not None else None
    if own is not None:
        variable = w.scopes.resolve(own)
        scope = w.scopes.of(node)
        inner = w.scopes.of(node.the("body"))
        hidden = own.name in scope.variables or own.name in inner.variables
        sure = variable is not None and not variable.assigned and not scope.uses_eval
        usable = own.name not in {"await", "yield"}
        return (own.name if sure and usable and not hidden else "0"), False
    if w.frame is None or not w.frame.full:
        return "0", False
    if not is_anonymous_definition(node) or is_method(node):
        return "0", False
    if gives_name(node):
        return "0", False
    return w.name("g"), True


def is_declared_constant(node: Node) -> bool:
    """Tell whether a literal is the value of a ``const`` declaration of a name."""
    parent = node.parent
    if parent is None or parent.type != "VariableDeclarator":
        return False
    above = parent.parent
    return (
        parent.the("id").type == "Identifier"
        and above is not None
        and above.kind == "const"
    )


def instrument(w: Writer, node: Node, closure: str, otherwise: str) -> str:
    """Write a literal with its body instrumented.

    ``otherwise`` is what an activation that is not sampled does instead.
    """
    scope = w.scopes.of(node)
    place = len(w.functions)
    w.functions.append(describe(w, node))
    whole, *inner = blocks_of(node)
    began = len(w.blocks)
    w.blocks.append(whole.start)
    for block in inner:
        w.begins[block.row] = len(w.blocks)
        w.blocks.append(block.start)
    frame = Frame(
        node,
        scope,
        full=not scope.uses_eval,
        suspends=node.flag("async") or node.flag("generator"),
        began=began,
    )
    if scope.uses_eval:
        frame.opaque["eval"] = node.start
    outer, w.frame = w.frame, None
    parameters = [(p, write_parameter(w, p, node)) for p in node.all("params")]
    w.frame = outer
    if aliased(w, node, scope):
        frame.opaque["arguments"] = node.start
    outer, w.frame = w.frame, frame
    try:
        body = node.the("body")
        if body.type == "BlockStatement":
            text = _block(w, node, body, frame, closure, otherwise)
            return w.weave(node.start, node.end, [*parameters, (body, text)])
        return _expression(w, node, body, frame, closure, otherwise, parameters)
    finally:
        w.frame = outer
        assert w.functions[place].ref.start == node.start


def _block(
    w: Writer, node: Node, body: Node, frame: Frame, closure: str, otherwise: str
) -> str:
    start, statements = after_directives(body)
    if not otherwise and can_repeat(w, body, frame, start):
        otherwise = f"{{{w.text(start, body.end - 1)};return}}"
    rest = w.span(start, body.end - 1, statements)
    head = w.text(body.start, start)
    head += ";" if len(head) > 1 else ""
    prologue = _prologue(w, node, frame, closure, otherwise)
    done = f";{w.name('o')}=0"
    return f"{head}{prologue}try{{{rest}{done}}}{_epilogue(w, frame)}}}"


def _expression(
    w: Writer,
    node: Node,
    body: Node,
    frame: Frame,
    closure: str,
    otherwise: str,
    parameters: list[tuple[Node, str]],
) -> str:
    last = parameters[-1][0].end if parameters else node.start
    start = find_token(w.tree, "=>", last) + 2
    text = w.value(body, f"({w.span(start, node.end, [body])})")
    outcome, value = w.name("o"), w.name("v")
    back = f"return ({value}={text},{outcome}=1,{value})"
    head = w.weave(node.start, start, parameters)
    if not otherwise and can_repeat(w, body, frame, start):
        otherwise = f"return ({w.text(start, node.end)})"
    prologue = _prologue(w, node, frame, closure, otherwise)
    return f"{head}{{{prologue}try{{{back}}}{_epilogue(w, frame)}}}"


def _prologue(w: Writer, node: Node, frame: Frame, closure: str, otherwise: str) -> str:
    self, arguments = surroundings(w, node)
    activation = w.name("a")
    names = [f"{w.prefix}{number}" for number in range(frame.deepest)] + frame.kept
    entered = gated(w, node, f"{closure},{self},{arguments}")
    variables = [
        f"{activation}={entered}",
        f"{w.name('o')}=3",
        w.name("v"),
        f"{w.name('m')}=0",
        *([f"{w.name('d')}=0"] if frame.suspends else []),
        *names,
    ]
    unsampled = f"if({activation}===0){otherwise};" if otherwise else ""
    opaque = "".join(
        f"{w.tell('opaque', site, repr(what))};" for what, site in frame.opaque.items()
    )
    declared = f"{mark(w, node)}{w.local}let {','.join(variables)};"
    took = taken(w, node, arguments) + kept_parameters(w, node)
    began = f"{w.name('B')}[{frame.began}]=1;"
    return f"{declared}{unsampled}{began}{opaque}{took}"


def gated(w: Writer, node: Node, about: str) -> str:
    """Return the call that begins an activation.

    In a file, a function whose gate is closed counts the run and does not call: its
    gate is a number that is 0 while runs are observed (functions.js of the probe).
    """
    call = f"{w.name('fx')}.enter({w.script},{node.start},{about})"
    if not w.marks:
        return call
    gate = f"{w.name('G')}[{len(w.gates)}]"
    w.gates.append(node.start)
    return f"{gate}===0?{call}:({gate}++,0)"


def can_repeat(w: Writer, body: Node, frame: Frame, start: int) -> bool:
    """Tell whether an unsampled activation may run a copy of the original body.

    Only where the copy's positions are as good (one line), and where there is no
    function in it: that would have to be traced in both; nor a tagged template, whose
    strings are an object of their own at each place.
    """
    if frame.suspends or not frame.full or w.breaks(start, frame.function.end):
        return False
    inner = w.tree.of_type(*MAKES_FUNCTIONS, TEMPLATE, within=body)
    return next(inner, None) is None


def _epilogue(w: Writer, frame: Frame) -> str:
    fx, mark = w.name("fx"), w.name("m")
    leave = w.tell("exit", w.name("o"), w.name("v"))
    if frame.suspends:
        flag = w.name("d")
        is_async = frame.function.flag("async")
        if is_async:
            leave = w.tell("exit", 2, w.name("later"))
        leave = f"{flag}||({flag}=1,{leave})"
        if is_async and not frame.function.flag("generator"):
            # Only now is its promise settled, by whatever it returned or threw.
            leave += f";{w.tell('ended', w.name('o'), w.name('v'))}"
    threw = f"{mark}&&{fx}.threw({mark},void 0);"
    return f"finally{{{threw}{leave}}}"


def surroundings(w: Writer, node: Node) -> tuple[str, str]:
    """Return the expressions for ``this`` and the arguments at entry."""
    scope = w.scopes.of(node)
    if node.type == "ArrowFunctionExpression":
        self = "this" if scope.uses_this and not _before_super(scope) else "void 0"
        return self, argument_list(w, node)
    this = "void 0" if is_derived(node) else "this"
    for around in (scope, w.scopes.of(node.the("body"))):
        hidden = around.variables.get("arguments")
        if hidden is not None and hidden.kind != "arguments":
            return this, argument_list(w, node)
    return this, "arguments"


def _before_super(scope: Scope) -> bool:
    """Tell whether ``this`` of an arrow may not exist yet."""
    for around in scope.up():
        if around.binds_this:
            parent = around.parent
            while parent is not None and parent.kind != "class":
                parent = parent.parent
            return parent is not None and parent.node.one("superClass") is not None
    return False


def describe(w: Writer, node: Node) -> Function:
    """Return the fact about a literal."""
    return described(w.tree, w.script, node)


def described(tree: Tree, script: int, node: Node) -> Function:
    """Return the fact about a literal of a numbered script."""
    line0, column0 = lines_of(tree).position(node.start)
    return Function(
        FunctionRef(script, node.start),
        node.end,
        function_name(node),
        line0 + 1,
        column0 + 1,
        tuple(tree.slice(p.start, p.end) for p in node.all("params")),
    )
