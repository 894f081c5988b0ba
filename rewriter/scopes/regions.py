"""Which rows each scope covers.

In: a ``Tree``. Out: scopes, opened and closed while rows go by. Rows come parents
first, so a scope is open for a run of rows. Names are somebody else's: ``declare`` and
``declare_function`` come from the class that extends this one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rewriter.scopes.model import Scope, ScopeKind, Variable, VariableKind
from rewriter.scopes.roles import Role, roles_of
from rewriter.syntax.units import from_units

if TYPE_CHECKING:
    from rewriter.syntax.tree import Tree


class Regions:
    """The state of one pass: columns as lists, the open scopes, what was found."""

    def __init__(self, tree: Tree) -> None:
        columns, grammar = tree.columns, tree.grammar
        self.tree = tree
        self.units = tree.units
        self.type = columns.type.tolist()
        self.field = columns.field.tolist()
        self.flags = columns.flags.tolist()
        self.op = columns.op.tolist()
        self.start = columns.start.tolist()
        self.end = columns.end.tolist()
        self.parent = columns.parent.tolist()
        self.last = columns.last.tolist()
        self.number = grammar.type_number
        self.fields = grammar.field_number
        self.bit = grammar.flag_bit
        self.roles = roles_of(grammar)
        self.scopes: list[Scope] = []
        self.own: dict[int, Scope] = {}
        self.open: list[Scope] = []
        self.pending: dict[int, tuple[ScopeKind, int]] = {}
        self.patterns: dict[int, tuple[Role, VariableKind, int]] = {}
        self.rows: list[int] = []
        self.bits: list[int] = []
        self.where: list[Scope] = []
        self.resolved: dict[int, Variable] = {}
        self.sloppy_blocks: list[tuple[Scope, Variable, int]] = []

    def declare(self, scope: Scope, row: int, kind: VariableKind) -> Variable:
        """Bind the name at a row in a scope."""
        raise NotImplementedError

    def declare_function(self, row: int, name: int) -> None:
        """Bind the name of a function declaration."""
        raise NotImplementedError

    def push(self, kind: ScopeKind, row: int, first: int, last: int) -> Scope:
        """Open the scope of a row, which covers the rows ``[first, last)``."""
        parent = self.open[-1] if self.open else None
        scope = Scope(self.tree, kind, row, first, last, parent)
        self.scopes.append(scope)
        self.open.append(scope)
        if kind != "class-field":  # that is the scope of the value only
            self.own[row] = scope
        return scope

    def close(self, row: int) -> None:
        """Close what does not cover a row any more."""
        while self.open[-1].last <= row:
            self.open.pop()

    def push_program(self) -> None:
        """Open the global scope, and the one of a file."""
        self.push("global", 0, 0, len(self.type)).strict = self.strict_body(0)
        if self.tree.kind != "script":
            scope = self.push("module", 0, 0, len(self.type))
            scope.strict = scope.strict or self.tree.kind == "module"

    def strict_body(self, row: int) -> bool:
        """Tell whether a Program or a function body says "use strict"."""
        directive = self.bit["directive"]
        child, last = row + 1, self.last[row]
        while child < last and self.flags[child] & directive:
            literal = child + 1
            text = self.units[self.start[literal] + 1 : self.end[literal] - 1]
            if text == "use strict":
                return True
            child = self.last[child]
        return False

    def child(self, row: int, name: str) -> int:
        """Row of the first child under a name, -1 when there is none."""
        wanted = self.fields[name]
        child, last = row + 1, self.last[row]
        while child < last:
            if self.field[child] == wanted:
                return child
            child = self.last[child]
        return -1

    def function(self, row: int) -> None:
        """A function: its name, its own scope, its parameters' environment."""
        kind, last = self.type[row], self.last[row]
        name, first = self.child(row, "id"), row
        body = self.child(row, "body")
        if name >= 0:
            first = self.last[name]
            if kind == self.number["FunctionDeclaration"]:
                if self.type[self.parent[row]] == self.number["IfStatement"]:
                    self.push("block", row, row, last)  # Annex B.3.3
                self.declare_function(row, name)
            else:
                self.push("function-name", row, row, last)
                self.declare(self.open[-1], name, "function-name")
        scope = self.push("function", row, first, last)
        scope.arrow = kind == self.number["ArrowFunctionExpression"]
        is_block = self.type[body] == self.number["BlockStatement"]
        scope.strict = scope.strict or self.strict_body(body)
        if is_block and self.has_parameter_expressions(first, body):
            self.pending[body] = "function-body", body

    def has_parameter_expressions(self, first: int, body: int) -> bool:
        """Tell whether parameters get an environment of their own (defaults, keys)."""
        default, computed = self.number["AssignmentPattern"], self.bit["computed"]
        return any(
            self.type[row] == default or self.flags[row] & computed
            for row in range(first, body)
        )

    def class_(self, row: int) -> None:
        """A class: its name outside and inside, its own scope."""
        name, first = self.child(row, "id"), row
        if name >= 0:
            first = self.last[name]
            if self.type[row] == self.number["ClassDeclaration"]:
                self.declare(self.open[-1], name, "class")
        # The heritage sees the inner name too (in its dead zone).
        scope = self.push("class", row, first, self.last[row])
        scope.strict = True
        if name >= 0:
            outer = self.resolved.get(name)
            self.declare(scope, name, "class")
            if outer is not None:
                self.resolved[name] = outer

    def class_field(self, row: int) -> None:
        """A field: its value is like the body of a method."""
        value = self.child(row, "value")
        if value >= 0:
            self.pending[value] = "class-field", row

    def static_block(self, row: int) -> None:
        """``static {}`` of a class."""
        self.push("static-block", row, row, self.last[row])

    def block(self, row: int) -> None:
        """A block that is not the body of a function."""
        if self.roles.is_function[self.type[self.parent[row]]]:
            return
        self.push("block", row, row, self.last[row])

    def catch(self, row: int) -> None:
        """A catch clause with its parameter."""
        self.push("catch", row, row, self.last[row])

    def loop(self, row: int) -> None:
        """A loop that declares names of its own."""
        head = row + 1
        if (
            self.type[head] == self.number["VariableDeclaration"]
            and self.roles.declared[self.op[head]] != "var"
        ):
            self.push("for", row, row, self.last[row])

    def switch(self, row: int) -> None:
        """The cases of a switch, not what they are compared with."""
        cases = self.child(row, "cases")
        if cases >= 0:
            self.pending[cases] = "switch", row

    def with_(self, row: int) -> None:
        """The body of ``with``."""
        self.pending[self.child(row, "body")] = "with", row
        for scope in self.open:
            scope.uses_with = True

    def name(self, row: int) -> str:
        """The name that an identifier stands for, ``#`` included."""
        cooked = self.tree.cooked.get(row)
        if cooked is not None:
            private = self.type[row] == self.number["PrivateIdentifier"]
            return f"#{cooked}" if private else cooked
        return from_units(self.units[self.start[row] : self.end[row]])
