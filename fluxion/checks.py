"""One thing that ``doctor`` looked at.

In: what was found. Out: a line of text, or a row for programs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from fluxion.inert import inert

if TYPE_CHECKING:
    from collections.abc import Iterable

_WORDS = {"ok": "ok ", "no": "NO ", "warning": "!  ", "fact": "   "}


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, and how it stands."""

    about: str
    """One word for programs, such as ``inspector``."""
    what: str
    state: Literal["ok", "no", "warning", "fact"] = "ok"
    remedy: str = ""
    """What to do where something is wrong."""

    @property
    def good(self) -> bool:
        """Whether nothing keeps fluxion from working."""
        return self.state != "no"

    def text(self) -> str:
        """Return one line, or two where something is to be done."""
        line = f"{_WORDS[self.state]} {inert(self.what, 400)}"
        return f"{line}\n      {inert(self.remedy, 300)}" if self.remedy else line

    def row(self) -> dict[str, Any]:
        """Return the documented keys."""
        return {
            "about": self.about,
            "what": self.what,
            "ok": self.good,
            "state": self.state,
            "remedy": self.remedy,
        }


def of(about: str, what: str, *, good: bool, remedy: str = "") -> Check:
    """Return a check that either holds or comes with its remedy."""
    return Check(about, what, "ok") if good else Check(about, what, "no", remedy)


def fact(about: str, what: str) -> Check:
    """Return something to know, neither good nor bad."""
    return Check(about, what, "fact")


def text(checks: Iterable[Check]) -> str:
    """Return the lines of all."""
    return "\n".join(check.text() for check in checks)
