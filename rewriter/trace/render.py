"""How V8 writes an expression in ``... is not a function``.

In: the callee of a call, or what is destructured. Out: its text in V8's error messages,
which the app may show to its users. Follows V8's CallPrinter: no comments, constants
folded, what it does not know as ``(intermediate value)``.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING

from rewriter.trace.names import static_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from rewriter.syntax.tree import Node

UNKNOWN = "(intermediate value)"
WORDS = frozenset({"typeof", "void", "delete"})
COMPARISONS = frozenset(
    ["==", "!=", "===", "!==", "<", "<=", ">", ">=", "in", "instanceof", "**"]
)


def render(node: Node) -> str:
    """Return the text for one expression."""
    writer = WRITERS.get(node.type)
    return writer(node) if writer is not None else UNKNOWN


def not_iterable(source: Node) -> str:
    """Return V8's sentence for something that had to be iterable and is not.

    V8 does not mark calls in it.
    """
    if source.type == "CallExpression":
        callee = render(source.the("callee")).replace("(...)", "")
        return f"{callee} is not a function or its return value is not iterable"
    return f"{render(source).replace('(...)', '')} is not iterable"


def quote(text: str) -> str:
    """Return a string literal of JavaScript, on one line, in ASCII."""
    return json.dumps(text)


def _name(node: Node) -> str:
    return node.name


def _this(_node: Node) -> str:
    return "this"


def _literal(node: Node) -> str:
    value = node.value
    if node.kind == "string":
        return f'"{value}"'
    if isinstance(value, int | float) and node.kind == "number":
        return number_text(value)
    return UNKNOWN if node.kind == "bigint" else node.raw


def number_text(value: float) -> str:
    """Return a number as JavaScript prints it."""
    if value != value or abs(value) == float("inf"):  # noqa: PLR0124
        return "NaN" if value != value else "Infinity"  # noqa: PLR0124
    if 1e-6 <= abs(value) < 1e21 or value == 0:
        text = format(Decimal(repr(value)), "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    mantissa, _, exponent = f"{float(value)!r}".partition("e")
    sign = "-" if exponent.startswith("-") else "+"
    return f"{mantissa.removesuffix('.0')}e{sign}{exponent.lstrip('+-').lstrip('0')}"


def _member(node: Node) -> str:
    subject, key = node.the("object"), node.the("property")
    inner = render(subject)
    mark = "?" if node.flag("optional") else ""
    if key.type == "PrivateIdentifier":
        return f"{inner}[{static_key(key)}]"
    if not node.flag("computed"):
        return f"{inner}{mark}.{static_key(key)}"
    if key.type == "Literal" and key.kind == "string":
        return f"{inner}{mark}.{key.value}"
    if key.type == "TemplateLiteral" and not key.many("expressions"):
        return f"{inner}{mark}.{key.all('quasis')[0].value}"
    return f"{inner}{mark + '.' if mark else ''}[{render(key)}]"


def _call(node: Node) -> str:
    return f"{render(node.the('callee'))}(...)"


def _tagged(node: Node) -> str:
    return f"{render(node.the('tag'))}(...)"


def _unary(node: Node) -> str:
    operator, argument = node.operator, node.the("argument")
    value = argument.value if argument.type == "Literal" else None
    if operator == "!" and argument.type == "Literal" and argument.kind != "regex":
        return "false" if value else "true"
    if argument.type == "Literal" and argument.kind == "number":
        assert isinstance(value, int | float)
        if operator in {"-", "+"}:
            return number_text(-value if operator == "-" else value)
        if operator == "~" and abs(value) < 2**31:
            return number_text(~int(value))
    return f"({operator}{' ' if operator in WORDS else ''}{render(argument)})"


def _update(node: Node) -> str:
    inner = render(node.the("argument"))
    if node.flag("prefix"):
        return f"({node.operator}{inner})"
    return f"({inner}{node.operator})"


def _binary(node: Node) -> str:
    operator, left, right = node.operator, node.the("left"), node.the("right")
    first = render(left)
    chained = left.type == node.type and left.operator == operator
    if chained and operator not in COMPARISONS:
        first = first[1:-1]
    return f"({first} {operator} {render(right)})"


def _sequence(node: Node) -> str:
    return f"({' , '.join(render(part) for part in node.all('expressions'))})"


def _array(node: Node) -> str:
    return f"[{','.join(_item(part) for part in node.many('elements'))}]"


def _item(node: Node | None) -> str:
    if node is not None and node.type == "SpreadElement":
        return f"(...{render(node.the('argument'))})"
    return UNKNOWN if node is None else render(node)


def _object(node: Node) -> str:
    return f"{{{UNKNOWN * len(node.many('properties'))}}}"


def _template(node: Node) -> str:
    parts = node.all("expressions")
    if parts:
        return "".join(render(part) for part in parts)
    return f'"{node.all("quasis")[0].value}"'


def _assignment(node: Node) -> str:
    return _target(node.the("left"))


def _target(node: Node) -> str:
    match node.type:
        case "AssignmentPattern":
            return _target(node.the("left"))
        case "RestElement":
            return f"(...{_target(node.the('argument'))})"
        case "ObjectPattern":
            return f"{{{UNKNOWN * len(node.many('properties'))}}}"
        case "ArrayPattern":
            parts = node.many("elements")
            return f"[{','.join('' if p is None else _target(p) for p in parts)}]"
        case _:
            return render(node)


def _conditional(_node: Node) -> str:
    return UNKNOWN * 3


WRITERS: dict[str, Callable[[Node], str]] = {
    "ArrayExpression": _array,
    "AssignmentExpression": _assignment,
    "BinaryExpression": _binary,
    "CallExpression": _call,
    "ConditionalExpression": _conditional,
    "Identifier": _name,
    "Literal": _literal,
    "LogicalExpression": _binary,
    "MemberExpression": _member,
    "ObjectExpression": _object,
    "SequenceExpression": _sequence,
    "TaggedTemplateExpression": _tagged,
    "TemplateLiteral": _template,
    "ThisExpression": _this,
    "UnaryExpression": _unary,
    "UpdateExpression": _update,
}
