"""Choose what to send: the captured requests, one by one and spread over lanes.

In: captured requests. Out: jobs in the order in which they are sent. Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fluxion.verify.client import Job

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from store.facts import CapturedRequest

LANES = 4
LEAST = 32
"""So many requests are sent at least: few would hardly meet."""
BUDGET_MS = 20_000.0
"""So long may they take, one after another; they are repeated up to it."""
OPEN_LANE = 1_000
_READS = {"GET", "HEAD", "OPTIONS"}


def sequential(requests: Sequence[CapturedRequest]) -> list[Job]:
    """Return the requests as recorded, each on its own client's connection."""
    return [Job(n, r, r.connection) for n, r in enumerate(requests)]


def spread(
    jobs: Sequence[Job], open_jobs: Collection[int], latencies: Mapping[int, float]
) -> list[Job]:
    """Return jobs for a concurrent run.

    First as they come, writes spread among the reads; then one round for each route,
    whose requests are sent at the same moment on all lanes, so that they meet for
    sure; then again as they come, up to a number and a budget. A response that never
    ends has a lane of its own. Numbers are new; a job keeps its request.
    """
    waiting = [job for job in jobs if job.number in open_jobs]
    passing = interleave([job for job in jobs if job.number not in open_jobs])
    cost = sum(latencies.get(job.number, 0.0) for job in passing)
    result = _lanes([], passing, after=0)
    for chosen in _by_route(passing):
        price = sum(latencies.get(job.number, 0.0) for job in chosen)
        if cost + price <= BUDGET_MS:
            cost += price
            result += _lanes(result, chosen, after=len(result))
    while passing and len(result) < LEAST and cost * 2 <= BUDGET_MS:
        cost *= 2
        result += _lanes(result, passing, after=0)
    last = len(result)
    for index, job in enumerate(waiting):
        # The first is there from the start; the others join between two answers.
        number = last + index
        after = index * last // len(waiting)
        result.append(Job(number, job.request, OPEN_LANE + number, after))
    return result


def _lanes(before: Sequence[Job], jobs: Sequence[Job], *, after: int) -> list[Job]:
    return [
        Job(len(before) + index, job.request, index % LANES, after)
        for index, job in enumerate(jobs)
    ]


def _by_route(jobs: Sequence[Job]) -> list[list[Job]]:
    """Return, for each route, as many of its requests as there are lanes."""
    routes: dict[str, list[Job]] = {}
    for job in jobs:
        routes.setdefault(job.title.partition("?")[0], []).append(job)
    ranked = sorted(routes.values(), key=lambda r: r[0].request.method in _READS)
    return [(same * LANES)[:LANES] for same in ranked]


def interleave(jobs: Sequence[Job]) -> list[Job]:
    """Spread writes evenly among reads; each kind keeps its order."""
    reads = [job for job in jobs if job.request.method in _READS]
    writes = [job for job in jobs if job.request.method not in _READS]
    if not reads or not writes:
        return list(jobs)
    ranked = [((i + 0.5) / len(reads), job) for i, job in enumerate(reads)]
    ranked += [((i + 0.5) / len(writes), job) for i, job in enumerate(writes)]
    return [job for _, job in sorted(ranked, key=lambda item: item[0])]
