"""Whether what a caller does after a call returned can be noticed.

In: a call in a caller's function, and what it now gives: ``undefined`` at once, or a
promise that settles when all is done. Out: None, or the node that forbids it. A small
evaluator: what the value decides is followed, everything else must be inert.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rewriter.modules import LITERALS, Module, Spot, enclosing, plain, static_name
from rewriter.outcomes import Noticed, Returned, Value, dropped, is_statement, unary
from rewriter.shapes import pure_call
from rewriter.values import resolve

if TYPE_CHECKING:
    from rewriter.program import Program
    from rewriter.scopes import Variable
    from rewriter.syntax.tree import Node

DEPTH = 5
SETTLES = frozenset({"then", "catch", "finally"})


class After:
    """Runs what follows one call, as far as it can be known."""

    def __init__(self, program: Program, resets: bool) -> None:
        """Take the program, and whether closures of the caller may be set to constants.

        They may when the remainder never calls back into the caller.
        """
        self._program = program
        self._resets = resets

    def follow(self, call: Spot, value: Value) -> tuple[Value, Node | None]:
        """Return what the caller returns, and the node that could notice, if any."""
        function = enclosing(call.node)
        if value == "gone":
            found = dropped(call.node)
            if found is None:
                return "unknown", call.node.parent or call.node
            value = "undefined" if found == "dropped" else value
            if found == "returned":
                return "gone", None
        frame = _Frame(self, call.module, function, {}, 0)
        frame.given = (call.node, value)
        try:
            frame.rest(call.node)
        except Noticed as noticed:
            return "unknown", noticed.node
        except Returned as done:
            return done.value, None
        return "undefined", None

    @property
    def program(self) -> Program:
        """The program."""
        return self._program

    @property
    def resets(self) -> bool:
        """Whether closures of the caller may be set to constants."""
        return self._resets


class _Frame:
    """One function that is being followed."""

    def __init__(
        self,
        after: After,
        module: Module,
        function: Node | None,
        known: dict[Variable, Value],
        depth: int,
    ) -> None:
        self._after = after
        self._module = module
        self._function = function
        self._known = known
        self._depth = depth
        self.given: tuple[Node, Value] | None = None

    def rest(self, node: Node) -> None:
        """Run everything that follows a node in its function."""
        while True:
            above = node.parent
            if above is None or above == self._function:
                body = above.one("body") if above is not None and above.parent else None
                if body is not None and body.type != "BlockStatement":
                    raise Returned(self.value(body))
                return
            if above.type in {"BlockStatement", "Program", "SwitchCase"}:
                field = "consequent" if above.type == "SwitchCase" else "body"
                for statement in above.all(field):
                    if statement.index > node.index:
                        self.run(statement)
            elif above.type.startswith(("For", "While", "DoWhile")):
                raise Noticed(above)
            elif above.type == "TryStatement":
                if above.one("finalizer") is not None:
                    raise Noticed(above)
            elif above.type == "SwitchStatement":
                for case in above.all("cases"):
                    if case.index > node.index:
                        for statement in case.all("consequent"):
                            self.run(statement)
            elif is_statement(above) and not is_statement(node):
                self.run(above)
            node = above

    def run(self, node: Node) -> None:
        """Run one statement."""
        match node.type:
            case "ExpressionStatement":
                self.value(node.the("expression"))
            case "VariableDeclaration":
                for item in node.all("declarations"):
                    self._declare(item)
            case "IfStatement":
                self._branch(node)
            case "ReturnStatement":
                value = node.one("argument")
                raise Returned("undefined" if value is None else self.value(value))
            case "BlockStatement":
                for statement in node.all("body"):
                    self.run(statement)
            case "FunctionDeclaration" | "EmptyStatement":
                pass
            case "TryStatement" if node.one("finalizer") is None:
                self.run(node.the("block"))
            case "BreakStatement" | "ContinueStatement":
                raise Noticed(node)
            case _:
                raise Noticed(node)

    def _declare(self, item: Node) -> None:
        value = item.one("init")
        target = item.the("id")
        if value is None:
            return
        found = self.value(value)
        if target.type != "Identifier":
            raise Noticed(item)
        variable = self._module.variable(target)
        if variable is not None:
            self._known[variable] = found

    def _branch(self, node: Node) -> None:
        given = self.given[0] if self.given is not None else None
        test = self.value(node.the("test"))
        other = node.one("alternate")
        if test in {"truthy", "promise"}:
            self.run(node.the("consequent"))
        elif test in {"falsy", "undefined"}:
            if other is not None:
                self.run(other)
        elif given is not None and node.contains(given):
            raise Noticed(node)
        else:
            returned: list[Value] = []
            for part in (node.the("consequent"), other):
                try:
                    if part is not None:
                        self.run(part)
                except Returned as done:
                    returned.append(done.value)
            if returned and any(value != "undefined" for value in returned):
                raise Noticed(node)

    def value(self, node: Node) -> Value:
        """Return what an expression gives; raise when evaluating it could notice."""
        node = plain(node)
        if self.given is not None and node == self.given[0]:
            return self.given[1]
        if self.given is not None and node.contains(self.given[0]):
            self._earlier(node)
        if node.type in LITERALS:
            return "truthy"
        match node.type:
            case "Identifier":
                return self._name(node)
            case "Literal":
                return "truthy" if node.value or node.kind == "regex" else "falsy"
            case "TemplateLiteral" if not node.all("expressions"):
                return "truthy"
            case "UnaryExpression" if node.operator != "delete":
                inner = self.value(node.the("argument"))
                return unary(node.operator, inner)
            case "LogicalExpression":
                return self._logical(node)
            case "ConditionalExpression":
                return self._choose(node)
            case "BinaryExpression":
                return self._binary(node)
            case "CallExpression":
                return self._call(node)
            case "AssignmentExpression" if node.the("left").type == "Identifier":
                return self._assign(node)
            case "MemberExpression" if static_name(node) in SETTLES:
                if self.value(node.the("object")) == "promise":
                    return "truthy"
                raise Noticed(node)
            case "AwaitExpression":
                inner = self.value(node.the("argument"))
                if inner == "promise":
                    raise Returned("promise")  # what follows waits for all of it
                raise Noticed(node)
            case "SequenceExpression":
                values: list[Value] = [self.value(e) for e in node.all("expressions")]
                return values[-1]
            case _:
                raise Noticed(node)

    def _earlier(self, node: Node) -> None:
        """Accept only expressions whose parts before the call need no second run."""
        if node.type not in {
            "AssignmentExpression",
            "AwaitExpression",
            "CallExpression",
            "ConditionalExpression",
            "LogicalExpression",
            "SequenceExpression",
            "UnaryExpression",
        }:
            raise Noticed(node)

    def _name(self, node: Node) -> Value:
        variable = self._module.variable(node)
        if variable is None:
            return "undefined" if node.name == "undefined" else "unknown"
        if variable in self._known:
            return self._known[variable]
        if variable.assigned and not self._private(variable):
            raise Noticed(node)
        return "unknown"

    def _private(self, variable: Variable) -> bool:
        """Tell whether only the caller's own function uses a variable."""
        return (
            self._function is not None
            and variable.scope.within(self._function)
            and all(enclosing(r.node) == self._function for r in variable.references)
        )

    def _assign(self, node: Node) -> Value:
        found = self.value(node.the("right"))
        variable = self._module.variable(node.the("left"))
        if variable is None or node.operator != "=":
            raise Noticed(node)
        if not self._private(variable):
            constant = plain(node.the("right")).type == "Literal"
            if not (constant and self._after.resets) or self._module.is_top(variable):
                raise Noticed(node)
        self._known[variable] = found
        return found

    def _logical(self, node: Node) -> Value:
        left = self.value(node.the("left"))
        empty, full = left in {"undefined", "falsy"}, left in {"truthy", "promise"}
        if node.operator == "&&" and empty:
            return left
        if node.operator == "||" and full:
            return left
        if node.operator == "??" and full:
            return left
        right = self.value(node.the("right"))
        known = (
            (node.operator == "&&" and full)
            or (node.operator == "||" and empty)
            or (node.operator == "??" and left == "undefined")
        )
        return right if known else "unknown"

    def _choose(self, node: Node) -> Value:
        test = self.value(node.the("test"))
        if test in {"truthy", "promise"}:
            return self.value(node.the("consequent"))
        if test in {"falsy", "undefined"}:
            return self.value(node.the("alternate"))
        found: set[Value] = {
            self.value(node.the(name)) for name in ("consequent", "alternate")
        }
        return found.pop() if len(found) == 1 else "unknown"

    def _binary(self, node: Node) -> Value:
        left, right = node.the("left"), node.the("right")
        if node.operator == "instanceof":
            inner = self.value(left)
            if right.type != "Identifier":
                raise Noticed(node)
            if inner == "promise" and right.name == "Promise":
                return "truthy" if self._module.variable(right) is None else "unknown"
            return "falsy" if inner == "undefined" else "unknown"
        a, b = self.value(left), self.value(right)
        null = plain(right).kind == "null"
        same = node.operator in {"===", "=="}
        if same or node.operator in {"!==", "!="}:
            loose = node.operator in {"==", "!="}
            if a == "undefined" and (b == "undefined" or (null and loose)):
                return "truthy" if same else "falsy"
            if a in {"promise", "truthy"} and (b == "undefined" or null):
                return "falsy" if same else "truthy"
        if node.operator == "in":
            raise Noticed(node)
        return "unknown"

    def _call(self, node: Node) -> Value:
        callee = plain(node.the("callee"))
        given: list[Value] = [self.value(item) for item in node.all("arguments")]
        if pure_call(self._module, node):
            return "unknown"
        if callee.type == "MemberExpression":
            name = static_name(callee)
            base = self.value(callee.the("object"))
            if base == "promise" and name in SETTLES:
                return "promise"
            raise Noticed(node)
        meaning = resolve(self._after.program, Spot(self._module, callee))
        if not meaning.exact or len(meaning.functions) != 1 or self._depth > DEPTH:
            raise Noticed(node)
        return self._enter(meaning.functions[0], given, node)

    def _enter(self, function: Spot, given: list[Value], node: Node) -> Value:
        literal, module = function.node, function.module
        if literal.flag("async") or literal.flag("generator"):
            raise Noticed(node)
        known: dict[Variable, Value] = {}
        for index, parameter in enumerate(literal.all("params")):
            variable = (
                module.variable(parameter) if parameter.type == "Identifier" else None
            )
            if variable is None:
                raise Noticed(node)
            known[variable] = given[index] if index < len(given) else "undefined"
        inner = _Frame(self._after, module, literal, known, self._depth + 1)
        body = literal.the("body")
        try:
            if body.type != "BlockStatement":
                return inner.value(body)
            inner.run(body)
        except Returned as done:
            return done.value
        except Noticed:
            raise Noticed(node) from None
        return "undefined"
