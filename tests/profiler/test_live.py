"""Running aggregates, block by block."""

from __future__ import annotations

import threading

from profiler.live import MOST_OPEN, Live
from store.abi import VERSION, Event
from store.packing import pack


def block(*records: list[object]) -> bytes:
    return b"".join(map(pack, records))


def test_runs_are_summed_up_over_blocks():
    live = Live()
    live.take(
        block(
            [Event.START, VERSION, 7, 1],
            [Event.ENTER, 100, 1, 3, 40, 1, 0, 0, 9],
            [Event.ENTER, 110, 2, 3, 80, 2, 1, 0, 9],
            [Event.EXIT, 150, 2, 1],
        )
    )
    live.take(
        block(
            [Event.EXIT, 400, 1, 0],
            [Event.EXIT, 500, 77, 0],
            [Event.COUNT, 3, 40, 9, 7, 2, 1],
        )
    )
    outer, inner = live.functions[1, 3, 40], live.functions[1, 3, 80]
    assert (outer.runs, outer.total_us, outer.longest_us) == (1, 300, 300)
    assert (outer.seen, outer.kept, outer.dropped, outer.gated) == (9, 7, 2, 1)
    assert (inner.runs, inner.total_us) == (1, 40)
    assert [where for where, _ in live.busiest(1)] == [(1, 3, 40)]
    total = live.totals()
    assert (total.runs, total.total_us, total.longest_us) == (2, 340, 300)
    assert (live.records, live.blocks) == (7, 2)


def test_isolates_are_kept_apart():
    live = Live()
    for process in (1, 2):
        live.take(block([Event.ENTER, 0, 1, 3, 40, 1, 0, 0, 9]), process)
    live.take(block([Event.EXIT, 10, 1, 0]), 2)
    assert live.functions[1, 3, 40].runs == 0
    assert live.functions[2, 3, 40].runs == 1


def test_a_late_report_is_a_busy_loop():
    live = Live()
    for at in (0, 1_000_000, 2_300_000, 3_300_000):
        live.take(block([Event.COST, at, 1, 1, 1]))
    assert (live.late_us, live.latest_us) == (0, 300_000)


def test_runs_that_never_end_do_not_fill_the_memory():
    live = Live()
    for run in range(1, MOST_OPEN + 500):
        live.take(block([Event.ENTER, run, run, 3, 40, 1, 0, 0, 9]))
    live.take(block([Event.EXIT, 9, 1, 0], [Event.EXIT, MOST_OPEN + 499, 499, 0]))
    assert live.functions[1, 3, 40].runs == 0
    live.take(block([Event.EXIT, MOST_OPEN + 499, MOST_OPEN, 0]))
    assert live.functions[1, 3, 40].runs == 1


def test_what_cannot_be_read_is_passed_over():
    live = Live()
    for rubbish in (b"\xc1", b"\x01", block([]), block([2, 1]), block(["x"], [13])):
        live.take(rubbish)
    live.take(block([Event.COUNT, 3, 40, 1, 1, 0]))
    assert live.totals().seen == 1


def test_any_thread_may_give_blocks():
    live = Live()
    one = block([Event.ENTER, 0, 1, 3, 40, 1, 0, 0, 9], [Event.EXIT, 2, 1, 0])

    def give() -> None:
        for _ in range(200):
            live.take(one)

    threads = [threading.Thread(target=give) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert live.totals().runs == 800
