"""Random programs that log everything they do, for tests that compare two runs.

In: a random generator. Out: the text of a program. It always ends: loops and calls
burn fuel.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

PRELUDE = (
    Path(__file__).parents[2] / "golden" / "trace" / "random_prelude.js"
).read_text("utf-8")
NAMES = ("a", "b", "c", "d", "h", "k", "x", "y", "z", "nope")
KEYS = ("p", "g", "s", "l", "n", "m", "q")


class Generator:
    """Writes one program."""

    def __init__(self, random: Random) -> None:
        """Take the source of chance."""
        self.random = random

    def program(self) -> str:
        """A few functions, called one after the other."""
        parts = [PRELUDE]
        for number in range(3):
            kind = self.random.choice(("", "", "", "async ", "*"))
            word = "async function" if kind == "async " else f"function{kind}"
            strict = self.random.choice(("", "", "'use strict';"))
            body = self.block(3)
            parts.append(f"{word} main{number}(x, y) {{ {strict} let z; {body} }}")
            call = f"main{number}({self.simple()}, {self.simple()})"
            if kind == "*":
                call = f"[...{call}]"
            parts.append(
                f"try {{ log('done', show({call})) }} catch (e) {{ log(String(e)) }}"
            )
        parts.append("log(show(a), show(b), show(c), show(d), show(h), show(k));")
        return "\n".join(parts)

    def block(self, depth: int) -> str:
        ending = self.random.choice(("\n", ";\n", "; "))
        count = self.random.randint(1, 4)
        return ending.join(self.statement(depth) for _ in range(count)) + ending

    def statement(self, depth: int) -> str:
        if depth <= 0:
            return f"log(show({self.expression(1)}))"
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
                lambda: f"(function () {{ {b(depth - 1)} }}).call({e(1)})",
                lambda: f"{{ function inner() {{ {b(0)} }} inner({e(1)}) }}",
            ]
        )()

    def simple(self) -> str:
        return self.random.choice(
            (*NAMES, "1", "'p'", "null", "undefined", "[1, 2]", "make(7)", "this")
        ).replace("this", "k")

    def expression(self, depth: int) -> str:
        if depth <= 0:
            return self.simple()
        r, e = self.random, self.expression
        n, key = r.choice(NAMES), r.choice(KEYS)
        o = r.choice(("b", "k", "d", "d[1]", "x", "c", "this", n))
        member = r.choice((f"{o}.{key}", f"{o}[{e(0)}]", f"({e(depth - 1)}).{key}"))
        operator = r.choice(("+", "-", "*", "===", "<", "&&", "||", "|"))
        assign = r.choice(("=", "+=", "||=", "&&=", "??=", "-="))
        target = r.choice((r.choice(NAMES), f"{o}.{key}", f"{o}[{e(0)}]"))
        return r.choice(
            [
                lambda: member,
                lambda: f"({e(depth - 1)} {operator} {e(depth - 1)})",
                lambda: f"({target} {assign} {e(depth - 1)})",
                lambda: f"({r.choice(('++', '--'))}{target})",
                lambda: f"({target}{r.choice(('++', '--'))})",
                lambda: f"f({e(depth - 1)})",
                lambda: f"f({e(0)}, ...{e(depth - 1)})",
                lambda: f"{o}.m({e(depth - 1)})",
                lambda: f"{o}?.m?.({e(depth - 1)})?.{key}",
                lambda: f"{o}?.[{e(0)}]",
                lambda: f"new K({e(depth - 1)}).r()",
                lambda: f"new ({o}.{key})({e(0)})",
                lambda: f"K.t({e(depth - 1)})",
                lambda: f"({e(0)} ? {e(depth - 1)} : {e(depth - 1)})",
                lambda: f"({e(depth - 1)}, {e(0)})",
                lambda: f"((v) => {e(depth - 1)})({e(0)})",
                lambda: (
                    f"(function (v) {{ return [this === undefined, {e(depth - 1)}] }})"
                    f"({e(0)})"
                ),
                lambda: f"[{e(0)}, ...{e(depth - 1)}]",
                lambda: f"{{ ...{e(0)}, q: {e(depth - 1)} }}".join("()"),
                lambda: f"`t${{show({e(depth - 1)})}}`",
                lambda: f"('p' in {e(depth - 1)})",
                lambda: f"(typeof {e(0)})",
                lambda: f"(delete {o}.{key})",
                lambda: f"([a, {o}.p = {e(0)}] = {e(depth - 1)})",
                lambda: f"({{ p: h, n: z = {e(0)} }} = {e(depth - 1)})",
                lambda: f"(h = () => {e(depth - 1)})",
                lambda: "h?.()",
                lambda: f"[1, 2].map((v) => {e(depth - 1)})",
            ]
        )()
