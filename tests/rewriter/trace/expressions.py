"""Random expressions of JavaScript: the half of the generator below statements.

In: a random generator. Out: texts. Names are those of the prelude and of the functions
that the generator writes.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

NAMES = ("a", "b", "c", "d", "h", "k", "x", "y", "z", "nope", "ki", "kb")
KEYS = ("p", "g", "s", "l", "n", "m", "q", "o")
INDEXES = ("'p'", "'q'", "0", "1", "sy", "`o`", "-1", "'l'")
USES = Path(__file__).parents[2] / "golden" / "trace" / "random_uses.txt"
BUILT_IN, SELDOM = (part.splitlines() for part in USES.read_text("utf-8").split("\n\n"))
"""Uses of the language and of the prelude; what nobody can see into, or not yet.

``$0`` and ``$1`` stand for values.
"""


class Expressions:
    """Writes expressions."""

    def __init__(self, random: Random) -> None:
        """Take the source of chance."""
        self.random = random
        self.kind = ""
        self.rare = False
        self.hooks = False

    def inner(self, kind: str, depth: int, names: tuple[str, ...] = ()) -> str:
        """The body of a function in a function."""
        raise NotImplementedError

    def simple(self) -> str:
        return self.random.choice(
            (*NAMES, "1", "'p'", "null", "undefined", "[1, 2]", "make(7)", "this")
        ).replace("this", "k")

    def aside(self) -> str:
        """What a parameter's value may be."""
        return self.random.choice(("1", "x", "(k.p = x)", "d.push(x)", "f(x)", "a++"))

    def list(self) -> str:
        return self.random.choice(
            ("d", "[k, b]", "k", "mp.values()", "deep.o.p", "st", "items(k)", "B.s")
        )

    def plain_list(self) -> str:
        """What a pattern can look into."""
        return self.random.choice(("d", "[k, b]", "deep.o.p", "st", "B.s", "[...mp]"))

    def pairs(self) -> str:
        return self.random.choice(
            ("mp", "Object.entries(k)", "mp.entries()", "d.entries()", "[d, k.l]")
        )

    def built_in(self) -> str:
        """A use of something of the language, or of the prelude."""
        rarely = self.rare and self.random.random() < 0.05
        text = self.random.choice(SELDOM if rarely else BUILT_IN)
        text = text.replace("$0", self.simple()).replace("$1", self.simple())
        if (
            text.startswith(("delete", "new ", "f.", "[...", "d.", "mp"))
            and " = " not in text
        ):
            return text
        return f"({text})"

    def stop(self, word: str, value: str) -> str:
        """``await`` or ``yield``, told to the oracle."""
        if word == "await" and self.random.random() < 0.2:
            value = self.random.choice(("sooner", "never"))
        if not self.hooks:
            return f"({word} {value})"
        return f"($t = {word} ($t = {value}, $a.s = 0, $t), $a.r = 0, $t)"

    def expression(self, depth: int) -> str:
        if depth <= 0:
            return self.simple()
        r, e = self.random, self.expression
        if r.random() < 0.35:
            return self.used(depth)
        n, key = r.choice(NAMES), r.choice(KEYS)
        o = r.choice(("b", "k", "d", "d[1]", "x", "c", "this", n))
        index = e(0) if self.rare and r.random() < 0.1 else r.choice(INDEXES)
        member = r.choice((f"{o}.{key}", f"{o}[{index}]", f"({e(depth - 1)}).{key}"))
        operator = r.choice(("+", "-", "*", "===", "<", "&&", "||", "|"))
        assign = r.choice(("=", "+=", "||=", "&&=", "??=", "-="))
        target = r.choice((r.choice(NAMES), f"{o}.{key}", f"{o}[{index}]"))
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
                lambda: f"{o}?.[{index}]",
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

    def used(self, depth: int) -> str:
        """A built-in function, or something done with what one gave."""
        r, e = self.random, self.expression
        if r.random() < 0.5:
            return self.built_in()
        found, key = self.built_in(), r.choice(KEYS)
        return r.choice(
            [
                lambda: f"({found}.{key} = {e(depth - 1)})",
                lambda: f"({found}?.{key})",
                lambda: f"f({found})",
                lambda: f"(h = {found})",
                lambda: f"got({found}).{key}",
                lambda: (
                    f"(((v) => {{ {self.inner('', 1, ('v',))} v.{key} = {e(0)};"
                    f" return v }})({found}))"
                ),
                lambda: f"({found}.{key} ??= {e(0)})",
                lambda: f"({found}.{key}++)",
            ]
        )()
