"""Find rupture points in a source, by a list of names: the paper's static mode.

In: a parsed file, its scopes, the names. Out: every call of a listed name with what it
hands over. Pure. A function that only exists at run time (what a factory returns, a
property, a parameter) is said to be that: the list cannot know it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rewriter.modules import LITERALS, function_name, plain, static_name
from rewriter.syntax.positions import Lines
from rewriter.values import pattern_source, written_value
from store.facts import FunctionRef, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rewriter.callees import Listed, ListedKind, Names
    from rewriter.scopes import Scopes, Variable
    from rewriter.syntax.tree import Node, Tree

MOST_TEXT = 200
VALUES = frozenset({"Identifier", "MemberExpression", "CallExpression"})
"""What may be a function at run time; a literal or an object is none."""
GIVEN = frozenset({"parameter", "import"})
BINDERS = frozenset({"bind"})


@dataclass(frozen=True, slots=True)
class StaticPoint:
    """A call of a listed name, with one thing that it hands over."""

    kind: ListedKind
    name: str
    """The callee as it is written here."""
    listed: str
    """The name of the list that it is."""
    registration: Place
    definition: Place | None
    """Where the function starts; None when it is made at run time."""
    creation: Place | None
    """Where the function is that makes it; None at the top level."""
    function: FunctionRef | None
    function_name: str
    text: str
    """What is handed over, as it is written, when it is made at run time."""


def static_points(
    tree: Tree, scopes: Scopes, script: int, names: Names
) -> tuple[StaticPoint, ...]:
    """Return the rupture points that the list finds, in source order."""
    return tuple(_Finder(tree, scopes, script, names).points())


class _Finder:
    def __init__(self, tree: Tree, scopes: Scopes, script: int, names: Names) -> None:
        self._tree = tree
        self._scopes = scopes
        self._script = script
        self._names = names
        self._lines = Lines(tree.text)

    def points(self) -> Iterator[StaticPoint]:
        for call in self._tree.of_type("CallExpression", "NewExpression"):
            callee = plain(call.the("callee"))
            module, written, bound = self._called(callee)
            listed = self._names.find(module, written, bound=bound)
            if listed is None:
                continue
            for value in _handed(call, listed):
                point = self._point(call, callee, listed, value)
                if point is not None:
                    yield point

    def _called(self, callee: Node) -> tuple[str, str, bool]:
        """Return which export a callee is, how it is written, and if it is bound."""
        if callee.type == "Identifier":
            variable = self._scopes.resolve(callee)
            if variable is None:
                return "", callee.name, False
            return self._export(variable), callee.name, True
        if callee.type != "MemberExpression":
            return "", "", False
        member = static_name(callee)
        if member is None:
            return "", "", False
        owner = plain(callee.the("object"))
        module = self._module(owner)
        written = f"{owner.name if owner.type == 'Identifier' else ''}.{member}"
        return f"{module}.{member}" if module else "", written, False

    def _module(self, value: Node | None) -> str:
        """Return the built-in or package whose exports an expression is."""
        value = plain(value) if value is not None else None
        if value is None:
            return ""
        if value.type == "Identifier":
            variable = self._scopes.resolve(value)
            return self._export(variable) if variable is not None else ""
        if value.type == "CallExpression":
            return required(value, self._scopes)
        return ""

    def _export(self, variable: Variable) -> str:
        """Return ``fs`` or ``fs.readFile`` for a name that brings it in."""
        for declared in variable.declarations:
            above = declared.parent
            if above is not None and above.type.startswith("Import"):
                return _imported(above)
            source = pattern_source(declared)
            if source is not None:
                module = self._module(source[1])
                return f"{module}.{source[0]}" if module else ""
            value = written_value(declared)
            if value is not None and not variable.assigned:
                value = plain(value)
                if value.type == "MemberExpression":
                    module = self._module(value.the("object"))
                    member = static_name(value)
                    return f"{module}.{member}" if module and member else ""
                return self._module(value) if value.type == "CallExpression" else ""
        return ""

    def _point(
        self, call: Node, callee: Node, listed: Listed, value: Node
    ) -> StaticPoint | None:
        function = self._function(value)
        if function is None and not self._may_be(call, listed, value):
            return None
        start = function.start if function is not None else 0
        makers = function if function is not None else value
        maker = next((n for n in makers.above() if n.type in LITERALS), None)
        return StaticPoint(
            listed.kind,
            callee.raw[:MOST_TEXT],
            listed.name,
            self._place(call.start),
            self._place(start) if function is not None else None,
            self._place(maker.start) if maker is not None else None,
            FunctionRef(self._script, start) if function is not None else None,
            function_name(function)[:MOST_TEXT] if function is not None else "",
            "" if function is not None else value.raw[:MOST_TEXT],
        )

    def _may_be(self, call: Node, listed: Listed, value: Node) -> bool:
        """Tell whether something may be a function that is made at run time.

        A last argument is often none: a port, an encoding, options.
        """
        if value.type not in VALUES:
            return False
        if listed.callback != "last":
            return True
        if plain(call.all("arguments")[0]) == value:
            return False
        if value.type == "Identifier":
            variable = self._scopes.resolve(value)
            return variable is not None and variable.kind in GIVEN
        if value.type == "MemberExpression":
            return value.the("object").type == "ThisExpression"
        return True

    def _function(self, value: Node) -> Node | None:
        """Return the literal that is handed over, in place or by a name of this file.

        ``f.bind(x)`` hands over another function with the same body.
        """
        value = plain(value)
        if value.type in LITERALS:
            return value
        if value.type == "CallExpression":
            callee = plain(value.the("callee"))
            bound = callee.type == "MemberExpression" and static_name(callee) in BINDERS
            return self._function(callee.the("object")) if bound else None
        variable = self._scopes.resolve(value) if value.type == "Identifier" else None
        if variable is None or variable.assigned:
            return None
        for declared in variable.declarations:
            above = declared.parent
            if above is not None and above.type == "FunctionDeclaration":
                return above if above.one("id") == declared else None
            made = written_value(declared)
            if made is not None and plain(made).type in LITERALS:
                return plain(made)
        return None

    def _place(self, offset: int) -> Place:
        line, column = self._lines.position(offset)
        return Place(self._script, offset, line + 1, column + 1)


def required(call: Node, scopes: Scopes) -> str:
    """Return the specifier of ``require('x')``, without ``node:``; else nothing."""
    callee = plain(call.the("callee"))
    arguments = call.all("arguments")
    if (
        callee.type == "Identifier"
        and callee.name == "require"
        and scopes.resolve(callee) is None
        and len(arguments) == 1
        and arguments[0].type == "Literal"
        and arguments[0].kind == "string"
    ):
        return str(arguments[0].value).removeprefix("node:")
    return ""


def specifiers(tree: Tree, scopes: Scopes) -> list[str]:
    """Return what a file requires or imports by a literal, in source order."""
    found = [
        (call.start, required(call, scopes)) for call in tree.of_type("CallExpression")
    ]
    for node in tree.of_type(
        "ImportDeclaration", "ExportNamedDeclaration", "ExportAllDeclaration"
    ):
        source = node.one("source")
        if source is not None:
            found.append((node.start, str(source.value).removeprefix("node:")))
    for node in tree.of_type("ImportExpression"):
        source = node.the("source")
        if source.type == "Literal" and source.kind == "string":
            found.append((node.start, str(source.value).removeprefix("node:")))
    return [name for _, name in sorted(found) if name]


def _imported(specifier: Node) -> str:
    """Return ``fs`` or ``fs.readFile`` for the specifier of an import."""
    declaration = specifier.parent
    if declaration is None:
        return ""
    module = str(declaration.the("source").value).removeprefix("node:")
    if specifier.type != "ImportSpecifier":
        return module
    name = specifier.the("imported")
    member = str(name.value) if name.type == "Literal" else name.name
    return module if member == "default" else f"{module}.{member}"


def _handed(call: Node, listed: Listed) -> list[Node]:
    """Return the arguments that are callbacks."""
    arguments = [plain(one) for one in call.all("arguments")]
    if listed.callback == "last":
        return arguments[-1:]
    if isinstance(listed.callback, int):
        return arguments[listed.callback - 1 : listed.callback]
    if listed.callback == "rest":
        arguments = arguments[1:]
    inside = [
        one.all("elements") if one.type == "ArrayExpression" else [one]
        for one in arguments
    ]
    return [plain(one) for group in inside for one in group]
