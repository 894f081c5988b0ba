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
    """Return jobs for a concurrent run, writes spread among the reads.

    A response that never ends has a lane of its own, and is asked for once. Numbers
    are new; a job keeps its request.
    """
    waiting = [job for job in jobs if job.number in open_jobs]
    passing = interleave([job for job in jobs if job.number not in open_jobs])
    once = max(1.0, sum(latencies.get(job.number, 0.0) for job in passing))
    times = max(1, min(-(-LEAST // max(1, len(passing))), int(BUDGET_MS // once)))
    chosen = [job.request for job in passing] * times
    result = [
        Job(index, request, index % LANES) for index, request in enumerate(chosen)
    ]
    for index, job in enumerate(waiting, len(chosen)):
        # The first is there from the start; the others join between two answers.
        after = (index - len(chosen)) * len(chosen) // len(waiting)
        result.append(Job(index, job.request, OPEN_LANE + index, after))
    return result


def interleave(jobs: Sequence[Job]) -> list[Job]:
    """Spread writes evenly among reads; each kind keeps its order."""
    reads = [job for job in jobs if job.request.method in _READS]
    writes = [job for job in jobs if job.request.method not in _READS]
    if not reads or not writes:
        return list(jobs)
    ranked = [((i + 0.5) / len(reads), job) for i, job in enumerate(reads)]
    ranked += [((i + 0.5) / len(writes), job) for i, job in enumerate(writes)]
    return [job for _, job in sorted(ranked, key=lambda item: item[0])]
