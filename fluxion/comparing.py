"""Compare what the example's driver saw on the original and on the compiled app.

In: results of the driver. Out: how many frames and answers there were, how many are
the original's, post by post, and what is wrong with the others. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Result = Mapping[str, Any]


@dataclass(slots=True)
class Compared:
    """Frames and answers, counted."""

    total: int = 0
    identical: int = 0
    problems: list[str] = field(default_factory=list)

    def count(self, what: str, *, same: bool) -> None:
        """Count one comparison."""
        self.total += 1
        self.identical += same
        if not same:
            self.problems.append(what)


def compare_drives(
    original: Result, compiled: Result, together: Sequence[Result]
) -> Compared:
    """Compare two sequential results, then concurrent ones with the first.

    One after another everything must be the same. Together the order of the posts is
    free: every frame must be the picture of the post that the answers say it is.
    """
    found = Compared()
    pictures = pictures_of(original)
    for name, result in (("original", original), ("compiled", compiled)):
        for error in result["errors"]:
            found.count(f"{name}, one after another: {error}", same=False)
    for mine, other in zip(original["posts"], compiled["posts"], strict=False):
        found.count(f"answer to post {mine['n']}", same=mine == other)
    for index, (mine, other) in enumerate(
        zip(original["listeners"], compiled["listeners"], strict=False)
    ):
        _compare_frames(found, index, mine["frames"], other["frames"])
    for result in together:
        for error in result["errors"]:
            found.count(f"together: {error}", same=False)
        _compare_pictures(found, result, pictures)
    return found


def pictures_of(original: Result) -> dict[int, str]:
    """Return the picture of each post, from a run of one after another."""
    listeners = original["listeners"]
    if not listeners:
        return {}
    numbers = [post["n"] for post in original["posts"]]
    return dict(zip(numbers, listeners[0]["frames"], strict=False))


def _compare_frames(
    found: Compared, index: int, mine: Sequence[str], other: Sequence[str]
) -> None:
    if len(mine) != len(other):
        found.count(
            f"listener {index}: {len(other)} frames instead of {len(mine)}", same=False
        )
    for number, (one, two) in enumerate(zip(mine, other, strict=False), 1):
        found.count(f"listener {index}, frame {number}", same=one == two)


def _compare_pictures(
    found: Compared, result: Result, pictures: Mapping[int, str]
) -> None:
    order = sorted(result["posts"], key=lambda post: int(post["headers"]["x-frame"]))
    for index, listener in enumerate(result["listeners"]):
        frames = listener["frames"]
        expected = [pictures.get(post["n"]) for post in order][-len(frames) :]
        for number, (one, two) in enumerate(zip(expected, frames, strict=False), 1):
            found.count(f"together: listener {index}, frame {number}", same=one == two)
