"""What names mean, once every declaration is known.

In: the regions with their declarations, and the rows that refer. Out: the same, with
sloppy functions hoisted out of their blocks and each reference resolved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rewriter.scopes.model import WRITE, Scope, Variable

if TYPE_CHECKING:
    from rewriter.scopes.regions import Regions

WRAPPER_NAMES = frozenset({"module", "exports", "require", "__filename", "__dirname"})
"""What CommonJS gives to a file, as parameters of a function around it."""
LEXICAL = frozenset({"let", "const", "using", "await using", "class"})


def hoist_sloppy_functions(found: Regions) -> None:
    """Annex B.3.3: a function in a block is also a ``var`` of its function."""
    for block, variable, row in found.sloppy_blocks:
        target = annex_b_scope(block, variable.name)
        if target is None:
            continue
        inner = found.resolved[row]
        outer = found.declare(target, row, "function")
        outer.annex_b = True
        outer.uses.append((row, WRITE))
        found.resolved[row] = inner


def annex_b_scope(block: Scope, name: str) -> Scope | None:
    """Return where a function of a block is hoisted to, None when it is not."""
    scope = block.parent
    while scope is not None:
        there = scope.variables.get(name)
        if scope.hoists:
            if there is not None and there.kind in LEXICAL | {"parameter"}:
                return None
            if is_wrapped(scope) and name in WRAPPER_NAMES:
                return None  # a parameter too, of the function around the file
            outer = scope.parent if scope.kind == "function-body" else None
            taken = outer.variables.get(name) if outer is not None else None
            return None if taken is not None else scope
        if there is not None and not simple_catch(there):
            return None
        scope = scope.parent
    return None


def resolve_all(found: Regions) -> None:
    """Find the variable of every reference."""
    resolved = found.resolved
    for row, bits, scope in zip(found.rows, found.bits, found.where, strict=True):
        name = found.name(row)
        variable: Variable | None = None
        if name == "arguments":
            variable = arguments_of(scope)
        else:
            around: Scope | None = scope
            while around is not None and variable is None:
                variable = around.variables.get(name)
                around = around.parent
        if variable is not None:
            resolved[row] = variable
            variable.uses.append((row, bits))
    for scope in found.scopes:
        for variable in scope.variables.values():
            if variable.annex_b:  # what hoisting added came before all others
                variable.uses.sort()


def arguments_of(scope: Scope) -> Variable | None:
    """Return the ``arguments`` that is visible in a scope, marking its users."""
    for around in scope.up():
        around.uses_arguments = True
        declared = around.variables.get("arguments")
        if declared is not None:
            return declared
        if around.binds_this:
            if around.kind != "function" and not is_wrapped(around):
                return None
            made = Variable("arguments", "arguments", around)
            around.variables["arguments"] = made
            return made
    return None


def is_wrapped(scope: Scope) -> bool:
    """Tell whether a scope is a file that Node.js makes the body of a function."""
    return scope.kind == "module" and scope.tree.kind == "commonjs"


def simple_catch(variable: Variable) -> bool:
    """Tell whether a variable is the parameter of ``catch (name)``, no pattern."""
    parents = [node.parent for node in variable.declarations]
    return all(parent and parent.type == "CatchClause" for parent in parents)
