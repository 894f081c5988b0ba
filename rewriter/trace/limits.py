"""What cannot be traced, and how it is called.

In: a function node. Out: the refusal, or None. Refused by name rather than traced
wrongly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.facts import FunctionRef, Place, Refusal
from store.reasons import Reason

if TYPE_CHECKING:
    from rewriter.syntax.tree import Node
    from rewriter.trace.writer import Writer

REASONS: dict[str, Reason] = {
    "FX070": Reason(
        "a class constructor cannot be traced",
        "Only `new` calls a constructor, and a live class cannot be given another one.",
        "record with `fluxion record -- node app.js`, which rewrites at load",
    ),
    "FX071": Reason(
        "an arrow function that uses super cannot be traced alone",
        "It has no home object of its own that a copy could be given.",
        "trace the method around it",
    ),
    "FX072": Reason(
        "with makes every name uncertain",
        "What a name means in a function inside of it is known only when that runs.",
        "do not use with",
    ),
    "FX073": Reason(
        "a name is declared both as a function and again in the same body",
        "A traced body is a block, where the language forbids that or binds it "
        "differently.",
        "declare the name once",
    ),
    "FX074": Reason(
        "import.meta cannot be copied",
        "A copy of the function belongs to no module.",
        "record with `fluxion record -- node app.js`, which rewrites at load",
    ),
    "FX075": Reason(
        "await using ends in a turn of its own",
        "The end of the function could not be told from its last statement.",
        "dispose by hand",
    ),
    "FX076": Reason(
        "too big, or nested too deeply, to be rewritten",
        "Rewriting it would take longer than a live process may wait.",
        "trace parts of it",
    ),
    "FX077": Reason(
        "the file declares globalThis and global itself",
        "Rewritten code finds the probe through one of the two.",
        "rename these variables",
    ),
    "FX078": Reason(
        "there is no function here",
        "The source that was found is not the one that runs.",
        "attach again: the script was replaced",
    ),
    "FX079": Reason(
        "arguments.callee would be the copy",
        "A function that asks for itself would find out that it is traced.",
        "name the function expression and use its name",
    ),
}


def refusal(w: Writer, node: Node, code: str, *evidence: str) -> Refusal:
    """Return why a function stays as it is."""
    reason = REASONS[code]
    line, column = w.line_of(node.start)
    return Refusal(
        code,
        FunctionRef(w.script, node.start),
        Place(w.script, node.start, line, column),
        reason.title,
        evidence,
        reason.remedy,
    )


def in_with(w: Writer, node: Node) -> bool:
    """Tell whether names in a node may mean properties of an object."""
    return any(around.kind == "with" for around in w.scopes.of(node).up())


def obstacle(w: Writer, node: Node) -> Refusal | None:
    """Return why a literal must be left alone where it stands, if it must."""
    if in_with(w, node):
        return refusal(w, node, "FX072")
    twice = declared_twice(w, node)
    if twice is not None:
        return refusal(w, node, "FX073", twice)
    if node.flag("async") and has_await_using(w, node):
        return refusal(w, node, "FX075")
    return None


def declared_twice(w: Writer, node: Node) -> str | None:
    """Return a name that a block may not declare as the body does.

    The body becomes a block: there a function declaration is lexical, so that a
    ``var`` or, in strict mode, a second function of its name is an error, and a
    parameter of its name, which ``arguments`` follows, is another variable.
    """
    body = node.the("body")
    if body.type != "BlockStatement":
        return None
    scope = w.scopes.of(body)
    names: set[str] = set()
    given = {p.name for p in node.all("params") if p.type == "Identifier"}
    if not w.scopes.of(node).uses_arguments or scope.strict:
        given.clear()
    for statement in body.all("body"):
        inner = statement
        while inner.type == "LabeledStatement":
            inner = inner.the("body")
        if inner.type != "FunctionDeclaration":
            continue
        own = inner.the("id")
        variable = scope.variables.get(own.name)
        plain = not inner.flag("async") and not inner.flag("generator")
        if own.name in names and (scope.strict or not plain):
            return own.name
        names.add(own.name)
        if own.name == "arguments" or scope.uses_eval or own.name in given:
            return own.name
        if variable is None or variable.annex_b:
            return own.name
        if any(_is_var(declared) for declared in variable.declarations):
            return own.name
    return None


def _is_var(name: Node) -> bool:
    """Tell whether a declaring name stands in a ``var``, or hoists out of a block."""
    for node in name.above():
        if node.type == "VariableDeclaration":
            return True
        if node.type == "FunctionDeclaration":
            above = node.parent
            while above is not None and above.type == "LabeledStatement":
                above = above.parent
            return above is not None and above.type not in {
                "BlockStatement",
                "Program",
            }
        if node.type.startswith("Arrow") or node.type == "FunctionExpression":
            return False
    return False


def has_await_using(w: Writer, node: Node) -> bool:
    """Tell whether a function, or one in it, has ``await using``."""
    return any(
        declaration.kind == "await using"
        for declaration in w.tree.of_type("VariableDeclaration", within=node)
    )
