"""Make a host suspend at its cuts.

In: a function, the call expressions to cut, and a patch of its file. Out: insertions on
the lines that are there, or the reason why this host cannot be converted. The body
becomes a generator that the runtime drives; where a call may not move, the generator
makes it itself, as the original did.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rewriter.emit.tokens import (
    arrow_body_start,
    body_start,
    call_position,
    opening,
    skip,
)
from rewriter.scopes import analyse
from rewriter.syntax.tree import FUNCTION_TYPES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rewriter.emit.patch import Patch
    from rewriter.scopes import Scope
    from rewriter.syntax.tree import Node

METHODS = frozenset({"MethodDefinition", "Property"})
LISTS = frozenset({"BlockStatement", "Program", "StaticBlock", "SwitchCase"})


@dataclass(frozen=True, slots=True)
class Site:
    """One cut in a host: the call, the fluxion's number, and what is held."""

    call: Node
    number: int
    holds: tuple[str, ...] = ()


def obstacle(host: Node, calls: Sequence[Node]) -> str:
    """Say why a host cannot be suspended at these calls, or ``""``."""
    reason = kind_obstacle(host) or scope_obstacle(host) or parameter_obstacle(host)
    for call in calls:
        reason = reason or call_obstacle(host, call)
    if len({call.start for call in calls}) < len(calls):
        reason = reason or "two calls begin at the same place"
    return reason


def kind_obstacle(host: Node) -> str:
    """Generators resume elsewhere already; constructors have no late result."""
    if host.flag("generator"):
        return "the host is a generator"
    parent = host.parent
    if parent is not None and host.field == "value" and parent.type in METHODS:
        named = {"constructor": "constructor", "get": "getter", "set": "setter"}
        if parent.kind in named:
            return f"the host is a {named[parent.kind]}"
    return ""


def scope_obstacle(host: Node) -> str:
    """Names that would mean something else inside the generator."""
    scopes = scopes_of(host)
    if any(scope.uses_eval or scope.uses_with for scope in scopes):
        return "the host uses eval or with"
    if any(scope.uses_super for scope in scopes):
        return "the host uses super"
    if any(scope.uses_new_target for scope in scopes):
        return "the host uses new.target"
    if host.type == "ArrowFunctionExpression" and any(s.uses_arguments for s in scopes):
        return "the host is an arrow that uses arguments"
    for scope in scopes:
        for variable in scope.variables.values():
            if variable.name == "arguments" and variable.kind != "arguments":
                return "the host declares a variable named arguments"
    if not host.flag("async") and uses_name(host, "yield"):
        return "the host uses the name yield"
    return ""


def parameter_obstacle(host: Node) -> str:
    """Parameters that are evaluated once may not be declared again in the body."""
    if is_simple(host) or host.flag("async"):
        return ""
    inner = [scope for scope in scopes_of(host) if scope.kind == "function-body"]
    outer = [scope for scope in scopes_of(host) if scope.kind == "function"]
    names = {
        variable.name
        for scope in outer
        for variable in scope.variables.values()
        if variable.kind == "parameter"
    }
    for scope in inner or outer:
        for variable in scope.variables.values():
            again = variable.kind in {"var", "function"} or len(variable.declared) > 1
            if variable.name in names and again:
                return f"the host declares its parameter {variable.name} again"
    return ""


def call_obstacle(host: Node, call: Node) -> str:
    """The shapes of calls whose parts can be evaluated one by one."""
    if call.type != "CallExpression":
        return f"a {call.type} cannot be cut"
    owner = next((node for node in call.above() if node.type in FUNCTION_TYPES), None)
    if owner != host or call.start < body_of(host).start:
        return "the call is not in the body of the host"
    for node in call.above():
        if node == host:
            break
        if node.type in {"ClassBody", "StaticBlock"}:
            return "the call is in a class body"
    callee = call.the("callee")
    if call.flag("optional") or callee.type in {"Super", "ImportExpression"}:
        return "the call is optional or super"
    if in_optional_chain(callee):
        return "the callee is an optional chain"
    if callee.type == "MemberExpression" and callee.start != call.start:
        return "the callee is a member in parentheses"
    if any(argument.type == "SpreadElement" for argument in call.all("arguments")):
        return "the call spreads its arguments"
    return ""


def in_optional_chain(callee: Node) -> bool:
    """Tell whether evaluating the callee may skip the call."""
    node: Node | None = callee
    while node is not None and node.type in {"MemberExpression", "CallExpression"}:
        if node.flag("optional"):
            return True
        node = node.one("object" if node.type == "MemberExpression" else "callee")
    return node is not None and node.type == "Super"


def convert(patch: Patch, host: Node, sites: Sequence[Site], fx: str) -> None:
    """Insert what makes a host without obstacle suspend at its cuts."""
    wrap(patch, host, [site.number for site in sites], fx)
    for site in sites:
        convert_call(patch, host, site, fx)


def wrap(patch: Patch, host: Node, numbers: Sequence[int], fx: str) -> None:
    """Make the body a generator; an async host only gets its temporaries."""
    names = ",".join(f"{fx}{role}{n}" for n in numbers for role in "tfar")
    head, tail = f"var {names};", ""
    if not host.flag("async"):
        target, this, arguments, parameters = receiver_of(host)
        run = f"{fx}.run({target},{this},{arguments},function*({parameters})"
        head = f"return {run}{{{head}"
        tail = "})"
    if host.the("body").type == "BlockStatement":
        at = body_start(host)
        # A directive without a semicolon must not run into what follows.
        patch.insert(at, head if patch.units[at - 1] == "{" else f";{head}")
        patch.insert(host.end - 1, tail)
    else:
        patch.insert(arrow_body_start(host), f"{{{head}return(")
        patch.insert(host.end, f"){tail}}}")


def receiver_of(host: Node) -> tuple[str, str, str, str]:
    """Return new.target, this, arguments and parameters to hand to the generator."""
    names = [node.name for node in host.all("params")] if is_simple(host) else []
    parameters = ",".join(names)
    if host.type != "ArrowFunctionExpression":
        return "new.target", "this", "arguments", parameters
    this = "this" if any(scope.uses_this for scope in scopes_of(host)) else "void 0"
    return "void 0", this, f"[{parameters}]", parameters


def convert_call(patch: Patch, host: Node, site: Site, fx: str) -> None:
    """Evaluate callee, receiver and arguments in order; then suspend or call."""
    call, n = site.call, site.number
    t, f, a, r = (f"{fx}{role}{n}" for role in "tfar")
    callee, units = call.the("callee"), call.tree.units
    origin = call_position(call)
    guard = ";" if starts_statement(call) else ""
    if callee.type == "MemberExpression":
        patch.insert(call.start, f"{guard}(({t}=")
        after = callee.the("object").end
        dot = skip(units, after)
        patch.insert(dot, f"),({f}={t}")
    else:
        patch.insert(call.start, f"{guard}(({f}=")
        t = "void 0"
    open_ = opening(call)
    patch.insert(open_, f"),{a}=[", origin)
    patch.replace(open_, open_ + 1)
    holds = f",()=>[{','.join(site.holds)}]" if site.holds else ""
    asked = f"{n},{t},{f},{a}{holds}"
    if host.flag("async"):
        away = f"({r}={fx}.ask({asked}))&&({r}=await {r})"
    else:
        away = f"({r}={fx}.cut({asked}))&&({r}=yield)"
    here = f"{fx}.apply({f},{t},{a})"
    patch.insert(call.end - 1, f"],{away}?{r}.value:{here})", origin)
    patch.replace(call.end - 1, call.end)


def starts_statement(call: Node) -> bool:
    """A statement that now begins with a parenthesis must not continue the last one."""
    for node in call.above():
        if node.type == "ExpressionStatement":
            parent = node.parent
            return (
                node.start == call.start and parent is not None and parent.type in LISTS
            )
        if node.start != call.start:
            return False
    return False


def is_simple(host: Node) -> bool:
    """Tell whether all parameters are plain names."""
    return all(node.type == "Identifier" for node in host.all("params"))


def body_of(host: Node) -> Node:
    """Return the body, a block or an expression."""
    return host.the("body")


def scopes_of(host: Node) -> list[Scope]:
    """Return the scopes that a function itself makes, its own name's excepted."""
    kinds = {"function", "function-body"}
    return [
        s for s in analyse(host.tree).all if s.row == host.index and s.kind in kinds
    ]


def uses_name(host: Node, name: str) -> bool:
    """Tell whether an identifier of this name occurs anywhere in a function."""
    return any(
        node.name == name for node in host.tree.of_type("Identifier", within=host)
    )
