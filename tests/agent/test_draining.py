"""A way is waited for while it brings something, and no longer."""

from __future__ import annotations

import threading
import time

from agent.draining import drained


class Way:
    def __init__(self) -> None:
        self.ended = threading.Event()
        self.blocks = 0


def test_one_that_brings_something_is_waited_for_to_its_end():
    way = Way()

    def bring() -> None:
        for _ in range(20):
            time.sleep(0.05)
            way.blocks += 1
        way.ended.set()

    thread = threading.Thread(target=bring)
    thread.start()
    assert drained(way, 0.5)
    assert way.blocks == 20
    thread.join()


def test_one_that_is_still_is_not():
    assert not drained(Way(), 0.1)


def test_one_that_has_ended_is_not_waited_for():
    way = Way()
    way.ended.set()
    assert drained(way, 0)
