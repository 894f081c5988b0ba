"""Which functions an expression can be: names, exports, factories, ``bind``.

In: a program and an expression. Out: ``Meaning``: function literals, and whether
there can be no others. What cannot be followed is said, not guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rewriter.exports import exports_of
from rewriter.modules import LITERALS, Module, Spot, enclosing, plain, static_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rewriter.program import Program
    from rewriter.scopes import Variable
    from rewriter.syntax.tree import Node

DEPTH = 12


@dataclass(frozen=True, slots=True)
class Meaning:
    """The function literals that an expression can be."""

    functions: tuple[Spot, ...] = ()
    exact: bool = False
    """There are no others."""

    @staticmethod
    def union(parts: Iterable[Meaning]) -> Meaning:
        """Return what any of several expressions can be."""
        found: dict[Spot, None] = {}
        exact, some = True, False
        for part in parts:
            some = True
            exact = exact and part.exact
            found.update(dict.fromkeys(part.functions))
        return Meaning(tuple(found), exact and some)


UNKNOWN = Meaning()


def resolve(program: Program, spot: Spot, depth: int = 0) -> Meaning:
    """Return the functions that an expression can be."""
    if depth > DEPTH:
        return UNKNOWN
    module, node = spot.module, plain(spot.node)
    deeper = depth + 1
    if node.type in LITERALS:
        return Meaning((Spot(module, node),), exact=True)
    match node.type:
        case "Identifier":
            return _identifier(program, module, node, deeper)
        case "MemberExpression":
            return _member(program, module, node, deeper)
        case "CallExpression":
            return _call(program, module, node, deeper)
        case "ConditionalExpression":
            both = (node.the("consequent"), node.the("alternate"))
            return Meaning.union(
                resolve(program, Spot(module, n), deeper) for n in both
            )
        case "LogicalExpression":
            both = (node.the("left"), node.the("right"))
            return Meaning.union(
                resolve(program, Spot(module, n), deeper) for n in both
            )
        case "AssignmentExpression" if node.operator == "=":
            return resolve(program, Spot(module, node.the("right")), deeper)
        case "SequenceExpression":
            last = node.all("expressions")[-1]
            return resolve(program, Spot(module, last), deeper)
        case _:
            return UNKNOWN


def namespace(program: Program, spot: Spot, depth: int = 0) -> int | str | None:
    """Return the module whose exports object an expression certainly is."""
    module, node = spot.module, plain(spot.node)
    if depth > DEPTH:
        return None
    if node.type == "CallExpression":
        require = program.targets.get((module.number, node.index))
        if require is not None:
            return require.target
        callee = plain(node.the("callee"))
        if callee.type in LITERALS and not node.all("arguments"):
            found = {
                namespace(program, Spot(module, value), depth + 1)
                for value in returned(callee)
            }
            return found.pop() if len(found) == 1 else None
    if node.type == "Identifier":
        variable = module.variable(node)
        value = only_value(module, variable) if variable is not None else None
        if value is not None:
            return namespace(program, value, depth + 1)
    return None


def only_value(module: Module, variable: Variable) -> Spot | None:
    """Return the expression of a variable that gets exactly one value."""
    if variable.kind not in {"var", "let", "const"} or variable.annex_b:
        return None
    written = [reference for reference in variable.references if reference.write]
    if len(written) != 1:
        return None
    value = written_value(written[0].node)
    return Spot(module, value) if value is not None else None


def written_value(target: Node) -> Node | None:
    """Return the expression that an identifier is given, None through a pattern."""
    above = target.parent
    if above is None:
        return None
    if above.type == "VariableDeclarator" and above.the("id") == target:
        return above.one("init")
    if (
        above.type == "AssignmentExpression"
        and above.the("left") == target
        and above.operator == "="
    ):
        return above.the("right")
    return None


def pattern_source(target: Node) -> tuple[str, Node] | None:
    """Return (property, expression) for the ``x`` of ``{property: x} = expression``."""
    item = target.parent
    if item is None or item.type != "Property" or item.the("value") != target:
        return None
    pattern, name = item.parent, static_name(item)
    above = pattern.parent if pattern is not None else None
    if pattern is None or above is None or name is None:
        return None
    if above.type == "VariableDeclarator" and above.the("id") == pattern:
        value = above.one("init")
        return (name, value) if value is not None else None
    return None


def export_value(
    program: Program, target: int, name: str, depth: int = 0
) -> Spot | None:
    """Return the expression of an export, None when it is not certain."""
    module = program.module(target)
    if module is None or depth > DEPTH or program.patched(target, name) is not None:
        return None
    table = exports_of(module)
    if not table.exact:
        return None
    if name == "":
        return Spot(module, table.whole) if table.whole is not None else None
    if name in table.names:
        return Spot(module, table.names[name])
    if table.whole is not None:
        inner = namespace(program, Spot(module, table.whole))
        if isinstance(inner, int):
            return export_value(program, inner, name, depth + 1)
    return None


def returned(function: Node) -> list[Node]:
    """Return the expressions that a function may return; bare returns are left out."""
    body = function.the("body")
    if body.type != "BlockStatement":
        return [body]
    return [
        value
        for node in function.tree.of_type("ReturnStatement", within=function)
        if enclosing(node) == function and (value := node.one("argument")) is not None
    ]


def literals(program: Program, spot: Spot, depth: int = 0) -> list[Spot] | None:
    """Return the object literals that an expression can be, None when unknown."""
    module, node = spot.module, plain(spot.node)
    if depth > DEPTH:
        return None
    if node.type == "ObjectExpression":
        return [Spot(module, node)]
    if node.type == "Identifier":
        variable = module.variable(node)
        value = only_value(module, variable) if variable is not None else None
        if variable is None or value is None or sets_property(variable):
            return None
        return literals(program, value, depth + 1)
    if node.type == "CallExpression":
        meaning = resolve(program, Spot(module, node.the("callee")), depth + 1)
        if not meaning.exact:
            return None
        found: list[Spot] = []
        for function in meaning.functions:
            if function.node.flag("async") or function.node.flag("generator"):
                return None
            for given in returned(function.node):
                inner = literals(program, Spot(function.module, given), depth + 1)
                if inner is None:
                    return None
                found.extend(inner)
        return found or None
    return None


def sets_property(variable: Variable) -> bool:
    """Tell whether some code assigns a property of a variable's object by its name."""
    for reference in variable.references:
        above = reference.node.parent
        if above is None or above.type != "MemberExpression":
            continue
        grand = above.parent
        if above.the("object") == reference.node and grand is not None:
            if grand.type == "AssignmentExpression" and grand.the("left") == above:
                return True
            if grand.operator == "delete" or grand.type == "UpdateExpression":
                return True
    return False


def _identifier(program: Program, module: Module, node: Node, depth: int) -> Meaning:
    variable = module.variable(node)
    if variable is None or module.scopes.tainted(node):
        return UNKNOWN
    parts: list[Meaning] = []
    if variable.kind in {"function", "function-name"}:
        for declared in variable.declarations:
            above = declared.parent
            if above is not None and above.type in LITERALS:
                parts.append(Meaning((Spot(module, above),), exact=True))
    elif variable.kind not in {"var", "let", "const"} or variable.annex_b:
        return UNKNOWN
    parts.extend(
        _written(program, module, reference.node, depth)
        for reference in variable.references
        if reference.write
    )
    return Meaning.union(parts)


def _written(program: Program, module: Module, target: Node, depth: int) -> Meaning:
    above = target.parent
    if above is not None and above.type == "FunctionDeclaration":
        return Meaning((Spot(module, above),), exact=True)
    value = written_value(target)
    if value is not None:
        if value.kind in {"null", "undefined"}:
            return Meaning((), exact=True)
        return resolve(program, Spot(module, value), depth)
    source = pattern_source(target)
    if source is None:
        return UNKNOWN
    name, base = source
    return _property(program, Spot(module, base), name, depth)


def _member(program: Program, module: Module, node: Node, depth: int) -> Meaning:
    name = static_name(node)
    if name is None:
        return UNKNOWN
    return _property(program, Spot(module, node.the("object")), name, depth)


def _property(program: Program, base: Spot, name: str, depth: int) -> Meaning:
    """Return what ``base.name`` can be."""
    target = namespace(program, base)
    if isinstance(target, int):
        value = export_value(program, target, name)
        return resolve(program, value, depth) if value is not None else UNKNOWN
    if target is not None:
        return UNKNOWN
    found = literals(program, base)
    if found is None:
        return UNKNOWN
    parts = []
    for literal in found:
        values = [
            item.the("value")
            for item in literal.node.all("properties")
            if item.type == "Property"
            and static_name(item) == name
            and item.kind not in {"get", "set"}
        ]
        if len(values) != 1:
            return UNKNOWN
        parts.append(resolve(program, Spot(literal.module, values[0]), depth))
    return Meaning.union(parts)


def _call(program: Program, module: Module, node: Node, depth: int) -> Meaning:
    target = namespace(program, Spot(module, node))
    if isinstance(target, int):
        value = export_value(program, target, "")
        return resolve(program, value, depth) if value is not None else UNKNOWN
    callee = plain(node.the("callee"))
    if callee.type == "MemberExpression" and static_name(callee) == "bind":
        return resolve(program, Spot(module, callee.the("object")), depth)
    meaning = resolve(program, Spot(module, callee), depth)
    if not meaning.functions:
        return UNKNOWN
    parts: list[Meaning] = []
    for function in meaning.functions:
        if function.node.flag("async") or function.node.flag("generator"):
            return UNKNOWN
        parts.extend(
            resolve(program, Spot(function.module, value), depth)
            for value in returned(function.node)
        )
    found = Meaning.union(parts)
    return Meaning(found.functions, found.exact and meaning.exact)
