"""Make text that somebody else chose harmless on a terminal.

In: a name, a url, a path from a target or a store. Out: one line without control
characters, direction overrides or line breaks, at most so long.
"""

from __future__ import annotations

import json
import unicodedata

LIMIT = 120
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def inert(text: str, limit: int = LIMIT) -> str:
    """Show what is not printable as what it is, and cap the length."""
    shown = text[: limit + 1]
    if not (shown.isascii() and shown.isprintable()):
        shown = "".join(map(_shown, shown))
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def inert_json(text: str) -> str:
    """Escape, in JSON, what a terminal obeys; it means the same to a program."""
    for character in set(text):
        if unicodedata.category(character) in _HIDDEN:
            text = text.replace(character, json.dumps(character)[1:-1])
    return text


def _shown(character: str) -> str:
    code = ord(character)
    if unicodedata.category(character) not in _HIDDEN:
        return character
    if code < 0x20:
        return chr(0x2400 + code)
    return f"\\u{{{code:x}}}"
