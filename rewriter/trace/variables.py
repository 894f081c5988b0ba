"""Report reads and writes of variables that outlive or enclose an activation.

In: identifiers and what assigns them. Out: the same expression, reported. Variables
that nobody else can see are left alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rewriter.scopes.resolution import WRAPPER_NAMES
from rewriter.trace.builtins import QUIET_GLOBALS
from rewriter.trace.names import is_anonymous_definition
from rewriter.trace.render import quote

if TYPE_CHECKING:
    from rewriter.scopes import Variable
    from rewriter.syntax.tree import Node
    from rewriter.trace.writer import Writer

GLOBAL = -1
"""Stands for the declaration of a global."""
WRAPPER = 0
"""Stands for the declaration of ``module``, ``exports`` and the like."""
UNSEEN_KINDS = frozenset({"function-name", "class", "private"})


def write_identifier(w: Writer, node: Node) -> str:
    """A read, if it is one."""
    use = w.scopes.use(node)
    name = w.text(node.start, node.end)
    if use is None or use.write or not use.read or not w.open_frame().full:
        return name
    cell = cell_of(w, node)
    return name if cell is None else read(w, node, cell, name)


def read(w: Writer, node: Node, cell: tuple[str, int], value: str) -> str:
    """Return the report of a read; ``value`` is what it yields."""
    return report(w, "readCapture", node, cell, value)


def write(w: Writer, node: Node, cell: tuple[str, int], value: str) -> str:
    """Return the report of a write."""
    return report(w, "writeCapture", node, cell, value)


def report(w: Writer, call: str, node: Node, cell: tuple[str, int], value: str) -> str:
    """Return one of the two calls; only what is read is handed back."""
    name, declared = cell
    given = (call, node.start, quote(name), declared)
    if call == "writeCapture" or value == "void 0":
        return w.tell(*given, value)
    return w.tell_value(*given, value=value, plain=value)


def keep(w: Writer, node: Node, cell: tuple[str, int], value: str) -> str:
    """Return a value that is told before it is written."""
    frame = w.open_frame()
    kept = frame.temporary(w.prefix)
    frame.depth -= 1
    return f"({kept}={value},{write(w, node, cell, kept)},{kept})"


def cell_of(w: Writer, node: Node) -> tuple[str, int] | None:
    """Return (name, declaration) of the cell that an identifier means, if any."""
    variable = w.scopes.resolve(node)
    if variable is None:
        return global_cell(w, node)
    if is_unseen(variable) and is_only_called(node):
        return None
    if not w.is_captured(variable) and not is_shared(w, variable):
        return None
    if variable.kind == "function" and not variable.assigned and is_callee(node):
        return None
    return variable.name, declared_at(variable)


def global_cell(w: Writer, node: Node) -> tuple[str, int] | None:
    """Return the cell of a name that the file does not declare."""
    name = node.name
    if name in QUIET_GLOBALS or name == "arguments":
        return None
    if is_typeof_operand(node):
        # Must not throw for a name that does not exist.
        return None
    if w.tree.kind == "commonjs" and name in WRAPPER_NAMES:
        return None if name == "require" else (name, WRAPPER)
    return name, GLOBAL


def declared_at(variable: Variable) -> int:
    """Return the offset that stands for a variable's declaration."""
    if not variable.declared:
        return variable.scope.node.start
    return variable.declarations[0].start


def is_unseen(variable: Variable) -> bool:
    """Tell whether a binding never changes, and its value reports by itself."""
    if variable.kind == "class" and variable.assigned:
        return False
    return variable.kind in UNSEEN_KINDS


def is_used_inside(w: Writer, variable: Variable) -> bool:
    """Tell whether a function further in uses a variable."""
    home, scopes = variable.scope.function(), w.scopes
    return any(
        scopes.of(w.tree.node(row)).function() is not home for row, _ in variable.uses
    )


def is_shared(w: Writer, variable: Variable) -> bool:
    """Tell whether a function further in uses a variable that changes."""
    known = w.shared.get(variable)
    if known is None:
        known = w.shared[variable] = variable.assigned and is_used_inside(w, variable)
    return known


def is_only_called(node: Node) -> bool:
    """Tell whether a function or class is used for what it does, not what it has."""
    parent = node.parent
    if parent is None:
        return False
    match parent.type, node.field:
        case (("CallExpression" | "NewExpression"), "callee"):
            return True
        case _, "superClass":
            return True
        case "BinaryExpression", "right":
            return parent.operator == "instanceof"
        case _:
            return False


def is_callee(node: Node) -> bool:
    """Tell whether a node is what a call calls."""
    parent = node.parent
    return (
        parent is not None
        and parent.type == "CallExpression"
        and (node.field == "callee")
    )


def is_typeof_operand(node: Node) -> bool:
    """Tell whether a node is the operand of ``typeof``."""
    parent = node.parent
    return (
        parent is not None
        and parent.type == "UnaryExpression"
        and parent.operator == "typeof"
    )


def target_cell(w: Writer, target: Node) -> tuple[str, int] | None:
    """Return the cell that an assignment to an identifier writes, if any."""
    variable = w.scopes.resolve(target)
    if variable is None:
        if target.name == "arguments":
            return None
        wrapper = w.tree.kind == "commonjs" and target.name in WRAPPER_NAMES
        return target.name, WRAPPER if wrapper else GLOBAL
    if is_unseen(variable):
        return None
    if w.is_captured(variable) or is_shared(w, variable):
        return variable.name, declared_at(variable)
    return None


def declared_cell(w: Writer, target: Node) -> tuple[str, int] | None:
    """Return the cell of a declared name that a function further in uses.

    What it holds can be met there, so it is named when it is made.
    """
    variable = w.scopes.resolve(target)
    if variable is None or is_unseen(variable):
        return None
    if w.is_captured(variable) or is_used_inside(w, variable):
        return variable.name, declared_at(variable)
    return None


def assign_identifier(w: Writer, node: Node) -> str:
    """``x = v`` and its relatives, for a plain name."""
    target, right = node.the("left"), node.the("right")
    cell = target_cell(w, target)
    if cell is None:
        return w.copy(node)
    name = w.text(target.start, target.end)
    head = w.text(node.start, right.start)
    tail = w.text(right.end, node.end)
    if node.operator == "=":
        if is_anonymous_definition(right):
            # The value must stay where the name is given to it.
            act = head + w.write(right) + tail
            return w.comma([act, write(w, node, cell, name), name])
        return f"{head}{keep(w, node, cell, w.value(right))}{tail}"
    known = w.scopes.resolve(target) is not None
    told = read(w, node, cell, name if known else "void 0")
    if node.operator in {"||=", "&&=", "??="}:
        return _assign_logically(w, node, cell, told if known else name)
    frame = w.open_frame()
    mark = frame.depth
    temporary = frame.temporary(w.prefix)
    text = w.comma(
        [
            told,
            f"{temporary}={w.copy(node)}",
            write(w, node, cell, temporary),
            temporary,
        ]
    )
    frame.depth = mark
    return text


def _assign_logically(w: Writer, node: Node, cell: tuple[str, int], told: str) -> str:
    """``x ||= v``: a write only when it happens, and ``v`` may take the name."""
    target, right = node.the("left"), node.the("right")
    name = w.text(target.start, target.end)
    gap = w.text(target.end, right.start).replace(node.operator, "=", 1)
    tail = w.text(right.end, node.end)
    operator = node.operator[:-1]
    if is_anonymous_definition(right):
        assigned = w.comma(
            [name + gap + w.write(right) + tail, write(w, node, cell, name), name]
        )
    else:
        kept = keep(w, node, cell, w.value(right) + tail)
        assigned = f"({name}{gap}{kept})"
        # `tail` may close a parenthesis that `gap` opened, so it stays inside.
    return f"({told}{operator}{assigned})"


def update_identifier(w: Writer, node: Node) -> str:
    """``x++``."""
    target = node.the("argument")
    cell = target_cell(w, target)
    if cell is None:
        return w.text(node.start, node.end)
    name = w.text(target.start, target.end)
    known = w.scopes.resolve(target) is not None
    frame = w.open_frame()
    mark = frame.depth
    temporary = frame.temporary(w.prefix)
    text = w.comma(
        [
            read(w, node, cell, name if known else "void 0"),
            f"{temporary}={w.text(node.start, node.end)}",
            write(w, node, cell, name if known else "void 0"),
            temporary,
        ]
    )
    frame.depth = mark
    return text
