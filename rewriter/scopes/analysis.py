"""Find scopes, variables and references in one pass over the columns.

In: a ``Tree``. Out: ``Scopes``. Works on rows, not on nodes: two megabytes of source
are 400,000 rows. Names are resolved at the end, when all declarations are known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rewriter.scopes.model import (
    INITIAL,
    READ,
    WRITE,
    Scope,
    Scopes,
    Variable,
    VariableKind,
)
from rewriter.scopes.regions import Regions
from rewriter.scopes.resolution import hoist_sloppy_functions, resolve_all
from rewriter.scopes.roles import Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from rewriter.syntax.tree import Tree


def analyse(tree: Tree) -> Scopes:
    """Return the scopes of a tree; the second time at no cost."""
    found = tree.memo.get("scopes")
    if not isinstance(found, Scopes):
        found = tree.memo["scopes"] = _Pass(tree).run()
    return found


class _Pass(Regions):
    """One pass: what stands in each row, and what it means for names."""

    def run(self) -> Scopes:
        """Walk all rows, then resolve."""
        number = self.number
        handlers: list[Callable[[int], None] | None] = [None] * len(number)
        for names, handler in self.handlers():
            for name in names.split():
                handlers[number[name]] = handler
        self.push_program()
        pending, kinds = self.pending, self.type
        last = self.scopes[-1].last
        for row in range(1, len(kinds)):
            if row >= last:
                self.close(row)
                last = self.open[-1].last
            if row in pending:
                kind, node = pending[row]
                self.push(kind, node, row, self.last[row])
                if kind == "switch":
                    self.open[-1].last = self.last[node]
                last = self.open[-1].last
            wanted = handlers[kinds[row]]
            if wanted is not None:
                wanted(row)
                last = self.open[-1].last
        hoist_sloppy_functions(self)
        resolve_all(self)
        return Scopes(
            self.tree, self.scopes, self.own, self.rows, self.bits, self.resolved
        )

    def handlers(self) -> list[tuple[str, Callable[[int], None]]]:
        """Which rows mean something, and what."""
        return [
            ("Identifier", self.identifier),
            ("PrivateIdentifier", self.private),
            ("ArrayPattern ObjectPattern AssignmentPattern RestElement", self.pattern),
            ("Property", self.property),
            (
                "FunctionDeclaration FunctionExpression ArrowFunctionExpression",
                self.function,
            ),
            ("ClassDeclaration ClassExpression", self.class_),
            ("PropertyDefinition", self.class_field),
            ("StaticBlock", self.static_block),
            ("BlockStatement", self.block),
            ("CatchClause", self.catch),
            ("ForStatement ForInStatement ForOfStatement", self.loop),
            ("SwitchStatement", self.switch),
            ("WithStatement", self.with_),
            ("CallExpression", self.call),
            ("ThisExpression Super MetaProperty", self.receiver),
        ]

    def declare(self, scope: Scope, row: int, kind: VariableKind) -> Variable:
        name = self.name(row)
        variable = scope.variables.get(name)
        if variable is None:
            variable = scope.variables[name] = Variable(name, kind, scope)
        elif variable.kind == "var" and kind == "function":
            variable.kind = "function"
        variable.declared.append(row)
        self.resolved[row] = variable
        return variable

    def declare_function(self, row: int, name: int) -> None:
        scope = self.open[-1]
        variable = self.declare(scope, name, "function")
        plain = not self.flags[row] & (self.bit["async"] | self.bit["generator"])
        if plain and not scope.hoists and not scope.strict:
            self.sloppy_blocks.append((scope, variable, name))

    def var_scope(self) -> Scope:
        return next(scope for scope in reversed(self.open) if scope.hoists)

    def refer(self, row: int, bits: int) -> None:
        self.rows.append(row)
        self.bits.append(bits)
        self.where.append(self.open[-1])

    def identifier(self, row: int) -> None:
        parent = self.parent[row]
        role = self.roles.table[self.type[parent]][self.field[row]]
        if role is Role.READ:
            self.refer(row, READ)
        elif role is Role.KEY:
            if self.flags[parent] & self.bit["computed"]:
                self.refer(row, READ)
        elif role is Role.VALUE and parent not in self.patterns:
            self.refer(row, READ)
        elif role is Role.TARGET:
            operator = self.tree.grammar.operators[self.op[parent]]
            self.refer(row, WRITE if operator in {"=", ""} else READ | WRITE)
        elif role is Role.IMPORT:
            self.declare(self.open[-1], row, "import")
        elif role is Role.EXPORT:
            if self.child(self.parent[parent], "source") < 0:
                self.refer(row, READ)
        elif role is not Role.NONE:
            self.bind(row, *self.context(row))

    def context(self, row: int) -> tuple[Role, VariableKind, int]:
        """What a pattern, or an identifier in one, is bound as.

        (PARAMETER and so on, the kind of variable, the bits of the write if any)
        """
        parent = self.parent[row]
        role = self.roles.table[self.type[parent]][self.field[row]]
        if role is Role.INNER or role is Role.VALUE:
            role, kind, bits = self.patterns[parent]
            if self.type[parent] == self.number["AssignmentPattern"]:
                bits |= WRITE | (INITIAL if role is not Role.TARGET else 0)
            return role, kind, bits
        if role is Role.DECLARATOR:
            above = self.parent[parent]
            in_loop = self.roles.is_for_in[self.type[self.parent[above]]]
            has_value = self.child(parent, "init") >= 0 or (
                in_loop and self.field[above] == self.fields["left"]
            )
            kind = self.roles.declared[self.op[above]]
            return role, kind, WRITE | INITIAL if has_value else 0
        if role is Role.CATCH:
            return role, "catch", 0
        if role is Role.PARAMETER:
            return role, "parameter", 0
        return Role.TARGET, "var", WRITE

    def bind(self, row: int, role: Role, kind: VariableKind, bits: int) -> None:
        if role is not Role.TARGET:
            scope = self.var_scope() if kind == "var" else self.open[-1]
            self.declare(scope, row, kind)
        if bits:
            self.refer(row, bits)

    def pattern(self, row: int) -> None:
        self.patterns[row] = self.context(row)

    def property(self, row: int) -> None:
        above = self.patterns.get(self.parent[row])
        if above is not None:
            self.patterns[row] = above

    def private(self, row: int) -> None:
        parent = self.parent[row]
        role = self.roles.table[self.type[parent]][self.field[row]]
        if role is Role.KEY and self.type[parent] != self.number["MemberExpression"]:
            self.declare(self.open[-1], row, "private")
        else:
            self.refer(row, READ)

    def call(self, row: int) -> None:
        callee = row + 1
        plain = self.end[callee] - self.start[callee] == len("eval")
        if (plain or callee in self.tree.cooked) and self.name(callee) == "eval":
            for scope in self.open:
                scope.uses_eval = True

    def receiver(self, row: int) -> None:
        kind = self.type[row]
        mark = "uses_this"
        if kind == self.number["Super"]:
            mark = "uses_super"
        elif kind == self.number["MetaProperty"]:
            if self.name(row + 1) != "new":
                return
            mark = "uses_new_target"
        for scope in reversed(self.open):
            setattr(scope, mark, True)
            if mark == "uses_super":
                scope.uses_this = True
            if scope.binds_this:
                return
