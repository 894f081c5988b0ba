"""Random programs that log everything they do, for tests that compare two runs.

In: a random generator. Out: the text of a program. It always ends: loops and calls
burn fuel. With hooks, the program tells an oracle where each activation begins, ends,
waits and goes on, by what only the oracle's setters see.
"""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

from tests.rewriter.trace.expressions import INDEXES, Expressions

PRELUDE = (
    Path(__file__).parents[2] / "golden" / "trace" / "random_prelude.js"
).read_text("utf-8")
STATEMENTS, SELDOM = (
    part.splitlines()
    for part in (Path(__file__).parents[2] / "golden/trace/random_statements.txt")
    .read_text("utf-8")
    .split("\n\n")
)
"""Statements, and those that nobody can see into; a letter after @ is a gap."""
SHARED = re.findall(
    r"\w+",
    "a b c d h k mp st ta dv wm re dt fr bf deep B K L ki kb seen it count fuel vault"
    " rx so va",
)
"""What the prelude declares and everything can reach."""


RARE = 0.06
"""How many programs have something that nobody can see into."""


class Generator(Expressions):
    """Writes one program."""

    def __init__(
        self, random: Random, *, hooks: bool = False, rare: float = RARE
    ) -> None:
        """Take the source of chance; ``rare``: the share of opaque programs."""
        super().__init__(random)
        self.hooks = hooks
        self.share = rare

    def program(self) -> str:
        """A few functions, called one after the other."""
        parts = [PRELUDE]
        self.rare = self.random.random() < self.share
        if self.hooks:
            parts.append(f"$h.p = () => ({{{', '.join(SHARED)}}});")
        for number in range(3):
            kind = self.random.choice(("", "", "", "async ", "*", "async *"))
            word = f"{'async ' if 'async' in kind else ''}function{'*' * ('*' in kind)}"
            strict = self.random.choice(("", "", "'use strict';"))
            call = f"main{number}({self.simple()}, {self.simple()})"
            if self.random.random() < 0.3:
                call = call.replace("(", ".call(vault.m, ", 1)
            names = self.random.choice(("x, y", "x, y", "x, ...y", "{ p: x, l: y }"))
            if names != "x, y" or self.random.random() < 0.1:
                strict = ""
            if names == "x, y" and self.random.random() < 0.2:
                names = f"x, y = {self.aside()}"
                strict = ""
            own = ("x", "...y") if "..." in names else ("x", "y")
            body = self.body(kind, LONG, own, "let z;", is_arrow=False)
            parts.append(f"{word} main{number}({names}) {{ {strict} {body} }}")
            if kind == "*":
                call = f"[...{call}]"
            if kind == "async *":
                call = (
                    f"(async () => {{ for await (const v of {call}) log(show(v)) }})()"
                )
            if "async" in kind:
                call += ".then((v) => log('then', show(v)), (e) => log(String(e)))"
            parts.append(
                f"try {{ log('done', show({call})) }} catch (e) {{ log(String(e)) }}"
            )
        parts.append(f"log({', '.join(f'show({name})' for name in SHARED[:6])});")
        return "\n".join(parts)

    def body(
        self,
        kind: str,
        depth: int,
        names: tuple[str, ...],
        first: str,
        *,
        is_arrow: bool,
    ) -> str:
        """The statements of a function, told to the oracle."""
        outer, self.kind = self.kind, kind
        text = self.block(3, 7) if depth == LONG else self.block(depth)
        self.kind = outer
        if not self.hooks:
            return f"{first} let $t; {text}"
        values = (
            [*names] if is_arrow or self.random.random() < 0.5 else [*names, "this"]
        )
        peek = ""
        own = [n.strip(".") for n in (*names, "z") if n in names or first]
        if own and self.random.random() < 0.5:
            peek = f"$h.p = () => ({{{', '.join(own)}}});"
        return (
            f"{first} let $t; const $a = $h.a; {peek} $a.i = [{', '.join(values)}];"
            f" try {{ {text} }} finally {{ $a.o = 0 }}"
        )

    def block(self, depth: int, least: int = 1) -> str:
        ending = self.random.choice(("\n", ";\n", "; "))
        if self.hooks and self.random.random() < 0.5:
            ending = "; $a.c = 0; "
        count = self.random.randint(least, least + 3)
        return ending.join(self.tried(depth) for _ in range(count)) + ending

    def tried(self, depth: int) -> str:
        """A statement; most may not end the program."""
        text = self.statement(depth)
        if self.random.random() < 0.5:
            return text
        return f"try {{ {text} }} catch (e) {{ log(String(e)) }}"

    def statement(self, depth: int) -> str:
        if depth <= 0:
            return f"log(show({self.expression(1)}))"
        if self.random.random() < 0.35:
            return self.newer_statement(depth)
        e, s, b = self.expression, self.statement, self.block
        target = self.random.choice(("a", "x", "k.p", "z"))
        return self.random.choice(
            [
                lambda: f"log(show({e(depth)}))",
                lambda: e(depth) if self.random.random() < 0.5 else f"({e(depth)})",
                lambda: f"if ({e(1)}) {s(depth - 1)}; else {{ {b(depth - 1)} }}",
                lambda: f"for (let i = 0; i < 2; i++) {{ burn(); {b(depth - 1)} }}",
                lambda: f"for (const v of {e(1)}) {{ burn(); log(show(v)); {b(0)} }}",
                lambda: f"for ({target} in {e(1)}) {{ burn(); {b(0)} }}",
                lambda: (
                    f"try {{ {b(depth - 1)} }} catch (e) {{ log(e.message); {b(0)} }}"
                ),
                lambda: (
                    f"try {{ {b(depth - 1)} }} catch {{ {b(0)} }}"
                    f" finally {{ log('fin'); {b(0)} }}"
                ),
                lambda: (
                    f"{{ const {{ p: q, l: [r = {e(1)}], ...t }} = {e(1)};"
                    f" log(show(q), show(r), show(t)) }}"
                ),
                lambda: f"{{ let [q, ...r] = {e(1)}; log(show(q), show(r)) }}",
                lambda: (
                    f"switch ({e(1)}) {{ case {e(1)}: {b(0)} break; default: {b(0)} }}"
                ),
                lambda: f"out: {{ {b(0)} if ({e(1)}) break out; {b(0)} }}",
                lambda: f"if ({e(1)}) return {e(1)}",
                lambda: f"if ({e(0)}) throw new Error(show({e(1)}))",
                lambda: f"(function () {{ {self.inner('', depth)} }}).call({e(1)})",
                lambda: (
                    f"{{ function inner(x) {{ {self.inner('', 1, ('x',))} }}"
                    f" inner({e(1)}) }}"
                ),
            ]
        )()

    def inner(self, kind: str, depth: int, names: tuple[str, ...] = ()) -> str:
        """The body of a function in a function."""
        return self.body(kind, depth - 1, names, "", is_arrow=True)

    def newer_statement(self, depth: int) -> str:
        """A statement of the list, its gaps filled."""
        rarely = self.rare and self.random.random() < 0.1
        text = self.random.choice(SELDOM if rarely else STATEMENTS)
        return re.sub("@[a-z]", lambda gap: self.gap(gap[0], depth), text)

    def gap(self, gap: str, depth: int) -> str:
        """What may stand where the list has a letter."""
        choice = self.random.choice
        match gap:
            case "@v":
                return self.simple()
            case "@b":
                return self.block(0)
            case "@c":
                return choice(("B", "K", "L", "Array", "Map"))
            case "@d":
                return choice(("k.q", "d?.[1]?.p", "k.o.q", "deep[sy]", "h?.p", "d[0]"))
            case "@i":
                return self.inner("", 1)
            case "@j":
                return self.inner("", 1, ("v",))
            case "@k":
                return choice(INDEXES)
            case "@l":
                return self.list()
            case "@p":
                return self.plain_list()
            case "@q":
                return self.pairs()
            case "@s":
                return self.suspended(depth)
            case "@t":
                return choice(("a", "k.q", "d[0]", "[k.n]", "{ n: h.p }", "[a, ki.q]"))
            case _:
                return self.expression(1)

    def suspended(self, depth: int) -> str:
        """A statement that waits, where one may."""
        e = self.expression
        if "async" in self.kind:
            value = self.random.choice(
                (f"later({e(0)})", e(1), f"Promise.resolve({e(0)})")
            )
            waited = self.stop("await", value)
            if self.random.random() < 0.3:
                source = self.random.choice((f"flow({e(0)})", self.list()))
                return f"for await (const v of {source}) {{ burn(); log(show(v)) }}"
            if self.random.random() < 0.3:
                return f"try {{ {waited} }} catch (e) {{ e.n = {e(0)}; e = {e(0)} }}"
            return f"{{ const v = {waited}; if (v) v.n = {e(0)} }}"
        if "*" in self.kind:
            return f"{{ const v = {self.stop('yield', e(1))}; if (v) v.n = {e(0)} }}"
        return f"log(show({e(depth)}))"


LONG = -1
"""Stands for the depth of a function that is called for sure."""
