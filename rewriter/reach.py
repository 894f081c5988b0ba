"""What code can reach: bindings, exports and globals, by reference.

In: a program and pieces of code. Out: ``Reach``. A function value comes from a literal
or a binding, so what running code can touch is what it, and all code that it refers
to, names. Calls are not resolved: a name is enough.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rewriter.exports import exports_of, roots
from rewriter.imports import (
    ALL,
    exports_root,
    imported,
    member_name,
    required_names,
    values_of,
)
from rewriter.modules import LITERALS, Module, Spot, plain, static_name
from rewriter.shapes import primitive
from rewriter.values import namespace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rewriter.program import Program
    from rewriter.scopes import Variable
    from rewriter.syntax.tree import Node


@dataclass(slots=True)
class Reach:
    """What was reached; each with the place where it was first named."""

    bindings: dict[Variable, Spot] = field(default_factory=dict)
    captured: dict[Variable, Spot] = field(default_factory=dict)
    """Variables of functions around the code that was asked about."""
    exports: dict[tuple[int, str], Spot] = field(default_factory=dict)
    globals: dict[str, Spot] = field(default_factory=dict)
    builtins: dict[str, Spot] = field(default_factory=dict)
    unknown: dict[Spot, str] = field(default_factory=dict)
    """Requires that cannot be followed."""


class Walk:
    """One walk; ``cut`` are expressions that are taken to be gone."""

    def __init__(self, program: Program, cut: Iterable[Spot] = ()) -> None:
        """Take the program and what to leave out."""
        self._program = program
        self._cut: dict[int, list[Node]] = {}
        for spot in cut:
            self._cut.setdefault(spot.module.number, []).append(spot.node)
        self._seen: set[tuple[int, int]] = set()
        self._todo: list[Spot] = []
        self._imports: dict[Variable, list[tuple[int | str, str | None]]] = {}
        self.found = Reach()

    def run(self, code: Iterable[Spot]) -> Reach:
        """Reach everything from pieces of code."""
        self._todo.extend(code)
        while self._todo:
            spot = self._todo.pop()
            key = (spot.module.number, spot.node.index)
            if key not in self._seen:
                self._seen.add(key)
                self._visit(spot)
        return self.found

    def _visit(self, spot: Spot) -> None:
        module = spot.module
        gone = self._cut.get(module.number, ())
        for reference in module.scopes.references(within=spot.node):
            node = reference.node
            if node.type != "Identifier" or reference.initial:
                continue
            if any(cut.contains(node) for cut in gone):
                continue
            variable = module.variable(node)
            if variable is None:
                self._global(module, node)
            elif module.is_top(variable):
                self._binding(module, variable, node)
            elif not variable.scope.within(spot.node):
                self._captured(module, variable, node)

    def _global(self, module: Module, node: Node) -> None:
        here = Spot(module, node)
        if node.name == "require":
            self._require(module, node)
        elif node.name in {"module", "exports"}:
            root = exports_root(node)
            if root is not None:
                name = member_name(root)
                if name is not None:
                    self._export(module.number, name, here)
        else:
            self.found.globals.setdefault(node.name, here)

    def _require(self, module: Module, node: Node) -> None:
        call = node.parent
        if call is None or call.type != "CallExpression" or call.the("callee") != node:
            if call is None or call.type != "MemberExpression":
                self.found.unknown[Spot(module, node)] = "require is handed on"
            return
        require = self._program.targets.get((module.number, call.index))
        target = require.target if require is not None else None
        here = Spot(module, call)
        if target is None:
            name = require.specifier if require is not None else None
            self.found.unknown[here] = name or "a name that is computed"
        elif isinstance(target, str):
            self.found.builtins.setdefault(target, here)
        else:
            for name in required_names(module, call):
                self._export(target, name, here)

    def _binding(self, module: Module, variable: Variable, node: Node) -> None:
        here = Spot(module, node)
        known = variable in self.found.bindings
        self.found.bindings.setdefault(variable, here)
        imports = self._imports.get(variable)
        if imports is None:
            imports = self._imports[variable] = imported(
                self._program, module, variable
            )
        for target, name in imports:
            if isinstance(target, str):
                self.found.builtins.setdefault(target, here)
            else:
                self._export(target, member_name(node) or ALL, here, name)
        if not known and not imports:
            self._todo.extend(values_of(module, variable))

    def _captured(self, module: Module, variable: Variable, node: Node) -> None:
        if variable not in self.found.captured:
            self.found.captured[variable] = Spot(module, node)
            self._todo.extend(values_of(module, variable))

    def _export(
        self, target: int, name: str, here: Spot, through: str | None = None
    ) -> None:
        name = name if through is None else through
        if (target, name) in self.found.exports:
            return
        self.found.exports[target, name] = here
        module = self._program.module(target)
        if module is None:
            if not self._program.modules[target].path.endswith(".json"):
                self.found.unknown[here] = self._program.modules[target].path
            return
        self._todo.extend(Spot(module, node) for node in exported(module, name))


def exported(module: Module, name: str) -> Iterator[Node]:
    """Yield the code behind an export, or behind all of them."""
    table = exports_of(module)
    if not table.exact:
        for root in roots(module):
            yield module.statement(root)
        return
    if name in table.names:
        yield table.names[name]
        return
    if table.whole is not None:
        yield table.whole
    if name in {ALL, ""}:
        yield from table.names.values()


def idle(program: Program, module: Module, statement: Node) -> bool:
    """Tell whether a top-level statement runs nothing: it matters only if named."""
    if statement.type in {"FunctionDeclaration", "EmptyStatement"}:
        return True
    if statement.type == "ExpressionStatement":
        return (
            plain(statement.the("expression")).type == "Literal"
            or statement in exports_of(module).statements
            or _bare_require(program, module, statement)
        )
    if statement.type == "ClassDeclaration":
        return not any(
            item.type == "StaticBlock" or item.flag("static")
            for item in statement.the("body").all("body")
        )
    if statement.type != "VariableDeclaration":
        return False
    return all(
        item.one("init") is None or _still(program, module, item.the("init"), 0)
        for item in statement.all("declarations")
    )


def _bare_require(program: Program, module: Module, statement: Node) -> bool:
    call = plain(statement.the("expression"))
    return (module.number, call.index) in program.targets


def _still(program: Program, module: Module, node: Node, depth: int) -> bool:
    """Tell whether evaluating an expression calls nothing of the program."""
    node = plain(node)
    if depth > 40 or node.type in LITERALS:
        return depth <= 40
    if node.type in {"Identifier", "Literal"} or primitive(module, node):
        return True
    match node.type:
        case "MemberExpression":
            return static_name(node) is not None and _still(
                program, module, node.the("object"), depth + 1
            )
        case "ArrayExpression":
            return all(
                item.type != "SpreadElement"
                and _still(program, module, item, depth + 1)
                for item in node.all("elements")
            )
        case "ObjectExpression":
            return all(
                item.type == "Property"
                and static_name(item) is not None
                and _still(program, module, item.the("value"), depth + 1)
                for item in node.all("properties")
            )
        case "CallExpression":
            return namespace(program, Spot(module, node)) is not None
        case "NewExpression":
            callee = node.the("callee")
            return (
                callee.type == "Identifier"
                and callee.name in {"Map", "Set", "WeakMap", "WeakSet", "Array"}
                and module.variable(callee) is None
                and all(
                    _still(program, module, item, depth + 1)
                    for item in node.all("arguments")
                )
            )
        case _:
            return False
