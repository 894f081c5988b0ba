"""May this code run in a worker: globals, built-in modules, initialisation.

In: code of a slice. Out: None, or a ``Refusal`` with the place. The lists are in
``rewriter.allow``; what is not listed there is refused.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rewriter.allow import (
    BUILTINS,
    CHANCE,
    GLOBALS,
    LANGUAGE,
    LATER,
    NODE,
    PARTS_OF_BUILTINS,
)
from rewriter.imports import values_of
from rewriter.modules import LITERALS, Module, Spot, enclosing, plain, static_name
from rewriter.refusals import refuse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rewriter.program import Program
    from rewriter.scopes import Variable
    from rewriter.syntax.tree import Node
    from store.facts import Refusal

OBVIOUS = frozenset({"require", "module", "exports"})
ARROW = "ArrowFunctionExpression"
NATIVES = LANGUAGE | NODE
DEFINERS = frozenset(
    {"defineProperty", "defineProperties", "assign", "setPrototypeOf", "freeze"}
)
PATCH = re.compile(
    r"\b(?:" + "|".join(sorted(NATIVES - {"undefined", "NaN", "Infinity"})) + r")\b"
    r"\s*(?:\.\s*prototype\s*)?[.,\[]"
)


class Judge:
    """Judges code; notes in ``later`` where work starts that outlives a call."""

    def __init__(self, program: Program, later: list[Spot]) -> None:
        """Take the program and the list to note in."""
        self._program = program
        self._later = later
        self._trusted: dict[int, Refusal | None] = {}
        self._plain_this: dict[Variable, bool] = {}

    def module(self, module: Module) -> Refusal | None:
        """Refuse a module without a tree, or whose names cannot be trusted."""
        if module.number not in self._trusted:
            self._trusted[module.number] = self._trust(module)
        return self._trusted[module.number]

    def _trust(self, module: Module) -> Refusal | None:
        if module.parsed is None:
            why = "an ES module" if module.kind == "module" else "its source is missing"
            return refuse("FX014", f"{module.path}: {why}", evidence=[module.path])
        for scope in module.scopes.all:
            if scope.uses_eval or scope.uses_with:
                spot = Spot(module, scope.node)
                return refuse("FX015", place=spot.place, evidence=[str(spot)])
        return None

    def code(self, module: Module, node: Node) -> Refusal | None:
        """Refuse code that names what a worker does not share."""
        for reference in module.scopes.references(within=node):
            name = reference.node
            if name.type != "Identifier" or module.variable(name) is not None:
                continue
            if name.name in OBVIOUS:
                continue
            if reference.write or not self._allowed(module, name):
                return self.forbidden(module, name)
            if name.name in LATER:
                self._later.append(Spot(module, name))
            if name.name in NATIVES and changes_native(name):
                return self._patched(Spot(module, name), name.name)
            patch = self.patches.get(name.name)
            if patch is not None:
                return self._patched(patch, name.name)
        for found in module.tree.of_type(
            "ImportExpression", "MetaProperty", within=node
        ):
            if found.type == "ImportExpression":
                spot = Spot(module, found)
                return refuse(
                    "FX013", "import()", place=spot.place, evidence=[str(spot)]
                )
        self._asynchronous(module, node)
        return self._global_this(module, node)

    def _allowed(self, module: Module, name: Node) -> bool:
        above = name.parent
        if above is not None and above.operator == "typeof":
            return True
        assert module.parsed is not None
        return name.name in GLOBALS or name.name in LATER

    def forbidden(self, module: Module, name: Node) -> Refusal:
        """Refuse a global name."""
        spot = Spot(module, name)
        code = "FX015" if name.name in {"eval", "Function"} else "FX010"
        return refuse(
            code, f"uses `{name.name}`", place=spot.place, evidence=[str(spot)]
        )

    def _patched(self, spot: Spot, name: str) -> Refusal:
        return refuse(
            "FX017", f"`{name}` is changed", place=spot.place, evidence=[str(spot)]
        )

    def _asynchronous(self, module: Module, node: Node) -> None:
        for function in module.tree.functions(within=node):
            if function.flag("async"):
                self._later.append(Spot(module, function))

    def _global_this(self, module: Module, node: Node) -> Refusal | None:
        """Refuse a sloppy function that uses ``this`` and is called without one."""
        for call in module.tree.of_type("CallExpression", within=node):
            callee = plain(call.the("callee"))
            if callee.type != "Identifier":
                continue
            variable = module.variable(callee)
            if variable is None:
                continue
            if variable not in self._plain_this:
                self._plain_this[variable] = _sloppy_this(module, variable)
            if self._plain_this[variable]:
                spot = Spot(module, call)
                return refuse(
                    "FX010",
                    f"`{callee.name}` may see the global object as `this`",
                    place=spot.place,
                    evidence=[str(spot)],
                )
        return None

    def builtin(self, name: str, spot: Spot) -> Refusal | None:
        """Refuse a built-in module with effects."""
        if name in BUILTINS or name in PARTS_OF_BUILTINS:
            above = spot.node.parent
            direct = above is not None and above.type == "MemberExpression"
            if direct or name in BUILTINS:
                return self.part(name, None, spot) if direct else None
            return None
        return refuse(
            "FX011", f"requires `{name}`", place=spot.place, evidence=[str(spot)]
        )

    def part(self, name: str, export: str | None, spot: Spot) -> Refusal | None:
        """Judge one use of a built-in module: ``zlib.deflateSync``."""
        above = spot.node.parent
        if export is None and above is not None and above.type == "MemberExpression":
            export = static_name(above)
        allowed = PARTS_OF_BUILTINS.get(name)
        if allowed is not None and export not in allowed:
            return refuse(
                "FX011",
                f"uses `{name}.{export}`",
                place=spot.place,
                evidence=[str(spot)],
            )
        if name == "stream" or (
            name == "zlib"
            and not (export or "").endswith("Sync")
            and not (export or "").isupper()
        ):
            self._later.append(spot)
        if changes_native(spot.node):
            return self._patched(spot, name)
        return None

    def initial(self, module: Module, node: Node) -> Refusal | None:
        """Refuse initialisation that gives another answer each time."""
        for spot in self._executed(module, node):
            for reference in spot.module.scopes.references(within=spot.node):
                name = reference.node
                if name.type != "Identifier" or spot.module.variable(name) is not None:
                    continue
                if _by_chance(name):
                    place = Spot(spot.module, name)
                    return refuse(
                        "FX012",
                        place=place.place,
                        evidence=[str(place)],
                        reason=f"initialisation uses `{name.name}`",
                    )
        return None

    def _executed(self, module: Module, node: Node) -> Iterator[Spot]:
        """Yield the code that a kept statement may run while loading."""
        calls = module.tree.of_type("CallExpression", "NewExpression", within=node)
        if not any(_runs_at_load(call, node) for call in calls):
            return
        todo, seen = [Spot(module, node)], set()
        while todo:
            spot = todo.pop()
            if spot.node.index in seen:
                continue
            seen.add(spot.node.index)
            yield spot
            for reference in module.scopes.references(within=spot.node):
                variable = module.variable(reference.node)
                if variable is not None and module.is_top(variable):
                    todo.extend(
                        value
                        for value in values_of(module, variable)
                        if value.node.type in LITERALS
                    )

    @property
    def patches(self) -> dict[str, Spot]:
        """Natives that some file of the program changes: name -> where."""
        root = self._program.__dict__
        found = root.get("_patches")
        if not isinstance(found, dict):
            found = root["_patches"] = dict(_patches(self._program))
        return found


def _sloppy_this(module: Module, variable: Variable) -> bool:
    for value in values_of(module, variable):
        if value.node.type in LITERALS and value.node.type != ARROW:
            scope = module.scopes.of(value.node)
            if scope.uses_this and not scope.strict:
                return True
    return False


def _patches(program: Program) -> Iterator[tuple[str, Spot]]:
    for module in program.modules.values():
        if module.text is None or not PATCH.search(module.text):
            continue
        if module.parsed is None:
            continue
        for reference in module.scopes.references():
            name = reference.node
            if name.type == "Identifier" and name.name in NATIVES:
                if module.variable(name) is not None or _about_stacks(name):
                    continue
                if changes_native(name) or _through_alias(module, name):
                    yield name.name, Spot(module, name)


def _through_alias(module: Module, name: Node) -> bool:
    """Tell whether a native gets a second name by which it is changed."""
    top, above = name, name.parent
    while above is not None and above.type == "MemberExpression":
        top, above = above, above.parent
    if above is None or above.type != "VariableDeclarator":
        return False
    target = above.the("id")
    if above.one("init") != top or target.type != "Identifier":
        return False
    variable = module.variable(target)
    return variable is not None and any(
        changes_native(reference.node) for reference in variable.references
    )


def _about_stacks(name: Node) -> bool:
    """Tell whether this is only about how stacks are written, as many files do."""
    above = name.parent
    return (
        name.name == "Error"
        and above is not None
        and above.type == "MemberExpression"
        and static_name(above) in {"stackTraceLimit", "prepareStackTrace"}
    )


def changes_native(name: Node) -> bool:
    """Tell whether a native is changed where it is named."""
    top, above = name, name.parent
    while above is not None and above.type == "MemberExpression":
        if above.the("object") != top:
            return False
        top, above = above, above.parent
    if above is None:
        return False
    if above.type == "AssignmentExpression":
        return above.the("left") == top and top != name
    if above.type == "UpdateExpression" or above.operator == "delete":
        return top != name
    if above.type == "CallExpression" and above.the("callee") != top:
        callee = plain(above.the("callee"))
        first = above.all("arguments")[0]
        return (
            first == top
            and callee.type == "MemberExpression"
            and static_name(callee) in DEFINERS
        )
    return False


def _by_chance(name: Node) -> bool:
    above = name.parent
    if above is None:
        return False
    if above.type == "MemberExpression" and above.the("object") == name:
        return (name.name, static_name(above)) in CHANCE
    if (name.name, None) in CHANCE:
        called = above.type in {"NewExpression", "CallExpression"}
        return called and not above.all("arguments")
    return False


def _runs_at_load(call: Node, statement: Node) -> bool:
    """Tell whether a call may run while its statement is evaluated."""
    function = enclosing(call)
    while function is not None and statement.contains(function):
        above = function.parent
        if above is None or above.type not in {"CallExpression", "NewExpression"}:
            return False
        function = enclosing(function)
    return True
