"""UTF-16 code units as characters.

In: text. Out: text with one character for each code unit, so that JavaScript's offsets
can index it; and back. Lone surrogates survive both ways.
"""

from __future__ import annotations

from array import array


def to_units(text: str) -> str:
    """Return the text with one character for each UTF-16 code unit."""
    if text.isascii() or max(text) <= "\uffff":
        return text
    units = array("H", text.encode("utf-16-le", "surrogatepass"))
    return "".join(map(chr, units))


def from_units(units: str) -> str:
    """Join surrogate pairs again: the inverse of ``to_units``."""
    if units.isascii():
        return units
    return units.encode("utf-16-le", "surrogatepass").decode(
        "utf-16-le", "surrogatepass"
    )
