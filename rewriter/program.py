"""The whole program: all loaded file scripts and how they require each other.

In: scripts and their texts. Out: modules, what a ``require`` means, and every use that
is made of a module's exports. Parses a file when it is first asked about.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from rewriter.exports import roots
from rewriter.locate import Paths
from rewriter.modules import LITERALS, Module, Spot, enclosing, plain, static_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rewriter.scopes import Variable
    from rewriter.syntax.client import Syntax
    from rewriter.syntax.tree import Node
    from store.facts import FunctionRef, Script

UseKind = Literal["value", "alias", "write", "all", "escape"]
IMPORTS = re.compile(
    r"""(?:require\s*\(|\bfrom\b|\bimport\b\s*\(?)\s*['"]([^'"\n]+)['"]"""
)
ONLY_LOOK = frozenset({"keys", "entries", "values", "freeze", "log", "inspect"})
"""Functions of Object, console and util that change nothing they are given."""


@dataclass(frozen=True, slots=True)
class Require:
    """One call of ``require``."""

    spot: Spot
    specifier: str | None
    """None when it is not a literal."""
    target: int | str | None
    """A script, a built-in, or None when it was never loaded."""


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a module's exports by somebody who required it.

    value: reads ``name``; alias: a variable holds ``name`` from then on; write: sets
    ``name``; all: reads whatever there is; escape: the object goes where it cannot be
    followed. ``name`` is ``""`` for the exports object itself, None when not known.
    """

    kind: UseKind
    name: str | None
    spot: Spot
    variable: Variable | None = None


class Program:
    """All loaded file scripts."""

    def __init__(
        self,
        scripts: Sequence[Script],
        texts: Mapping[int, str],
        syntax: Syntax,
        entry: str = "",
    ) -> None:
        """Take the recording's scripts, texts by script number, and a parser."""
        self.entry = entry
        self.modules = {
            script.number: Module(
                script.number,
                script.path,
                texts.get(script.number, script.text),
                script.kind,
                syntax,
            )
            for script in scripts
            if script.path is not None and script.kind in {"commonjs", "module"}
        }
        by_path = {module.path: number for number, module in self.modules.items()}
        self.paths = Paths(
            by_path, {n: m.text for n, m in self.modules.items() if m.text is not None}
        )
        self._uses: dict[int, list[Use]] = {}

    def module(self, number: int) -> Module | None:
        """Return a module that has a tree."""
        module = self.modules.get(number)
        return module if module is not None and module.parsed is not None else None

    def spot(self, ref: FunctionRef) -> Spot | None:
        """Return the literal that a reference names."""
        module = self.module(ref.script)
        node = module.literal(ref) if module is not None else None
        return Spot(module, node) if module is not None and node is not None else None

    @cached_property
    def parsed(self) -> list[Module]:
        """Every module that has a tree, in the order of their numbers."""
        return [m for _, m in sorted(self.modules.items()) if m.parsed is not None]

    @cached_property
    def opaque(self) -> dict[int, str]:
        """Modules required by files that cannot be read: number -> path of the file."""
        found: dict[int, str] = {}
        for module in self.modules.values():
            if module.parsed is None and not module.path.endswith(".json"):
                for specifier in IMPORTS.findall(module.text or ""):
                    target = self.paths.find(specifier, module.path)
                    if isinstance(target, int):
                        found[target] = module.path
        return found

    def requires(self, module: Module) -> list[Require]:
        """Return every ``require`` of a parsed module in source order."""
        found = module.tree.memo.get("requires")
        if not isinstance(found, list):
            found = module.tree.memo["requires"] = list(self._requires(module))
        return found

    def _requires(self, module: Module) -> Iterator[Require]:
        for reference in module.scopes.references():
            node = reference.node
            if node.type != "Identifier" or node.name != "require":
                continue
            above = node.parent
            if module.variable(node) is not None or above is None:
                continue
            if above.type == "CallExpression" and above.the("callee") == node:
                arguments = above.all("arguments")
                literal = arguments[0] if len(arguments) == 1 else None
                if literal is not None and literal.kind == "string":
                    name = str(literal.value)
                    target = self.paths.find(name, module.path)
                    yield Require(Spot(module, above), name, target)
                else:
                    yield Require(Spot(module, above), None, None)
            elif above.type != "MemberExpression" and above.operator != "typeof":
                yield Require(Spot(module, node), None, None)

    @cached_property
    def importers(self) -> dict[int, list[Spot]]:
        """Script number -> the ``require`` calls that mean it."""
        found: defaultdict[int, list[Spot]] = defaultdict(list)
        for module in self.parsed:
            for require in self.requires(module):
                if isinstance(require.target, int):
                    found[require.target].append(require.spot)
        return found

    @cached_property
    def targets(self) -> dict[tuple[int, int], Require]:
        """(script, row of the call) -> the require that it is."""
        return {
            (module.number, require.spot.node.index): require
            for module in self.parsed
            for require in self.requires(module)
        }

    def uses(self, target: int) -> list[Use]:
        """Return every use of a module's exports, its own included."""
        found = self._uses.get(target)
        if found is None:
            found = self._uses[target] = []
            for spot in self.importers.get(target, []):
                found.extend(self._flow(spot, 0))
            module = self.module(target)
            for root in roots(module) if module is not None else ():
                if module is not None:
                    found.extend(_own(module, root))
        return found

    def patched(self, target: int, name: str) -> Spot | str | None:
        """Return who may replace an export after the module made it."""
        if target in self.opaque:
            return self.opaque[target]
        for use in self.uses(target):
            if use.kind == "write" and use.name in {name, None}:
                return use.spot
            if use.kind == "escape" and name != "":
                return use.spot
        return None

    def _flow(self, spot: Spot, depth: int) -> Iterator[Use]:
        """Follow an expression that is the exports object of a module."""
        module, node, above = spot.module, spot.node, spot.node.parent
        if above is None or depth > 8:
            yield Use("escape", None, spot)
            return
        up = Spot(module, above)
        match above.type:
            case "MemberExpression" if above.the("object") == node:
                yield _member_use(up)
            case "ExpressionStatement" | "UnaryExpression" | "BinaryExpression":
                return
            case "VariableDeclarator":
                yield from self._bound(module, above.the("id"), spot, depth)
            case "AssignmentExpression" if above.operator == "=":
                yield from self._bound(module, above.the("left"), spot, depth)
            case "CallExpression" | "NewExpression" if above.the("callee") == node:
                yield Use("value", "", spot)
            case "CallExpression" if _only_looks(above):
                yield Use("all", None, spot)
            case "SpreadElement":
                yield Use("all", None, spot)
            case (
                "LogicalExpression"
                | "ConditionalExpression"
                | "ChainExpression"
                | "ParenthesizedExpression"
                | "SequenceExpression"
            ):
                yield from self._flow(up, depth + 1)
            case "ReturnStatement" | "ArrowFunctionExpression":
                function = above if above.type in LITERALS else enclosing(above)
                call = function.parent if function is not None else None
                while call is not None and call.type == "ParenthesizedExpression":
                    call = call.parent
                if (
                    call is not None
                    and call.type == "CallExpression"
                    and plain(call.the("callee")) == function
                ):
                    yield from self._flow(Spot(module, call), depth + 1)
                else:
                    yield Use("escape", None, spot)
            case _:
                yield Use("escape", None, spot)

    def _bound(
        self, module: Module, pattern: Node, spot: Spot, depth: int
    ) -> Iterator[Use]:
        """Follow the exports object into a variable or a destructuring pattern."""
        if pattern.type == "Identifier":
            variable = module.variable(pattern)
            if variable is None or writes(variable) > 1:
                yield Use("escape", None, spot)
                return
            for reference in variable.references:
                if reference.read and reference.node != pattern:
                    yield from self._flow(Spot(module, reference.node), depth + 1)
            return
        if pattern.type != "ObjectPattern":
            yield Use("escape", None, spot)
            return
        for item in pattern.all("properties"):
            name = static_name(item) if item.type == "Property" else None
            if name is None:
                yield Use("all", None, spot)
                continue
            value = item.the("value")
            if value.type == "AssignmentPattern":
                value = value.the("left")
            variable = module.variable(value) if value.type == "Identifier" else None
            kind: UseKind = "alias" if variable is not None else "value"
            yield Use(kind, name, Spot(module, value), variable)


def writes(variable: Variable) -> int:
    """Count the places that give a variable a value, parameters counting as one."""
    found = sum(reference.write for reference in variable.references)
    implicit = variable.kind in {"function", "class", "parameter", "import", "catch"}
    return found + implicit + variable.annex_b


def _member_use(member: Spot) -> Use:
    name, above = static_name(member.node), member.node.parent
    written = above is not None and (
        (above.type == "AssignmentExpression" and above.the("left") == member.node)
        or above.type == "UpdateExpression"
        or (above.type == "UnaryExpression" and above.operator == "delete")
    )
    if written:
        return Use("write", name, member)
    return Use("value" if name is not None else "all", name, member)


def _only_looks(call: Node) -> bool:
    callee = plain(call.the("callee"))
    return (
        callee.type == "MemberExpression"
        and callee.the("object").type == "Identifier"
        and callee.the("object").name in {"Object", "console", "util"}
        and static_name(callee) in ONLY_LOOK
    )


def _own(module: Module, root: Node) -> Iterator[Use]:
    """Yield what a module does with its own exports later than while loading."""
    above = root.parent
    if above is not None and above.type == "MemberExpression":
        use = _member_use(Spot(module, above))
        if use.kind != "write" or enclosing(root) is not None:
            yield use
