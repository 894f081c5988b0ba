"""Write a text again with parts replaced: the frame that all of the tracer stands on.

In: a tree with its scopes. Out: source text. What no rule changes is copied between
the offsets of its children, so comments, parentheses and line breaks stay. Nothing
that is inserted breaks a line.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rewriter.syntax.positions import LINE_END
from rewriter.syntax.tree import FUNCTION_TYPES
from rewriter.trace.names import is_anonymous_definition, unused_prefix
from rewriter.trace.positions import find_token, lines_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from rewriter.scopes import Scope, Scopes, Variable
    from rewriter.syntax.tree import Node, Tree
    from store.facts import Function, Refusal

FRAMELESS = frozenset({*FUNCTION_TYPES, "ClassBody", "PropertyDefinition"})
"""Written anew even where nobody observes: their code may run later, observed."""

LISTS = frozenset({"BlockStatement", "StaticBlock", "SwitchCase"})
"""Where statements stand one after the other."""

# Their parts are names, or the same offsets twice.
VERBATIM = frozenset(
    {
        "ExportAllDeclaration",
        "ExportSpecifier",
        "Identifier",
        "ImportAttribute",
        "ImportDeclaration",
        "Literal",
        "MetaProperty",
        "PrivateIdentifier",
        "Super",
        "TemplateElement",
        "ThisExpression",
    }
)


@dataclass(slots=True)
class Frame:
    """The function that is being written, and what its prologue must declare."""

    function: Node
    scope: Scope
    full: bool
    """False: only entry and exit are told, the body is opaque."""
    suspends: bool
    """A generator or async function: it exits when it first suspends."""
    began: int = 0
    """The mark of its body."""
    depth: int = 0
    deepest: int = 0
    kept: list[str] = field(default_factory=list[str])
    """Variables that live longer than an expression."""
    opaque: dict[str, int] = field(default_factory=dict[str, int])
    """What is told at entry: what it is, at which site."""

    def temporary(self, prefix: str) -> str:
        """Return a variable that is free until ``depth`` is set back."""
        name = f"{prefix}{self.depth}"
        self.depth += 1
        self.deepest = max(self.deepest, self.depth)
        return name


class Writer:
    """Writes one text; ``rules`` say what becomes of the nodes of a type."""

    def __init__(
        self,
        tree: Tree,
        scopes: Scopes,
        script: int,
        rules: dict[str, Callable[[Writer, Node], str]],
    ) -> None:
        """Take what is written and the rules by type of node."""
        self.tree = tree
        self.scopes = scopes
        self.script = script
        self.rules = rules
        self.prefix = unused_prefix(tree)
        self.frame: Frame | None = None
        self.functions: list[Function] = []
        self.left_alone: list[Refusal] = []
        self.calls: list[int] = []
        self.local = ""
        """What each function says first, to get at the probe."""
        self.blocks: list[int] = []
        """Where the blocks begin that say that they ran, in the order of marks."""
        self.begins: dict[int, int] = {}
        """Row of a node that begins such a block -> the number of its mark."""
        self.gates: list[int] = []
        """Where the functions of a file begin, in the order of their gates."""
        self.marks = False
        """Whether literals say where their own text was (rewriter.trace.marks)."""
        self._count = 0
        self.shared: dict[Variable, bool] = {}
        """Which variables change and are used by several functions."""

    def name(self, short: str) -> str:
        """Return one of our own names: ``a`` for the activation and so on."""
        return self.prefix + short

    def serial(self) -> int:
        """Return a number that nobody else gets."""
        self._count += 1
        return self._count

    def write(self, node: Node) -> str:
        """Return the new text of a node."""
        rule = self.rules.get(node.type)
        if rule is not None and (self.frame is not None or node.type in FRAMELESS):
            text = rule(self, node)
        else:
            text = self.copy(node)
        number = self.begins.get(node.index)
        if number is None or self.frame is None:
            return text
        return said_to_run(node, f"{self.name('B')}[{number}]=1", text)

    def copy(self, node: Node) -> str:
        """Return a node with only its children written anew."""
        if node.type in VERBATIM:
            return self.text(node.start, node.end)
        if node.type == "Property" and node.flag("shorthand"):
            # Key and value begin together, and only a value may have a default.
            return self.span(node.start, node.end, [node.the("value")])
        return self.span(node.start, node.end, node.children())

    def text(self, start: int, end: int) -> str:
        """Return units as they are."""
        return self.tree.units[start:end]

    def span(self, start: int, end: int, nodes: Iterable[Node]) -> str:
        """Return a stretch of text with the nodes in it written anew."""
        return self.weave(start, end, ((node, self.write(node)) for node in nodes))

    def weave(self, start: int, end: int, parts: Iterable[tuple[Node, str]]) -> str:
        """Return a stretch of text with the nodes in it replaced by texts."""
        woven: list[str] = []
        at, units = start, self.tree.units
        for node, text in parts:
            assert node.start >= at, f"{node} overlaps what is before it"
            woven += units[at : node.start], text
            at = node.end
        woven.append(units[at:end])
        return "".join(woven)

    def plain(self, node: Node) -> str:
        """Return a node unobserved; the functions in it are written all the same."""
        frame, self.frame = self.frame, None
        try:
            return self.write(node)
        finally:
            self.frame = frame

    def breaks(self, start: int, end: int) -> str:
        """Return only the line breaks of a stretch that is left out."""
        return "\n" * len(LINE_END.findall(self.tree.units, start, end))

    def value(self, node: Node, text: str | None = None) -> str:
        """Return an expression that is assigned to one of our variables.

        An anonymous function or class must not take that variable's name.
        """
        written = self.write(node) if text is None else text
        if is_anonymous_definition(node):
            return f"(0,{written})"
        return f"({written})" if node.type == "SequenceExpression" else written

    def comma(self, parts: Sequence[str]) -> str:
        """Return a parenthesised sequence; empty parts are left out."""
        return f"({','.join(part for part in parts if part)})"

    def after(self, node: Node, token: str) -> int:
        """Return where the first such token after a node begins."""
        return find_token(self.tree, token, node.end)

    def line_of(self, offset: int) -> tuple[int, int]:
        """Return the 1-based line and column of an offset."""
        line0, column0 = lines_of(self.tree).position(offset)
        return line0 + 1, column0 + 1

    def open_frame(self) -> Frame:
        """Return the frame, which there must be."""
        assert self.frame is not None
        return self.frame

    def tell(self, call: str, *given: object) -> str:
        """Return a report whose value nobody uses; not made where nobody observes."""
        activation = self.name("a")
        words = ",".join(str(one) for one in (activation, *given))
        return f"{activation}&&{self.name('fx')}.{call}({words})"

    def tell_value(self, call: str, *given: object, value: str, plain: str) -> str:
        """Return a report that yields a value, written twice: ``plain`` unobserved."""
        activation = self.name("a")
        words = ",".join(str(one) for one in (activation, *given, value))
        return f"({activation}===0?{plain}:{self.name('fx')}.{call}({words}))"

    def opaque(self, node: Node, what: str) -> str:
        """Return the call that says: here is something we cannot see into."""
        return self.tell("opaque", node.start, repr(what))

    def is_captured(self, variable: Variable) -> bool:
        """Tell whether a variable belongs to a function around the frame's."""
        return not variable.scope.within(self.open_frame().function)


def said_to_run(node: Node, mark: str, text: str) -> str:
    """Return a node's new text with the mark that says that it ran."""
    if node.type == "BlockStatement":
        return f"{{{mark};{text[1:]}"
    if not node.type.endswith(("Statement", "Declaration")):
        return f"({mark},{text})"
    alone = node.field in {"consequent", "alternate", "body"} and (
        node.parent is not None and node.parent.type not in LISTS
    )
    return f"{{{mark};{text}}}" if alone else f"{mark};{text}"
