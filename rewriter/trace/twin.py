"""Make the twin of one live function: a copy that reports, for its own scope.

In: a function node. Out: an expression for the scope's evaluator that takes the probe,
the original and the hoisted names and returns the twin. The twin keeps kind, strict
mode, home object and captured variables of the original.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rewriter.scopes.resolution import WRAPPER_NAMES
from rewriter.trace.builtins import HOISTED_GLOBALS
from rewriter.trace.functions import instrument
from rewriter.trace.header import blocks, global_name, tools
from rewriter.trace.limits import obstacle, refusal
from rewriter.trace.names import is_constructor, is_method
from rewriter.trace.variables import is_callee
from store.facts import Refusal

if TYPE_CHECKING:
    from rewriter.scopes import Variable
    from rewriter.syntax.tree import Node
    from rewriter.trace.writer import Writer

PLAIN_NAME = re.compile(r"[A-Za-z_$][\w$]*\Z", re.ASCII)
NOT_PARAMETERS = frozenset(
    [
        "eval",
        "arguments",
        "await",
        "yield",
        "let",
        "static",
        "implements",
        "interface",
        "package",
        "private",
        "protected",
        "public",
        "async",
    ]
)
STEADY = frozenset({"const", "class", "function", "parameter", "let", "catch", "using"})
HOME = "$home"
"""Stands in ``hoisted`` for the object that holds the method."""


def write_twin(w: Writer, node: Node) -> tuple[str, tuple[str, ...]] | Refusal:
    """Return the expression and the names to hoist."""
    reason = twin_obstacle(w, node)
    if reason is not None:
        return reason
    scope = w.scopes.of(node)
    root = global_name(scope)
    if root is None:
        return refusal(w, node, "FX077")
    original = w.name("original")
    text = instrument(w, node, original, fallback(w, node, original))
    names, checks = hoistable(w, node)
    literal, needs_home = shaped(w, node, text)
    if needs_home:
        names = (*names, HOME)
    strict = "'use strict';" if scope.strict else ""
    head = f"({','.join([w.name('fx'), original, *names])})=>{{{strict}"
    unset = "".join(
        f"if({name}===void 0)throw {root}.Error('{name} is not set yet');"
        for name in checks
    )
    return (
        f"({head}const {blocks(w)},{tools(w, root)};{unset}return {literal}}})",
        names,
    )


def twin_obstacle(w: Writer, node: Node) -> Refusal | None:
    """Return why there can be no twin, if so."""
    scope = w.scopes.of(node)
    if is_constructor(node):
        return refusal(w, node, "FX070")
    if node.type == "ArrowFunctionExpression" and scope.uses_super:
        return refusal(w, node, "FX071")
    if any(
        meta.the("meta").name == "import"
        for meta in w.tree.of_type("MetaProperty", within=node)
    ):
        return refusal(w, node, "FX074")
    if uses_callee(w, node):
        return refusal(w, node, "FX079")
    return obstacle(w, node)


def uses_callee(w: Writer, node: Node) -> bool:
    """Tell whether a function looks at ``arguments.callee``."""
    return any(
        not member.flag("computed")
        and member.the("property").type == "Identifier"
        and member.the("property").name == "callee"
        and member.the("object").type == "Identifier"
        and member.the("object").name == "arguments"
        for member in w.tree.of_type("MemberExpression", within=node)
    )


def fallback(w: Writer, node: Node, original: str) -> str:
    """Return what an unsampled activation does: call the original.

    Empty where that would not be the same: parameters that are evaluated would be
    twice, a generator or async function would take more turns.
    """
    simple = all(
        p.type == "Identifier"
        or (p.type == "RestElement" and p.the("argument").type == "Identifier")
        for p in node.all("params")
    )
    if not simple or node.flag("async") or node.flag("generator"):
        return ""
    if w.scopes.of(node).uses_eval:
        return ""
    if node.type == "ArrowFunctionExpression":
        given = argument_list_plain(node)
        return f"return {original}({given})"
    scope = w.scopes.of(node)
    own = scope.variables.get("arguments")
    if own is not None and own.kind != "arguments":
        return ""
    call = f"{w.name('apply')}({original},this,arguments)"
    if is_method(node):
        return f"return {call}"
    build = f"{w.name('new')}({original},arguments,new.target)"
    return f"return new.target===void 0?{call}:{build}"


def argument_list_plain(node: Node) -> str:
    """Return the parameters of an arrow as the arguments of a call."""
    return ",".join(
        "..." * (p.type == "RestElement")
        + (p if p.type == "Identifier" else p.the("argument")).name
        for p in node.all("params")
    )


def shaped(w: Writer, node: Node, text: str) -> tuple[str, bool]:
    """Return the literal in the place that makes its kind, and if it needs its home."""
    if is_method(node):
        return method_literal(w, node, text)
    if node.type == "FunctionDeclaration":
        return anonymous_literal(node, text), False
    if node.type == "FunctionExpression":
        own = node.one("id")
        if own is None:
            return f"({text})", False
        variable = w.scopes.resolve(own)
        if variable is not None and variable.assigned:
            # In sloppy code that assignment is ignored: only this form does so.
            return f"({text})", False
        literal = anonymous_literal(node, text)
        return f"(({own.name})=>{literal})({w.name('original')})", False
    return f"({text})", False


def anonymous_literal(node: Node, text: str) -> str:
    """Return a named function without the inner binding of its name."""
    own = node.one("id")
    if own is None:
        return f"({text})"
    before, after = own.start - node.start, own.end - node.start
    return f"({{{own.name}:{text[:before]}{text[after:]}}}).{own.name}"


def method_literal(w: Writer, node: Node, text: str) -> tuple[str, bool]:
    """Return a method as part of an object, taken out again."""
    parent = node.parent
    assert parent is not None
    words = "async " * node.flag("async") + "*" * node.flag("generator")
    kind = parent.kind if parent.kind in {"get", "set"} else ""
    uses_super = w.scopes.of(node).uses_super
    root = global_name(w.scopes.of(node))
    home = f"__proto__:{root}.Object.getPrototypeOf({HOME})," if uses_super else ""
    made = f"({{{home}{kind + ' ' if kind else words}m{text}}})"
    if kind:
        got = f"{root}.Object.getOwnPropertyDescriptor({made},'m').{kind}"
        return got, uses_super
    return f"{made}.m", uses_super


def hoistable(w: Writer, node: Node) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names whose value cannot change, and those that must be set by now."""
    scope = w.scopes.of(node)
    if scope.uses_eval or any(s.uses_eval and not s.strict for s in scope.up()):
        return (), ()
    names: list[str] = []
    checks: list[str] = []
    written = {
        use.node.name
        for use in w.scopes.references()
        if use.write and w.scopes.resolve(use.node) is None
    }
    for used in w.scopes.free(node):
        name = used if isinstance(used, str) else used.name
        if not PLAIN_NAME.match(name) or name in NOT_PARAMETERS:
            continue
        if isinstance(used, str):
            wrapper = w.tree.kind == "commonjs" and name in WRAPPER_NAMES
            if (wrapper or name in HOISTED_GLOBALS) and name not in written:
                names.append(name)
        elif is_steady(used):
            names.append(name)
            if used.kind == "var" and used.references:
                checks.append(name)
    return tuple(names), tuple(checks)


def only_called(w: Writer, node: Node, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of the hoisted names that stand only where they are called."""
    uses: dict[str, list[Node]] = {name: [] for name in names}
    for use in w.scopes.references(node):
        variable = w.scopes.resolve(use.node)
        outside = variable is None or not variable.scope.within(node)
        if outside and use.node.type == "Identifier" and use.node.name in uses:
            uses[use.node.name].append(use.node)
    return tuple(
        name for name in names if uses[name] and all(is_callee(n) for n in uses[name])
    )


def is_steady(variable: Variable) -> bool:
    """Tell whether a captured variable keeps its value from now on."""
    if variable.assigned or variable.scope.kind == "global":
        return False
    if variable.kind == "parameter":
        owner = variable.scope
        return not (owner.uses_arguments and not owner.strict)
    if variable.kind in STEADY:
        return True
    return variable.kind == "var" and not in_loop(variable)


def in_loop(variable: Variable) -> bool:
    """Tell whether a ``var`` may be initialised more than once, or not at all."""
    declared = variable.declarations
    if len(declared) != 1:
        return True
    for node in declared[0].above():
        if node.type.endswith(
            ("Function", "FunctionExpression", "FunctionDeclaration")
        ):
            return False
        if node.type in {
            "ForStatement",
            "ForInStatement",
            "ForOfStatement",
            "WhileStatement",
            "DoWhileStatement",
        }:
            return True
    return False
