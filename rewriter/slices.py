"""The part of the program that a worker loads for a cut, proved closed and pure.

In: a program and the expression that is called. Out: ``Slice``, or a ``Refusal`` with
the place that forbids it. A slice holds whole top-level statements or single items of
them, for as many files as the code refers to.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rewriter.exports import exports_of
from rewriter.imports import ALL, exports_root, imported, member_name, required_names
from rewriter.keep import Kept
from rewriter.modules import Module, Spot, enclosing, plain, static_name
from rewriter.pure import Judge
from rewriter.refusals import refuse
from store.plans import SliceFile

if TYPE_CHECKING:
    from rewriter.program import Program
    from rewriter.scopes import Variable
    from rewriter.syntax.tree import Node
    from store.facts import Refusal


class Refused(Exception):
    """Something in the slice forbids it."""

    def __init__(self, refusal: Refusal) -> None:
        """Carry the refusal to the function that was asked."""
        super().__init__(refusal.reason)
        self.refusal = refusal


@dataclass(slots=True)
class Slice:
    """What a worker loads."""

    kept: dict[int, Kept] = field(default_factory=dict)
    bindings: dict[Variable, Spot] = field(default_factory=dict)
    """Bindings of the slice, with the place that first needs them."""
    exports: dict[tuple[int, str], Spot] = field(default_factory=dict)
    later: list[Spot] = field(default_factory=list)
    """Where work starts that goes on after a call has returned."""
    imports: dict[int, dict[str, int]] = field(default_factory=dict)
    builtins: dict[int, dict[str, None]] = field(default_factory=dict)
    size: int = 0
    """Code units that are kept."""

    def files(self) -> tuple[SliceFile, ...]:
        """Return the files in the order in which they were first needed."""
        return tuple(
            SliceFile(
                number,
                kept.ranges(),
                tuple(self.imports.get(number, {}).items()),
                tuple(self.builtins.get(number, ())),
                kept.whole,
            )
            for number, kept in self.kept.items()
        )


def build(
    program: Program, called: Spot, given: frozenset[Variable] | None = None
) -> Slice | Refusal:
    """Return the slice for a function that is called, or for a whole callback.

    A function that is called is kept with what names it. Of a callback, only what it
    refers to is kept; ``given`` are the variables around it that travel otherwise.
    """
    builder = _Builder(program, given)
    try:
        if given is None:
            builder.enter(called.module, called.node)
        else:
            builder.scan(called.module, called.node)
        builder.finish()
    except Refused as refused:
        return refused.refusal
    return builder.slice


class _Builder:
    def __init__(self, program: Program, given: frozenset[Variable] | None) -> None:
        self.program = program
        self._given = given or frozenset()
        self.slice = Slice()
        self.judge = Judge(program, self.slice.later)
        self._todo: list[tuple[Module, Node]] = []
        self._initial: list[tuple[Module, Node]] = []
        self._imports: dict[Variable, list[tuple[int | str, str | None]]] = {}
        self._mutators: dict[int, dict[Variable, list[Node]]] = {}

    def scan(self, module: Module, node: Node) -> None:
        """Take in everything that a piece of code refers to."""
        self._todo.append((module, node))
        self._drain()

    def enter(self, module: Module, function: Node) -> None:
        """Keep a function with what names it, and all that it refers to."""
        self._stop(self.judge.module(module))
        statement = module.statement(function)
        names = [n for n in module.scopes.top.variables.values() if n.declared]
        for variable in names:
            for declared in variable.declarations:
                holder = declared.parent
                if holder is not None and holder.contains(function):
                    self._binding(module, variable, declared)
        for name, value in exports_of(module).names.items():
            if value.contains(function):
                self._export(module.number, name, Spot(module, function))
        kept = self._keep(module.number)
        if statement.index not in {*kept.statements, *kept.items}:
            self._statement(module, statement)
        self._drain()

    def _drain(self) -> None:
        while self._todo:
            self._scan(*self._todo.pop())

    def finish(self) -> None:
        """Check what can only be said of the whole slice."""
        for module, node in self._initial:
            self._stop(self.judge.initial(module, node))
        self._stop(_circle(self.program, self.slice.imports))
        self.slice.size = sum(
            end - start
            for kept in self.slice.kept.values()
            for start, end in kept.ranges()
        )

    def _stop(self, refusal: Refusal | None) -> None:
        if refusal is not None:
            raise Refused(refusal)

    def _scan(self, module: Module, node: Node) -> None:
        self._stop(self.judge.module(module))
        self._stop(self.judge.code(module, node))
        for reference in module.scopes.references(within=node):
            name = reference.node
            if name.type != "Identifier" or reference.initial:
                continue
            variable = module.variable(name)
            if variable is None:
                self._global(module, name)
            elif module.is_top(variable):
                self._binding(module, variable, name)
            elif not variable.scope.within(node) and enclosing(node) is not None:
                self._captured(module, variable, name)

    def _captured(self, module: Module, variable: Variable, name: Node) -> None:
        spot = Spot(module, name)
        if variable in self._given:
            return
        self._stop(
            refuse(
                "FX021",
                f"uses `{variable.name}` of the function around it",
                place=spot.place,
                evidence=[f"`{variable.name}` at {spot}"],
            )
        )

    def _global(self, module: Module, node: Node) -> None:
        if node.name == "require":
            self._require(module, node)
        elif node.name in {"module", "exports"}:
            root = exports_root(node)
            if root is None:
                self._stop(self.judge.forbidden(module, node))
                return
            name = member_name(root)
            if name is not None:
                self._export(module.number, name, Spot(module, node))

    def _require(self, module: Module, node: Node) -> None:
        call = node.parent
        require = (
            self.program.targets.get((module.number, call.index))
            if call is not None
            else None
        )
        if call is None or require is None or require.target is None:
            what = require.specifier if require is not None else None
            self._stop(
                refuse(
                    "FX013",
                    f"requires {what or 'a name that is computed'}",
                    place=module.place(node.start),
                    evidence=[Spot(module, node).__str__()],
                )
            )
            return
        assert require.specifier is not None
        if isinstance(require.target, str):
            self.slice.builtins.setdefault(module.number, {})[require.specifier] = None
            self._stop(self.judge.builtin(require.target, Spot(module, call)))
            return
        imports = self.slice.imports.setdefault(module.number, {})
        imports[require.specifier] = require.target
        self._keep(require.target)
        for name in required_names(module, call):
            self._export(require.target, name, Spot(module, call))

    def _keep(self, number: int) -> Kept:
        module = self.program.modules[number]
        return self.slice.kept.setdefault(number, Kept(module))

    def _binding(self, module: Module, variable: Variable, node: Node) -> None:
        here = Spot(module, node)
        imports = self._imports.get(variable)
        if imports is None:
            imports = self._imports[variable] = imported(self.program, module, variable)
        for target, name in imports:
            if isinstance(target, int):
                self._export(target, name or member_name(node) or ALL, here)
            else:
                self._stop(self.judge.part(target, name, here))
        if variable in self.slice.bindings:
            return
        self.slice.bindings[variable] = here
        for declared in variable.declarations:
            self._declaration(module, declared)
        for reference in variable.references:
            again = reference.write and not reference.initial
            if again and enclosing(reference.node) is None:
                self._statement(module, module.statement(reference.node))
        for statement in self._mutators_of(module).get(variable, ()):
            self._statement(module, statement)

    def _declaration(self, module: Module, declared: Node) -> None:
        statement = module.statement(declared)
        if statement.type == "VariableDeclaration":
            for item in statement.all("declarations"):
                if item.contains(declared):
                    self._item(module, statement, statement, item)
                    return
        self._statement(module, statement)

    def _statement(self, module: Module, statement: Node) -> None:
        if statement.type == "VariableDeclaration":
            for item in statement.all("declarations"):
                self._item(module, statement, statement, item)
        elif self._keep(module.number).add(statement):
            self._todo.append((module, statement))
            self._initial.append((module, statement))

    def _item(self, module: Module, statement: Node, holder: Node, item: Node) -> None:
        if self._keep(module.number).add_item(statement, holder, item):
            self._todo.append((module, item))
            self._initial.append((module, item))

    def _export(self, number: int, name: str, here: Spot) -> None:
        if (number, name) in self.slice.exports:
            return
        self.slice.exports[number, name] = here
        module = self.program.modules[number]
        if module.parsed is None:
            self._stop(self.judge.module(module))
            return
        self._keep(number)
        table = exports_of(module)
        patched = self.program.patched(number, name) if name != ALL else None
        if patched is not None:
            self._stop(
                refuse(
                    "FX018",
                    f"`{name}` of {module.path} may be replaced",
                    place=patched.place if isinstance(patched, Spot) else None,
                    evidence=[str(patched)],
                )
            )
        if not table.exact or table.helpers or name == ALL:
            self._all(module)
        elif (
            name in table.names
            and table.object is not None
            and (name in _property_names(table.object))
        ):
            self._property(module, table.object, name)
        elif name in table.makers:
            for statement in table.makers[name]:
                self._statement(module, statement)
        for statement in table.whole_statements if table.object is None else ():
            self._statement(module, statement)

    def _property(self, module: Module, literal: Node, name: str) -> None:
        statement = module.statement(literal)
        for item in literal.all("properties"):
            if static_name(item) == name:
                self._item(module, statement, literal, item)

    def _all(self, module: Module) -> None:
        self._keep(module.number).whole = True
        for statement in module.statements:
            self._statement(module, statement)

    def _mutators_of(self, module: Module) -> dict[Variable, list[Node]]:
        """Return the statements that, while loading, may change a binding's value."""
        found = self._mutators.get(module.number)
        if found is None:
            found = self._mutators[module.number] = {}
            exporting = exports_of(module).statements
            for statement in module.statements:
                if statement.type.endswith("Declaration") or statement in exporting:
                    continue
                for reference in module.scopes.references(within=statement):
                    variable = module.variable(reference.node)
                    if (
                        variable is not None
                        and module.is_top(variable)
                        and enclosing(reference.node) is None
                        and _may_change(reference.node)
                    ):
                        found.setdefault(variable, []).append(statement)
        return found


def _may_change(node: Node) -> bool:
    """Tell whether an expression statement does something to a value by this name."""
    top, above = node, node.parent
    while above is not None and above.type == "MemberExpression":
        if above.the("object") != top:
            return False
        top, above = above, above.parent
    if above is None:
        return False
    if above.type == "AssignmentExpression":
        return above.the("left") == top
    if above.type in {"CallExpression", "NewExpression"}:
        return top != node or above.the("callee") != top
    return above.type in {"UpdateExpression", "SpreadElement"} or (
        above.operator == "delete"
    )


def _property_names(literal: Node) -> set[str | None]:
    return {
        static_name(item)
        for item in literal.all("properties")
        if item.type == "Property"
    }


def _circle(program: Program, imports: dict[int, dict[str, int]]) -> Refusal | None:
    """Refuse modules of a slice that require each other."""
    done: set[int] = set()

    def visit(number: int, path: tuple[int, ...]) -> tuple[int, ...] | None:
        if number in path:
            return (*path, number)
        if number in done:
            return None
        done.add(number)
        for target in imports.get(number, {}).values():
            found = visit(target, (*path, number))
            if found is not None:
                return found
        return None

    for number in imports:
        circle = visit(number, ())
        if circle is not None:
            names = [program.modules[item].path for item in circle]
            return refuse("FX016", evidence=[" -> ".join(names)])
    return None


def callee_of(call: Node) -> Node:
    """Return the callee of a call without wrappers."""
    return plain(call.the("callee"))
