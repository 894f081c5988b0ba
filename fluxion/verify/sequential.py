"""Ask original, original and compiled the same, one request after another.

In: a stage and the captured requests. Out: findings and the noise mask, added to the
outcome. Compared byte for byte after the mask; then the files they left.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fluxion.verify.jobs import sequential
from fluxion.verify.mask import Difference, Mask, Noise, compare, learn
from fluxion.verify.outcome import Finding, Outcome, percentiles
from fluxion.verify.play import Transcript, serial
from fluxion.verify.state import compare_files

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fluxion.verify.client import Job
    from fluxion.verify.play import Known
    from fluxion.verify.stage import Stage
    from store.facts import CapturedRequest


@dataclass(slots=True)
class Learnt:
    """What the sequential runs taught the concurrent ones."""

    jobs: list[Job]
    open: set[int]
    latencies: dict[int, float]
    noise: Noise
    body_noise: bool


def play_once(
    stage: Stage,
    name: str,
    jobs: Sequence[Job],
    known: Mapping[int, Known],
    *,
    compiled: bool = False,
) -> Transcript:
    """Run one app on a fresh copy and ask it everything."""
    with stage.serve(name, compiled=compiled) as server:
        return serial(jobs, server.port, stage.patience, known)


def check_sequential(
    stage: Stage, requests: Sequence[CapturedRequest], outcome: Outcome
) -> Learnt:
    """Fill the outcome with what the sequential phase finds."""
    jobs = sequential(requests)
    first = play_once(stage, "original-1", jobs, {})
    second = play_once(stage, "original-2", jobs, first.known)
    got = play_once(stage, "compiled", jobs, first.known, compiled=True)
    masks = {job.number: _mask(job, first, second) for job in jobs}
    different = _differences(jobs, masks, first, got)
    files = _files(stage, "original-2")
    if different or files:
        # One more look at the original before anybody is blamed: what differs there
        # too is noise that two runs did not show.
        third = play_once(stage, "original-3", jobs, first.known)
        masks = {n: _widen(m, n, first, third) for n, m in masks.items()}
        different = _differences(jobs, masks, first, got)
        files = [f for f in files if f in _files(stage, "original-3")]
    _count(outcome, jobs, masks, first, different)
    outcome.different += [*different, *files]
    outcome.open = [job.title for job in jobs if job.number in set(first.open)]
    outcome.count_fluxions(stage.report("compiled"))
    outcome.latency["original"] = percentiles(first.latencies())
    outcome.latency["compiled"] = percentiles(got.latencies())
    return Learnt(
        jobs,
        set(first.open),
        {n: a.latency_ms for n, a in first.answers.items()},
        _noise(masks),
        any(m is None or m.gaps for m in masks.values()),
    )


def _mask(job: Job, first: Transcript, second: Transcript) -> Mask | None:
    mask = learn(first.answers[job.number], second.answers[job.number])
    return None if isinstance(mask, Difference) else mask


def _widen(
    mask: Mask | None, number: int, first: Transcript, third: Transcript
) -> Mask | None:
    more = learn(first.answers[number], third.answers[number])
    if mask is None or isinstance(more, Difference):
        return None
    return Mask(
        mask.headers | more.headers,
        (*mask.gaps, *more.gaps),
        max(mask.masked_bytes, more.masked_bytes),
        mask.total_bytes,
    )


def _noise(masks: Mapping[int, Mask | None]) -> Noise:
    return Noise(frozenset(h for m in masks.values() if m for h in m.headers))


def _differences(
    jobs: Sequence[Job],
    masks: Mapping[int, Mask | None],
    first: Transcript,
    got: Transcript,
) -> list[Finding]:
    noise = _noise(masks)
    found: list[Finding] = []
    for job in jobs:
        mask = masks[job.number]
        if mask is None:
            continue
        difference = compare(
            first.answers[job.number], got.answers[job.number], mask, noise
        )
        if difference is not None:
            found.append(
                Finding(
                    "sequential",
                    job.title,
                    difference.where,
                    difference.expected,
                    difference.got,
                )
            )
    return found


def _files(stage: Stage, second: str) -> list[Finding]:
    one, two, three = (stage.left(name) for name in ("original-1", second, "compiled"))
    return compare_files(one, two, three)


def _count(
    outcome: Outcome,
    jobs: Sequence[Job],
    masks: Mapping[int, Mask | None],
    first: Transcript,
    different: Sequence[Finding],
) -> None:
    unjudged = sum(mask is None for mask in masks.values())
    outcome.requests += len(jobs)
    outcome.identical += len(jobs) - len(different) - unjudged
    for number, mask in masks.items():
        answer = first.answers[number]
        size = len(answer.body) + sum(len(v) for _, v in answer.headers)
        outcome.compared_bytes += size
        if mask is None:
            outcome.mask("whole answer", size)
            continue
        for name, value in answer.headers:
            if name.lower() in mask.headers:
                outcome.mask(f"header {name}", len(value))
        if mask.gaps:
            outcome.mask("body", sum(gap.end - gap.start for gap in mask.gaps))
