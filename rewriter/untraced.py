"""What a recording ended too early to know: calls that take the time, never traced.

In: a recording, and the calls that could have been cut. Out: names of the functions on
the way that only samples tell of and that nothing forbade to trace; and a refusal whose
remedy says so. What is not known of them, an argument or a result, counts against a
cut, so a longer recording may find otherwise.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rewriter.modules import function_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rewriter.modules import Spot
    from rewriter.spine import Candidate
    from store.facts import Recording, Refusal

LARGE = 0.5
"""Share of a callback's time from which on a call is one to know more of."""
MOST_NAMES = 3


class Untraced:
    """The functions of one recording that nobody traced, though somebody might have."""

    def __init__(self, recording: Recording) -> None:
        """Take a recording; in one that only watched, nothing was to be traced."""
        self._is_telling = any(one.basis == "block" for one in recording.coverage)
        self._traced = {cost.function for cost in recording.costs}
        self._refused = {refusal.function for refusal in recording.refusals}

    def names(self, candidates: Sequence[Candidate]) -> list[str]:
        """Return who calls where most of the time goes, and who is called first."""
        large = [one for one in candidates if one.share >= LARGE]
        spots = [one.host for one in large] + [one.callee for one in large[:1]]
        untraced = [spot for spot in spots if spot and self._is_untraced(spot)]
        return list(
            dict.fromkeys(
                function_name(spot.node) or "(anonymous)" for spot in untraced
            )
        )

    def _is_untraced(self, spot: Spot) -> bool:
        known = spot.ref in self._traced or spot.ref in self._refused
        return self._is_telling and not known

    def advised(self, refusal: Refusal, candidates: Sequence[Candidate]) -> Refusal:
        """Return a refusal whose remedy is to record longer, where that may help."""
        names = self.names(candidates)
        if not names:
            return refusal
        more = (
            "" if len(names) <= MOST_NAMES else f" and {len(names) - MOST_NAMES} more"
        )
        said = ", ".join(names[:MOST_NAMES]) + more
        return replace(
            refusal,
            remedy=f"record longer: {said} had not been traced yet, and what is not "
            f"known of a call counts against it. Else: {refusal.remedy}",
        )
