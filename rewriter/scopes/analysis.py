"""Find scopes, variables and references in one pass over the columns.

In: a ``Tree``. Out: ``Scopes``. Works on rows, not on nodes: two megabytes of source
are 400,000 rows. Rows come parents first, so a scope is open for a run of rows; names
are resolved at the end, when all declarations are known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rewriter.scopes.model import (
    DEFAULT,
    INITIAL,
    READ,
    WRITE,
    Scope,
    ScopeKind,
    Scopes,
    Variable,
    VariableKind,
)
from rewriter.scopes.roles import Role, roles_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from rewriter.syntax.tree import Tree

LEXICAL = frozenset({"let", "const", "using", "await using", "class"})


def analyse(tree: Tree) -> Scopes:
    """Return the scopes of a tree; the second time at no cost."""
    found = tree.memo.get("scopes")
    if not isinstance(found, Scopes):
        found = tree.memo["scopes"] = _Pass(tree).run()
    return found


class _Pass:
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
        self.hoist_sloppy_functions()
        self.resolve_all()
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

    # --- scopes ---------------------------------------------------------------

    def push(self, kind: ScopeKind, row: int, first: int, last: int) -> Scope:
        parent = self.open[-1] if self.open else None
        scope = Scope(self.tree, kind, row, first, last, parent)
        self.scopes.append(scope)
        self.open.append(scope)
        if kind not in {"function-name", "class-field"}:
            self.own[row] = scope
        return scope

    def close(self, row: int) -> None:
        while self.open[-1].last <= row:
            self.open.pop()

    def push_program(self) -> None:
        self.push("global", 0, 0, len(self.type)).strict = self.strict_body(0)
        if self.tree.kind != "script":
            scope = self.push("module", 0, 0, len(self.type))
            scope.strict = scope.strict or self.tree.kind == "module"

    def strict_body(self, row: int) -> bool:
        """Tell whether a Program or a function body says "use strict"."""
        directive, statement = self.bit["directive"], self.number["ExpressionStatement"]
        child, last = row + 1, self.last[row]
        while child < last and self.type[child] == statement:
            if not self.flags[child] & directive:
                break
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
        scope.strict = scope.strict or (is_block and self.strict_body(body))
        if is_block and self.has_parameter_expressions(first, body):
            self.pending[body] = "function-body", body

    def has_parameter_expressions(self, first: int, body: int) -> bool:
        """Tell whether parameters get an environment of their own (defaults, keys)."""
        default, prop = self.number["AssignmentPattern"], self.number["Property"]
        computed = self.bit["computed"]
        return any(
            self.type[row] == default
            or (self.type[row] == prop and self.flags[row] & computed)
            for row in range(first, body)
        )

    def class_(self, row: int) -> None:
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
        value = self.child(row, "value")
        if value >= 0:
            self.pending[value] = "class-field", row

    def static_block(self, row: int) -> None:
        self.push("static-block", row, row, self.last[row])

    def block(self, row: int) -> None:
        if self.roles.is_function[self.type[self.parent[row]]]:
            return
        self.push("block", row, row, self.last[row])

    def catch(self, row: int) -> None:
        self.push("catch", row, row, self.last[row])

    def loop(self, row: int) -> None:
        head = row + 1
        if (
            self.type[head] == self.number["VariableDeclaration"]
            and self.roles.declared[self.op[head]] != "var"
        ):
            self.push("for", row, row, self.last[row])

    def switch(self, row: int) -> None:
        cases = self.child(row, "cases")
        if cases >= 0:
            self.pending[cases] = "switch", row

    def with_(self, row: int) -> None:
        self.pending[self.child(row, "body")] = "with", row
        for scope in self.open:
            scope.uses_with = True

    # --- names ----------------------------------------------------------------

    def name(self, row: int) -> str:
        cooked = self.tree.cooked.get(row)
        if cooked is not None:
            private = self.type[row] == self.number["PrivateIdentifier"]
            return f"#{cooked}" if private else cooked
        return self.units[self.start[row] : self.end[row]]

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
                bits |= WRITE | DEFAULT | (INITIAL if role is not Role.TARGET else 0)
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

    # --- what a function takes from around it -----------------------------------

    def call(self, row: int) -> None:
        callee = row + 1
        if (
            self.type[callee] == self.number["Identifier"]
            and self.end[callee] - self.start[callee] == 4
            and self.name(callee) == "eval"
        ):
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

    # --- at the end -----------------------------------------------------------

    def hoist_sloppy_functions(self) -> None:
        """Annex B.3.3: a function in a block is also a ``var`` of its function."""
        for block, variable, row in self.sloppy_blocks:
            target = self.annex_b_scope(block, variable.name)
            if target is None:
                continue
            inner = self.resolved[row]
            outer = self.declare(target, row, "function")
            outer.annex_b = True
            outer.uses.append((row, WRITE))
            self.resolved[row] = inner

    def annex_b_scope(self, block: Scope, name: str) -> Scope | None:
        scope = block.parent
        while scope is not None:
            there = scope.variables.get(name)
            if scope.hoists:
                if there is not None and there.kind in LEXICAL | {"parameter"}:
                    return None
                outer = scope.parent if scope.kind == "function-body" else None
                taken = outer.variables.get(name) if outer is not None else None
                return None if taken is not None else scope
            if there is not None and not simple_catch(there):
                return None
            scope = scope.parent
        return None

    def resolve_all(self) -> None:
        resolved = self.resolved
        for row, bits, scope in zip(self.rows, self.bits, self.where, strict=True):
            name = self.name(row)
            variable: Variable | None = None
            if name == "arguments":
                variable = self.arguments_of(scope)
            else:
                around: Scope | None = scope
                while around is not None and variable is None:
                    variable = around.variables.get(name)
                    around = around.parent
            if variable is not None:
                resolved[row] = variable
                variable.uses.append((row, bits))

    def arguments_of(self, scope: Scope) -> Variable | None:
        """Return the ``arguments`` that is visible in a scope, marking its users."""
        for around in scope.up():
            around.uses_arguments = True
            declared = around.variables.get("arguments")
            if declared is not None:
                return declared
            if around.binds_this:
                if around.kind != "function":
                    return None
                made = Variable("arguments", "arguments", around)
                around.variables["arguments"] = made
                return made
        return None


def simple_catch(variable: Variable) -> bool:
    """Tell whether a variable is the parameter of ``catch (name)``, no pattern."""
    return variable.kind == "catch" and all(
        (parent := node.parent) is not None and parent.type == "CatchClause"
        for node in variable.declarations
    )
