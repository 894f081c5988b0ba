"""Whether code writes through what it is given.

In: functions of a slice and which of their parameters are watched. Out: the first
place where a watched value, or a part of it, may be written or goes where it cannot be
followed. Does not follow the order of statements: what may be, is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rewriter.allow import PRIMITIVE_RESULT, READERS, VIEWS
from rewriter.constants import CALLING
from rewriter.modules import LITERALS, Module, Spot, plain, static_name
from rewriter.shapes import native, pure_call
from rewriter.values import resolve, returned

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rewriter.program import Program
    from rewriter.scopes import Variable
    from rewriter.syntax.tree import Node

NONE, HOLDS, PART = 0, 1, 2
"""How much of a watched value a value is: nothing, a fresh holder of it, a part."""
LIMIT = 400
"""Functions looked at before giving up."""


class Taint:
    """One question: whether functions may write through some of their parameters."""

    def __init__(self, program: Program) -> None:
        """Take the program."""
        self._program = program
        self._variables: dict[Variable, int] = {}
        self._results: dict[tuple[int, int], int] = {}
        self._bodies: dict[tuple[int, int], Spot] = {}
        self._changed = True
        self.culprit: Spot | None = None

    def watch(self, function: Spot, index: int) -> None:
        """Watch a parameter of a function literal."""
        parameters = function.node.all("params")
        self._body(function)
        if function.module.scopes.of(function.node).uses_arguments:
            self._fail(function)
        if index < len(parameters):
            self._pattern(function.module, parameters[index], PART)

    def run(self) -> Spot | None:
        """Return the first place that forbids it, None when there is none."""
        while self._changed and self.culprit is None:
            self._changed = False
            for body in list(self._bodies.values()):
                self._function(body)
            if len(self._bodies) > LIMIT:
                self._fail(next(iter(self._bodies.values())))
        return self.culprit

    def returns(self, function: Spot) -> int:
        """Return how much of a watched value a function may return."""
        return self._results.get((function.module.number, function.node.index), NONE)

    def _fail(self, spot: Spot) -> None:
        if self.culprit is None:
            self.culprit = spot

    def _body(self, function: Spot) -> None:
        key = (function.module.number, function.node.index)
        if key not in self._bodies:
            self._bodies[key] = function
            self._changed = True

    def _set(self, variable: Variable, level: int) -> None:
        if level > self._variables.get(variable, NONE):
            self._variables[variable] = level
            self._changed = True

    def _pattern(self, module: Module, pattern: Node, level: int) -> None:
        """Bind the names of a pattern to parts of a value."""
        if level == NONE:
            return
        if pattern.type == "Identifier":
            variable = module.variable(pattern)
            if variable is not None:
                self._set(variable, level)
        elif pattern.type == "MemberExpression":
            self._write(module, pattern, level)
        elif pattern.type == "AssignmentPattern":
            self._pattern(module, pattern.the("left"), level)
        else:
            for child in pattern.children():
                inner = child.the("value") if child.type == "Property" else child
                if child.type == "RestElement":
                    inner = child.the("argument")
                self._pattern(module, inner, PART)

    def _function(self, body: Spot) -> None:
        module = body.module
        level = NONE
        for value in returned(body.node):
            level = max(level, self.level(module, value))
        key = (module.number, body.node.index)
        if level > self._results.get(key, NONE):
            self._results[key] = level
            self._changed = True
        for node in module.tree.walk(body.node):
            self._node(module, node)

    def _node(self, module: Module, node: Node) -> None:
        match node.type:
            case "VariableDeclarator":
                value = node.one("init")
                if value is not None:
                    self._pattern(module, node.the("id"), self.level(module, value))
            case "AssignmentExpression":
                self._assign(module, node)
            case "UpdateExpression":
                self._changes(module, node.the("argument"))
            case "UnaryExpression" if node.operator == "delete":
                self._changes(module, node.the("argument"))
            case "ForOfStatement" | "ForInStatement":
                left = node.the("left")
                if left.type == "VariableDeclaration":
                    left = left.all("declarations")[0].the("id")
                self._targets(module, left)
                if node.type == "ForOfStatement" and self.level(
                    module, node.the("right")
                ):
                    self._pattern(module, left, PART)
            case "CallExpression" | "NewExpression":
                self._call(module, node)
            case "YieldExpression" | "ThrowStatement":
                if any(self.level(module, child) for child in node.children()):
                    self._fail(Spot(module, node))
            case "TaggedTemplateExpression":
                if self._most(module, node.the("quasi").all("expressions")):
                    self._fail(Spot(module, node))
            case _:
                pass  # its children are visited by themselves

    def _assign(self, module: Module, node: Node) -> None:
        target = node.the("left")
        if node.operator in {"=", "||=", "&&=", "??="}:
            level = self.level(module, node.the("right"))
            if target.type == "MemberExpression":
                self._changes(module, target)
                self._write(module, target, level)
            else:
                self._targets(module, target)
                self._pattern(module, target, level)
        else:
            self._changes(module, target)

    def _targets(self, module: Module, pattern: Node) -> None:
        """Note the members that a pattern writes."""
        for member in module.tree.of_type("MemberExpression", within=pattern):
            self._changes(module, member)

    def _changes(self, module: Module, target: Node) -> None:
        """Note that a member is written: its object must not be watched."""
        target = plain(target)
        if target.type != "MemberExpression":
            return
        if self.level(module, target.the("object")) == PART:
            self._fail(Spot(module, target))

    def _write(self, module: Module, target: Node, level: int) -> None:
        """Note that a value is put into an object."""
        if level == NONE:
            return
        base = plain(target.the("object"))
        while base.type == "MemberExpression":
            base = plain(base.the("object"))
        variable = module.variable(base) if base.type == "Identifier" else None
        if variable is None or module.is_top(variable):
            self._fail(Spot(module, target))
        else:
            self._set(variable, HOLDS)

    def _call(self, module: Module, node: Node) -> None:
        arguments = node.all("arguments")
        levels = [self.level(module, _bare(argument)) for argument in arguments]
        callee = plain(node.the("callee"))
        receiver = NONE
        if callee.type == "MemberExpression":
            receiver = self.level(module, callee.the("object"))
        if not any(levels) and receiver == NONE:
            return
        if node.type == "NewExpression":
            self._new(module, node, callee, levels)
            return
        if pure_call(module, node) and receiver == NONE:
            if callee.raw in {"Array.from", "JSON.stringify", "JSON.parse"}:
                self._called_back(module, node, arguments[1:2])
            return
        name = static_name(callee) if callee.type == "MemberExpression" else None
        meaning = resolve(self._program, Spot(module, callee))
        if meaning.exact and meaning.functions:
            if receiver:
                self._fail(Spot(module, node))
            for function in meaning.functions:
                self._enter(function, node, levels)
        elif name in READERS:
            self._read_call(module, node, name, levels, receiver)
        elif name in {"push", "unshift", "set", "add", "fill"} and receiver != PART:
            if any(levels):
                self._write(module, callee, max(levels))
        else:
            self._fail(Spot(module, node))

    def _read_call(
        self,
        module: Module,
        node: Node,
        name: str | None,
        levels: list[int],
        receiver: int,
    ) -> None:
        """Follow ``watched.map(function)``: the function is given the parts."""
        folds = name in {"reduce", "reduceRight"} and any(levels)
        if name in CALLING and (receiver or folds):
            self._called_back(module, node, node.all("arguments")[:1])

    def _called_back(self, module: Module, node: Node, given: list[Node]) -> None:
        """Give parts of watched values to the functions that a native calls."""
        for item in given:
            argument = plain(item)
            if argument.type in LITERALS:
                for parameter in argument.all("params"):
                    self._pattern(module, parameter, PART)
                continue
            if argument.type in {"Literal", "ArrayExpression"} or native(
                module, argument
            ):
                continue
            meaning = resolve(self._program, Spot(module, argument))
            if not meaning.exact:
                self._fail(Spot(module, node))
            for function in meaning.functions:
                self._enter(function, node, [PART, PART, PART, PART])

    def _new(self, module: Module, node: Node, callee: Node, levels: list[int]) -> None:
        known = callee.type == "Identifier" and module.variable(callee) is None
        odd = not known or callee.name in {"Proxy", "Promise", "FinalizationRegistry"}
        if odd and any(levels):
            self._fail(Spot(module, node))

    def _enter(self, function: Spot, node: Node, levels: list[int]) -> None:
        scope = function.module.scopes.of(function.node)
        spread = any(a.type == "SpreadElement" for a in node.all("arguments"))
        if scope.uses_arguments or spread:
            self._fail(function)
        self._body(function)
        parameters = function.node.all("params")
        for index, parameter in enumerate(parameters):
            level = levels[index] if index < len(levels) else NONE
            if parameter.type == "RestElement":
                level = max(levels[index:], default=NONE)
                self._pattern(
                    function.module, parameter.the("argument"), HOLDS if level else NONE
                )
            else:
                self._pattern(function.module, parameter, level)

    def level(self, module: Module, node: Node) -> int:
        """Return how much of a watched value an expression may be."""
        node = plain(node)
        match node.type:
            case "Identifier":
                variable = module.variable(node)
                return self._variables.get(variable, NONE) if variable else NONE
            case "MemberExpression":
                return self._part(module, node)
            case "ConditionalExpression":
                return self._most(
                    module, (node.the("consequent"), node.the("alternate"))
                )
            case "LogicalExpression":
                return self._most(module, (node.the("left"), node.the("right")))
            case "SequenceExpression":
                return self.level(module, node.all("expressions")[-1])
            case "AssignmentExpression" if node.operator in {"=", "||=", "&&=", "??="}:
                return self.level(module, node.the("right"))
            case "ArrayExpression" | "ObjectExpression":
                return HOLDS if self._most(module, _parts(node)) else NONE
            case "AwaitExpression" | "SpreadElement":
                return self.level(module, node.the("argument"))
            case "CallExpression" | "NewExpression":
                return self._result(module, node)
            case _:
                return NONE

    def _part(self, module: Module, node: Node) -> int:
        base = plain(node.the("object"))
        if self.level(module, base) == NONE:
            return NONE
        if static_name(node) == "length" or (
            node.flag("computed") and self._typed(module, base)
        ):
            return NONE
        return PART

    def _typed(self, module: Module, base: Node) -> bool:
        """Tell whether a name holds a typed array: its elements are numbers."""
        if base.type != "Identifier":
            return False
        variable = module.variable(base)
        if variable is None or variable.kind not in {"const", "let", "var"}:
            return False
        values = [r.node.parent for r in variable.references if r.write]
        return (
            len(values) == 1
            and values[0] is not None
            and (
                values[0].type == "VariableDeclarator"
                and (value := values[0].one("init")) is not None
                and value.type == "NewExpression"
                and value.the("callee").type == "Identifier"
                and value.the("callee").name in VIEWS
                and module.variable(value.the("callee")) is None
            )
        )

    def _result(self, module: Module, node: Node) -> int:
        callee = plain(node.the("callee"))
        levels = self._most(module, [_bare(a) for a in node.all("arguments")])
        if node.type == "NewExpression":
            if callee.type == "Identifier" and callee.name in VIEWS:
                return PART if levels else NONE
            return HOLDS if levels else NONE
        receiver = NONE
        if callee.type == "MemberExpression":
            receiver = self.level(module, callee.the("object"))
            name = static_name(callee)
            if name in PRIMITIVE_RESULT:
                return NONE
            if name in {"slice", "map", "filter", "concat", "flat"} and receiver:
                return HOLDS
        if max(levels, receiver) == NONE:
            return NONE
        if pure_call(module, node):
            return NONE if _number(callee) else HOLDS
        meaning = resolve(self._program, Spot(module, callee))
        if meaning.exact and meaning.functions:
            return max(self.returns(function) for function in meaning.functions)
        return PART

    def _most(self, module: Module, nodes: Iterable[Node]) -> int:
        return max((self.level(module, node) for node in nodes), default=NONE)


def _number(callee: Node) -> bool:
    """Tell whether a pure native returns a primitive."""
    text = callee.raw
    return text.startswith(
        ("Math.", "Number", "String", "JSON.stringify", "parse")
    ) or (text in {"Boolean", "isNaN", "isFinite", "Array.isArray", "Object.is"})


def _bare(argument: Node) -> Node:
    return argument.the("argument") if argument.type == "SpreadElement" else argument


def _parts(node: Node) -> Iterator[Node]:
    if node.type == "ArrayExpression":
        yield from (_bare(element) for element in node.all("elements"))
        return
    for item in node.all("properties"):
        yield item.the("value") if item.type == "Property" else item.the("argument")
