"""What is sent, in which order and on which connection."""

from __future__ import annotations

from fluxion.verify.jobs import LANES, LEAST, OPEN_LANE, interleave, sequential, spread
from tests.fluxion.verify.seeded import asked

READS = [f"GET /{i}" for i in range(6)]
WRITES = ["POST /a 1", "POST /b 2"]


def test_one_by_one_they_keep_the_recorded_order():
    jobs = sequential(asked(*READS))
    assert [job.title for job in jobs] == READS
    assert {job.lane for job in jobs} == {1}


def test_writes_are_spread_among_reads():
    jobs = interleave(sequential(asked(*READS, *WRITES)))
    titles = [job.title for job in jobs]
    assert [t for t in titles if t.startswith("GET")] == READS
    assert titles.index("POST /a") < 4 < titles.index("POST /b")


def test_a_few_requests_are_repeated_and_share_the_lanes():
    jobs = spread(sequential(asked(*READS)), set(), {})
    assert len(jobs) >= LEAST
    assert {job.lane for job in jobs} == set(range(LANES))
    assert [job.number for job in jobs] == list(range(len(jobs)))


def test_requests_of_one_route_meet_on_all_lanes():
    jobs = spread(sequential(asked("POST /pay 1", "GET /x?a=1", "GET /x?a=2")), (), {})
    rounds: dict[int, list] = {}
    for job in jobs:
        rounds.setdefault(job.after, []).append(job)
    met = [r for after, r in rounds.items() if after > 0]
    assert [[job.title for job in r] for r in met] == [
        ["POST /pay"] * 4,
        ["GET /x?a=1", "GET /x?a=2"] * 2,
    ]
    assert all({job.lane for job in r} == set(range(LANES)) for r in met)
    assert all(r[0].number == r[0].after for r in met), "all before it are answered"


def test_slow_requests_are_not_repeated():
    slow = dict.fromkeys(range(6), 5_000.0)
    assert len(spread(sequential(asked(*READS)), set(), slow)) == 6


def test_what_never_ends_has_its_own_lane_and_joins_later():
    jobs = spread(sequential(asked("GET /live", "GET /live", *READS)), {0, 1}, {})
    waiting = [job for job in jobs if job.lane >= OPEN_LANE]
    assert len({job.lane for job in waiting}) == len(waiting) == 2
    assert waiting[0].after == 0 < waiting[1].after
