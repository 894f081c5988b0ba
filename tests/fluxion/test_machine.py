"""Words for figures that fall short."""

from __future__ import annotations

import pytest

from fluxion.machine import describe, short_reason


def test_it_describes_this_machine(node):
    told = describe(str(node))
    assert told["cores"] >= 1
    assert told["node"].startswith("v")
    assert describe("/no/such/node")["node"] == "unknown"


@pytest.mark.parametrize(
    ("cores", "load", "word"),
    [(1, 0.1, "one core"), (2, 9.0, "load average is 9.0"), (2, 0.5, "2 cores")],
)
def test_it_says_why(cores, load, word):
    assert word in short_reason({"cores": cores, "load": load})
