"""What an identifier does, by the type of its parent and its field there.

In: a ``Grammar``. Out: tables indexed by the numbers of its columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, cast

from rewriter.syntax.tree import FUNCTION_TYPES

if TYPE_CHECKING:
    from rewriter.scopes.model import VariableKind
    from rewriter.syntax.grammar import Grammar


class Role(Enum):
    """What an identifier, or a pattern, is for its parent."""

    READ = auto()
    NONE = auto()
    """A label, the name of a function or class, part of ``new.target``."""
    KEY = auto()
    """A read when the parent is computed, else a name."""
    VALUE = auto()
    """Of a Property: a read in an object, a part of the pattern in a pattern."""
    TARGET = auto()
    """Assigned to."""
    INNER = auto()
    """A part of a pattern: bound as the pattern is."""
    PARAMETER = auto()
    CATCH = auto()
    DECLARATOR = auto()
    IMPORT = auto()
    EXPORT = auto()
    """The local name of an export: a read, unless it re-exports."""


SPECIAL = {
    Role.NONE: "FunctionDeclaration.id FunctionExpression.id ClassDeclaration.id "
    "ClassExpression.id LabeledStatement.label BreakStatement.label "
    "ContinueStatement.label MetaProperty.meta MetaProperty.property "
    "ImportSpecifier.imported ExportSpecifier.exported "
    "ExportAllDeclaration.exported ImportAttribute.key",
    Role.KEY: "MemberExpression.property Property.key MethodDefinition.key "
    "PropertyDefinition.key",
    Role.VALUE: "Property.value",
    Role.TARGET: "AssignmentExpression.left UpdateExpression.argument "
    "ForInStatement.left ForOfStatement.left",
    Role.INNER: "ArrayPattern.elements AssignmentPattern.left RestElement.argument "
    "ObjectPattern.properties",
    Role.PARAMETER: "FunctionDeclaration.params FunctionExpression.params "
    "ArrowFunctionExpression.params",
    Role.CATCH: "CatchClause.param",
    Role.DECLARATOR: "VariableDeclarator.id",
    Role.IMPORT: "ImportSpecifier.local ImportDefaultSpecifier.local "
    "ImportNamespaceSpecifier.local",
    Role.EXPORT: "ExportSpecifier.local",
}


@dataclass(frozen=True, slots=True)
class Roles:
    """Tables by type number, and by (type number, field number)."""

    table: list[list[Role]]
    is_function: list[bool]
    is_for_in: list[bool]
    declared: list[VariableKind]
    """By operator number: the kind of variable that a declaration makes."""


def roles_of(grammar: Grammar) -> Roles:
    """Number the table above."""
    table = [[Role.READ] * len(grammar.fields) for _ in grammar.types]
    for role, places in SPECIAL.items():
        for place in places.split():
            parent, name = place.split(".")
            table[grammar.type_number[parent]][grammar.field_number[name]] = role
    return Roles(
        table,
        [name in FUNCTION_TYPES for name in grammar.types],
        [name in {"ForInStatement", "ForOfStatement"} for name in grammar.types],
        [cast("VariableKind", name) for name in grammar.operators],
    )
