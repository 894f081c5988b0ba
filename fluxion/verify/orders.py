"""Say in which serial orders a concurrent run may have happened.

In: what a concurrent run answered, and the order in which the server committed. Out:
orders of jobs to try, the likeliest first. Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fluxion.verify.play import Transcript


def orders(
    seen: Transcript, committed: Sequence[tuple[int, int]]
) -> list[tuple[str, list[int]]]:
    """Return named orders, each of all jobs, without repeats."""
    completion = _by_completion(seen)
    candidates = [
        ("commit", _by_commit(seen, committed, completion)),
        ("completion", completion),
        ("arrival", list(dict.fromkeys(seen.arrivals))),
    ]
    result: list[tuple[str, list[int]]] = []
    for name, order in candidates:
        if order and all(order != known for _, known in result):
            result.append((name, order))
    return result


def _by_completion(seen: Transcript) -> list[int]:
    """Order by when an answer ended; what never ended, by when it began."""
    ended = {number: at for at, number in seen.completed}
    times = [(at, number) for at, number in seen.completed]
    times += [(at, number) for at, number in seen.begun if number not in ended]
    order = [number for _, number in sorted(times)]
    return order + [n for n in dict.fromkeys(seen.arrivals) if n not in set(order)]


def _by_commit(
    seen: Transcript, committed: Sequence[tuple[int, int]], completion: list[int]
) -> list[int]:
    """Order by the server's own word; what it did not log goes by completion."""
    known = [seen.keys[key] for key in committed if key in seen.keys]
    order = list(dict.fromkeys(known))
    if not order:
        return []
    place = {number: index for index, number in enumerate(completion)}
    missing = [n for n in completion if n not in set(order)]
    for number in missing:
        later = (i for i, n in enumerate(order) if place[n] > place[number])
        order.insert(next(later, len(order)), number)
    return order
