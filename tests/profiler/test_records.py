"""Every event of the table has a record."""

from __future__ import annotations

import inspect

from profiler import records
from store.abi import Event


def test_each_event_has_a_record() -> None:
    kinds = [
        kind
        for _, kind in inspect.getmembers(records, inspect.isclass)
        if issubclass(kind, tuple) and kind.__module__ == records.__name__
    ]
    assert len(kinds) == len(Event)
