"""Ask the compiled app many things at once, and find a serial order that explains it.

In: a stage and what the sequential phase learnt. Out: findings, added to the outcome.
The answers and the files of the concurrent run must equal those of the original when
it is asked one request after another, in the compiled run's commit order, or else in
the order in which the answers ended, or in which the requests were sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fluxion.verify.jobs import spread
from fluxion.verify.mask import Difference, Mask, Noise, compare, learn
from fluxion.verify.orders import orders
from fluxion.verify.outcome import Finding
from fluxion.verify.play import Known, Transcript, concurrent
from fluxion.verify.sequential import play_once
from fluxion.verify.state import compare_files

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fluxion.verify.client import Job
    from fluxion.verify.outcome import Outcome
    from fluxion.verify.sequential import Learnt
    from fluxion.verify.stage import Stage

NAME = "compiled-concurrent"


def check_concurrent(stage: Stage, learnt: Learnt, outcome: Outcome) -> None:
    """Fill the outcome with what the concurrent phase finds."""
    jobs = spread(learnt.jobs, learnt.open, learnt.latencies)
    asked = {id(job.request): job.number for job in learnt.jobs}
    hopeless = {job.number for job in jobs if asked[id(job.request)] in learnt.open}
    known = {
        job.number: Known(job.number not in hopeless, begun=True, size=0)
        for job in jobs
    }
    with stage.serve(NAME, compiled=True) as server:
        seen = concurrent(jobs, server.port, stage.patience, known)
    outcome.count_fluxions(stage.report(NAME))
    best = _explain(stage, jobs, seen, known, learnt.noise, outcome)
    outcome.requests += len(jobs)
    outcome.identical += len(jobs) - sum(f.phase == "concurrent" for f in best)
    outcome.different += best


def _explain(
    stage: Stage,
    jobs: Sequence[Job],
    seen: Transcript,
    known: Mapping[int, Known],
    noise: Noise,
    outcome: Outcome,
) -> list[Finding]:
    """Return no finding when some order explains the run, else the fewest."""
    by_number = {job.number: job for job in jobs}
    best: list[Finding] | None = None
    for name, order in orders(seen, stage.order(NAME)):
        serial_jobs = [by_number[number] for number in order]
        found = _try(stage, name, serial_jobs, seen, known, noise)
        if not found:
            outcome.order = name
            return []
        if best is None or len(found) < len(best):
            best = found
    return best or []


def _try(
    stage: Stage,
    name: str,
    jobs: Sequence[Job],
    seen: Transcript,
    known: Mapping[int, Known],
    noise: Noise,
) -> list[Finding]:
    run = f"serial-{name}"
    first = play_once(stage, run, jobs, known)
    found = _differences(jobs, {}, first, seen, noise) + _files(stage, run, run)
    if not found:
        return found
    # The same order again: what differs now is noise.
    second = play_once(stage, f"{run}-2", jobs, known)
    masks: dict[int, Mask | None] = {}
    for job in jobs:
        mask = learn(first.answers[job.number], second.answers[job.number])
        masks[job.number] = None if isinstance(mask, Difference) else mask
    return _differences(jobs, masks, first, seen, noise) + _files(
        stage, run, f"{run}-2"
    )


def _differences(
    jobs: Sequence[Job],
    masks: Mapping[int, Mask | None],
    expected: Transcript,
    got: Transcript,
    noise: Noise,
) -> list[Finding]:
    found: list[Finding] = []
    for job in jobs:
        mask = masks.get(job.number, Mask())
        if mask is None:
            continue
        difference = compare(
            expected.answers[job.number], got.answers[job.number], mask, noise
        )
        if difference is not None:
            where = difference.where
            found.append(
                Finding(
                    "concurrent",
                    job.title,
                    where,
                    difference.expected,
                    difference.got,
                )
            )
    return found


def _files(stage: Stage, first: str, second: str) -> list[Finding]:
    one, two, three = (stage.left(name) for name in (first, second, NAME))
    return compare_files(one, two, three)
