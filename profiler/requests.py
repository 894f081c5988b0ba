"""Captured requests of all isolates, in the order in which they came.

In: requests by stream and number. Out: CapturedRequest facts. With one stream the
probe's own numbers stay; with several, requests and connections are numbered anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from profiler.streams import Numbers
from store.facts import CapturedRequest


def requests_of(
    found: Mapping[tuple[int, int], CapturedRequest], numbers: Numbers
) -> tuple[CapturedRequest, ...]:
    """Return the requests of ``(stream, number)`` on one timeline."""
    moved = [
        (
            prefix,
            replace(
                found[prefix, number],
                at_us=numbers.at(prefix, found[prefix, number].at_us),
                process=numbers.process(prefix),
            ),
        )
        for prefix, number in sorted(found)
    ]
    if len({prefix for prefix, _ in moved}) < 2:
        return tuple(request for _, request in moved)
    moved.sort(key=lambda item: item[1].at_us)
    connections: dict[tuple[int, int], int] = {}
    return tuple(
        replace(
            request,
            number=number,
            connection=connections.setdefault(
                (prefix, request.connection), len(connections) + 1
            ),
        )
        for number, (prefix, request) in enumerate(moved, 1)
    )
