"""What Node says of texts, beside what the parser says.

In: sources. Out: one ``Verdicts`` that adds up how often they agree.
"""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self, get_args

from rewriter.syntax.tree import Kind, Tree

if TYPE_CHECKING:
    from rewriter.syntax.client import Syntax
    from tests.rewriter.packages import Source

SCRIPT = Path(__file__).with_name("run_node.cjs")
PAIRS = ((True, True), (False, False), (True, False), (False, True))
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass
class Verdicts:
    """How often each side compiles a text, as each kind of source."""

    counts: Counter[tuple[Kind, bool, bool]] = field(default_factory=Counter)
    """By kind, whether we parse it, whether Node compiles it."""
    differ: list[str] = field(default_factory=list)
    """Where one side does and the other does not."""
    packages: Counter[str] = field(default_factory=Counter)
    """Files of each package that Node compiles as at least one kind."""

    @property
    def compiled(self) -> int:
        """Texts that Node compiles, counted once for each kind."""
        return sum(n for (_, _, node), n in self.counts.items() if node)

    @property
    def table(self) -> str:
        """Print both sides."""
        lines = [f"{'':10}{'both':>8}{'neither':>9}{'ours only':>11}{'Node only':>11}"]
        for kind in KINDS:
            both, neither, ours, node = (
                self.counts[kind, ours, node] for ours, node in PAIRS
            )
            lines.append(f"{kind:10}{both:8}{neither:9}{ours:11}{node:11}")
        return "\n".join([*lines, *self.differ])


class Compiler:
    """A Node process that compiles texts and runs nothing."""

    def __init__(self, node: Path) -> None:
        flags = ("--no-warnings", "--experimental-vm-modules", "--stack-size=5000")
        self._popen = subprocess.Popen(
            [str(node), *flags, str(SCRIPT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._popen.kill()
        self._popen.wait()
        for pipe in (self._popen.stdin, self._popen.stdout):
            if pipe is not None:
                pipe.close()

    def refusal(self, text: str, kind: Kind) -> str:
        """Return why Node does not compile a text, "" when it does."""
        assert self._popen.stdin is not None
        assert self._popen.stdout is not None
        self._popen.stdin.write(json.dumps({"text": text, "kind": kind}) + "\n")
        self._popen.stdin.flush()
        answer = json.loads(self._popen.stdout.readline())
        return str(answer.get("refused", ""))


def compare(
    verdicts: Verdicts, syntax: Syntax, compiler: Compiler, source: Source
) -> None:
    """Judge one file as each kind of source."""
    fine = False
    for kind in KINDS:
        ours = syntax.try_parse(source.text, kind)
        theirs = compiler.refusal(source.text, kind)
        parsed = isinstance(ours, Tree)
        verdicts.counts[kind, parsed, not theirs] += 1
        fine = fine or not theirs
        if parsed == bool(theirs):
            why = theirs if isinstance(ours, Tree) else ours.reason
            verdicts.differ.append(f"{source.file} as {kind}: {why}")
    verdicts.packages[source.package] += fine
