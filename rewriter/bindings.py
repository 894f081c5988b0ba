"""Whose a variable is, by where it is declared.

In: V8's texts of scripts and a parser. Out: a function that tells, for a declaration's
offset, in which function the variable lives, and whether a loop makes many of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rewriter.scopes import analyse
from rewriter.syntax.tree import FUNCTION_TYPES
from store.facts import FunctionRef, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rewriter.scopes import Scopes
    from rewriter.syntax.client import Syntax
    from rewriter.syntax.tree import Kind, Node, Tree
    from store.facts import Script

LARGEST = 1_000_000
"""Longer files are generated code: parsing them takes longer than this is worth."""

LOOPS = frozenset(
    {
        "ForStatement",
        "ForInStatement",
        "ForOfStatement",
        "WhileStatement",
        "DoWhileStatement",
    }
)


@dataclass(frozen=True, slots=True)
class Declared:
    """Where a variable lives."""

    function: FunctionRef | None
    """None: it is the module's."""
    many: bool
    """A loop makes one in each turn."""


class Declarations:
    """What parsed texts say, each parsed when it is first asked for."""

    def __init__(
        self, scripts: Iterable[Script], texts: Mapping[int, str], syntax: Syntax
    ) -> None:
        """Take what there is; nothing is parsed yet."""
        self._kinds = {script.number: script.kind for script in scripts}
        self._texts = texts
        self._syntax = syntax
        self._scopes: dict[int, Scopes | None] = {}

    def __call__(self, script: int, offset: int) -> Declared | None:
        """Tell where what is declared at an offset lives; None when unknown."""
        if script not in self._scopes:
            self._scopes[script] = self._analysed(script)
        scopes = self._scopes[script]
        if scopes is None:
            return None
        if offset == 0:
            return Declared(None, many=False)  # `module`, `exports`
        node = scopes.tree.at(offset, "Identifier")
        variable = scopes.resolve(node) if node is not None else None
        return None if variable is None else _lives(script, variable.scope.node)

    def _analysed(self, script: int) -> Scopes | None:
        text = self._texts.get(script)
        if text is None or len(text) > LARGEST:
            return None
        tree = self._parsed(script, text)
        return None if tree is None else analyse(tree)

    def _parsed(self, script: int, text: str) -> Tree | None:
        module = self._kinds.get(script) == "module"
        kinds: tuple[Kind, ...] = ("module",) if module else ("commonjs", "script")
        for kind in kinds:
            tree = self._syntax.try_parse(text, kind, script)
            if not isinstance(tree, Refusal):
                return tree
        return None


def _lives(script: int, node: Node) -> Declared:
    """Follow what is around a scope's node, itself the first."""
    many = False
    for above in (node, *node.above()):
        if above.type in FUNCTION_TYPES:
            return Declared(FunctionRef(script, above.start), many)
        many = many or above.type in LOOPS
    return Declared(None, many)
