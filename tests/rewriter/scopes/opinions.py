"""What eslint-scope says of names, beside what we say.

In: trees. Out: how many references and scopes were compared, and where the two differ:
by a rule of the language that eslint-scope does not follow, or else wrongly.
``RULES`` has the line of ECMAScript 2026 that decides each. (Without the keys that we
give it, eslint-scope also misses the second argument of ``import()``: 13.3.10.)
"""

from __future__ import annotations

import json
import subprocess
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rewriter.scopes import Scope, Scopes, Variable, analyse
from tests.rewriter.packages import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rewriter.syntax.tree import Node, Tree

ORACLE = Path(__file__).with_name("eslint_scope.mjs")
RULES = {
    "block function": "10.2.11 step 29.a.ii.2 (Annex B.3.2): a sloppy function of a "
    "block also has a var binding of its function",
    "function of if": "Annex B.3.3: a function as the branch of an `if` stands in a "
    "block of its own",
    "parameter environment": "10.2.11 step 28: with expressions among the parameters "
    "the body's vars have an environment of their own",
    "arguments in a default": "10.2.11 step 22: `arguments` is there before the "
    "parameters are bound",
}
NAMES = {
    "function-name": "function-expression-name",
    "class-field": "class-field-initializer",
    "static-block": "class-static-block",
}


@dataclass
class Comparison:
    """What comparing came to."""

    texts: int = 0
    references: int = 0
    scopes: int = 0
    excused: Counter[str] = field(default_factory=Counter)
    """Differences by rule."""
    wrong: list[str] = field(default_factory=list)

    @property
    def table(self) -> str:
        """Print what was compared."""
        lines = [f"{self.texts:,} texts, {self.references:,} references"]
        lines += [f"{self.scopes:,} scopes; {len(self.wrong)} differ without a rule"]
        lines += [f"{n:6} {name}: {RULES[name]}" for name, n in self.excused.items()]
        return "\n".join([*lines, *self.wrong[:20]])


def compare(result: Comparison, trees: Sequence[tuple[str, Tree]]) -> None:
    """Compare named trees."""
    programs = [{"text": tree.text, "kind": tree.kind} for _, tree in trees]
    for (name, tree), opinion in zip(trees, opinions(programs), strict=True):
        result.texts += 1
        if "failed" in opinion:
            result.wrong.append(f"{name}: {opinion['failed']}")
            continue
        compare_references(result, name, tree, opinion["references"])
        compare_scopes(result, name, tree, opinion["scopes"])


def opinions(programs: Sequence[dict[str, str]]) -> list[dict[str, Any]]:
    """Ask eslint-scope about texts."""
    done = subprocess.run(
        ["node", "--stack-size=5000", str(ORACLE)],
        input="\n".join(map(json.dumps, programs)),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return [json.loads(line) for line in done.stdout.split("\n") if line]


def compare_references(
    result: Comparison, name: str, tree: Tree, told: list[list[int]]
) -> None:
    """Compare of every reference where it is, its direction and what it means."""
    scopes = analyse(tree)
    ours: dict[int, tuple[int, Node]] = {}
    for use in scopes.references():
        if use.node.type == "Identifier":
            bits = ours.get(use.node.start, (0, use.node))[0]
            ours[use.node.start] = bits | use.read | use.write << 1, use.node
    theirs: dict[int, tuple[int, int]] = defaultdict(lambda: (0, -1))
    for offset, bits, defined in told:
        theirs[offset] = theirs[offset][0] | bits, defined
    for offset in ours.keys() | theirs.keys():
        result.references += 1
        if offset not in ours or offset not in theirs:
            result.wrong.append(f"{name}:{offset}: only one side has a reference")
            continue
        bits, node = ours[offset]
        variable = scopes.resolve(node)
        if theirs[offset] == (bits, definition(variable)):
            continue
        for rule, expected in excuses(scopes, node, variable):
            if theirs[offset] == (bits, expected):
                result.excused[rule] += 1
                break
        else:
            result.wrong.append(f"{name}:{offset}: {variable} not {theirs[offset]}")


def definition(variable: Variable | None) -> int:
    """Return a number for a variable, as eslint_scope.mjs does."""
    if variable is None:
        return -1
    if not variable.declared:
        return -2 - variable.scope.node.start
    return variable.declarations[0].start


def excuses(
    scopes: Scopes, node: Node, variable: Variable | None
) -> Iterator[tuple[str, int]]:
    """Yield the rules that may apply, with what eslint-scope says instead."""
    if variable is None:
        return
    if only_hoisted(variable):
        yield "block function", seen_around(variable.scope, node.name)
    if variable.annex_b:
        for declared in variable.declarations:
            if any(one.type == "IfStatement" for one in [*declared.above()][:2]):
                yield "function of if", declared.start
    if variable.scope.kind == "function-body":
        around = variable.scope.parent
        assert around is not None
        merged = around.variables.get(variable.name)
        if merged is not None:
            yield "parameter environment", definition(merged)
    if variable.kind == "arguments" and in_parameters(variable.scope, node):
        yield "arguments in a default", outer_arguments(scopes, variable.scope, node)


def only_hoisted(variable: Variable) -> bool:
    """Tell whether nothing but functions of blocks declares a variable."""
    if not variable.annex_b:
        return False
    inner = {
        row
        for scope in inside(variable.scope)
        for row in getattr(scope.variables.get(variable.name), "declared", ())
    }
    return inner >= set(variable.declared)


def inside(scope: Scope) -> list[Scope]:
    """Return the scopes within one."""
    scopes = analyse(scope.tree)
    return [one for one in scopes.all if one is not scope and scope in one.up()]


def seen_around(scope: Scope, name: str) -> int:
    """Return what a name means for eslint-scope, which does not bind it here."""
    for around in scope.up():
        found = around.variables.get(name) if around is not scope else None
        if found is not None and not only_hoisted(found):
            return definition(found)
        if name == "arguments" and around.kind == "function" and not around.arrow:
            return -2 - around.node.start
    wrapped = name == "arguments" and scope.tree.kind == "commonjs"
    return -2 if wrapped else -1


def in_parameters(scope: Scope, node: Node) -> bool:
    """Tell whether a node stands before the body of a function."""
    body = scope.node.one("body") if scope.kind == "function" else None
    return body is not None and node.start < body.start


def outer_arguments(scopes: Scopes, scope: Scope, node: Node) -> int:
    """Return whose ``arguments`` eslint-scope takes."""
    for around in scope.up():
        if around is scope or in_parameters(around, node):
            continue
        if around.kind == "function" and not around.arrow:
            return -2 - around.node.start
        if around.kind in {"class-field", "static-block"}:
            continue
    return -2 if scopes.tree.kind == "commonjs" else -1


def compare_scopes(
    result: Comparison, name: str, tree: Tree, told: list[list[Any]]
) -> None:
    """Compare of every scope what makes it, where it is and which names it binds."""
    scopes = analyse(tree).all
    merged: dict[int, list[Scope]] = defaultdict(list)
    for scope in scopes:
        home = scope.parent
        while home is not None and not counted(home):
            home = home.parent
        if home is not None and not counted(scope):
            merged[id(home)].append(scope)
    theirs = Counter((kind, start, *sorted(names)) for kind, start, names in told)
    ours = Counter(described(scope, merged) for scope in scopes if counted(scope))
    result.scopes += ours.total()
    result.excused["function of if"] += sum(map(of_if, scopes))
    for one in (ours - theirs) | (theirs - ours):
        if one[0] == "switch" and len(one) == 2:
            continue  # without cases there is none, without names it is nothing
        side = "ours" if one in ours else "theirs"
        result.wrong.append(f"{name}: a scope that is only {side}: {one}")


def counted(scope: Scope) -> bool:
    """Tell whether eslint-scope has this scope too."""
    return scope.kind != "function-body" and not of_if(scope)


def of_if(scope: Scope) -> bool:
    """Tell whether a scope is the block around a function that is a branch."""
    return scope.kind == "block" and scope.node.type == "FunctionDeclaration"


def described(scope: Scope, merged: dict[int, list[Scope]]) -> tuple[Any, ...]:
    """Describe a scope as eslint-scope would."""
    tree = scope.tree
    start = tree.columns.start[scope.row]
    if scope.kind == "class-field":
        start = tree.columns.start[scope.first]
    kind = NAMES.get(scope.kind, scope.kind)
    if kind == "module" and tree.kind == "commonjs":
        kind = "function"
    names = bound(scope)
    for other in merged[id(scope)]:
        names |= bound(other)
    if kind == "function" and not scope.arrow:
        names.add("arguments")
    return kind, start, *sorted(names)


def bound(scope: Scope) -> set[str]:
    """Return the names that eslint-scope has too."""
    return {
        name
        for name, variable in scope.variables.items()
        if not name.startswith("#") and not only_hoisted(variable)
    }
