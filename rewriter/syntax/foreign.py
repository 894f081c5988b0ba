"""Which language a text is that does not parse as what it was taken for.

In: the units of a text and where the parser stopped. Out: a name and what helps; a
guess, for people to read, on which nothing else is built.
"""

from __future__ import annotations

import re
from typing import NamedTuple

ATTACH = "or attach to it by pid: V8 has what Node.js made of it"
COMPILE = "compile it first, with tsc, esbuild or Babel, and start what comes out"
HEAD = 2_000
"""Units in which a pragma is looked for."""
PRAGMA = re.compile(r"(?://|/\*)[^\n]*(?:\n[ \t]*\*[^\n]*)*@(?:no)?flow\b")
TYPE_WORD = re.compile(
    r"\b(?:abstract|as|declare|enum|implements|interface|is|keyof|namespace|override|"
    r"private|protected|public|readonly|satisfies|type)\s*\Z"
)
MODULE = re.compile(r"(?:import|export)\b(?!\s*\()")
AROUND = 40
"""Units before the place that are looked at."""


class Foreign(NamedTuple):
    """What a text seems to be."""

    name: str
    """``""`` when nothing speaks for another language."""
    remedy: str


def foreign(units: str, offset: int) -> Foreign:
    """Guess from the text around the offset at which parsing ended."""
    if PRAGMA.search(units[:HEAD]):
        strip = "take the types out first, with flow-remove-types or Babel, and start"
        return Foreign("Flow", f"{strip} what comes out, {ATTACH}")
    before, here = units[max(0, offset - AROUND) : offset], units[offset:]
    if MODULE.match(here):
        return Foreign(
            "an ES module",
            'name it .mjs, or put "type": "module" into its package.json: without, '
            f"Node.js finds out after it was handed to us; {ATTACH}",
        )
    if is_tag(before, here):
        return Foreign("JSX", f"{COMPILE}, {ATTACH}")
    if is_typed(before, here):
        return Foreign("TypeScript", f"{COMPILE}, {ATTACH}")
    return Foreign(
        "",
        "if `node --check` takes it, its syntax is newer than our parser: update "
        "fluxion; if a loader compiles it, start what the loader makes of it",
    )


def is_tag(before: str, here: str) -> bool:
    """Tell whether an element begins here: no operand stands before the ``<``."""
    opens = re.match(r"<(?:[A-Za-z_$]|>)", here) is not None
    operand = re.search(r"[\w$)\]]\s*\Z", before) is not None
    return opens and (not operand or re.search(r"\breturn\s*\Z", before) is not None)


def is_typed(before: str, here: str) -> bool:
    """Tell whether a type stands here, or a word that only types have."""
    if re.match(r"\??:|<|!", here):
        return re.search(r"[\w$)\]}?]\s*\Z", before) is not None
    word = re.match(r"[\w$]+", here)
    return TYPE_WORD.search(before + (word.group() if word else "")) is not None or (
        TYPE_WORD.search(before) is not None
    )
