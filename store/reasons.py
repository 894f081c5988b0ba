"""What a code of a refusal means, in words for the user.

In: nothing. Out: the type of the rows that each room's table of codes is made of, and
their text. A code is never given a second meaning.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """One row of a table of refusals."""

    title: str
    explanation: str
    """Whole sentences: why it has to be so."""
    remedy: str
    """What the user can do, without a full stop."""

    def text(self) -> str:
        """Return what follows the code where a reason is explained."""
        return f"{self.title}\n\n{self.explanation}\n\nWhat helps: {self.remedy}."
