"""Durations, sizes and percents as people write them."""

from __future__ import annotations

import argparse
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluxion import units


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (units.duration, "10", 10),
        (units.duration, "10s", 10),
        (units.duration, "2m", 120),
        (units.duration, "250ms", 0.25),
        (units.duration, "1.5h", 5400),
        (units.milliseconds, "0", 0),
        (units.milliseconds, "0.25", 0.25),
        (units.milliseconds, "2s", 2000),
        (units.size, "500MB", 500_000_000),
        (units.size, "2GiB", 2 << 30),
        (units.size, "12", 12),
        (units.percent, "2%", 2),
        (units.percent, "0.5", 0.5),
        (units.count, "50", 50),
        (units.rate, "100", 100),
        (units.rate, "10000", 10_000),
    ],
)
def test_it_reads(read, text, value):
    assert read(text) == pytest.approx(value)


@pytest.mark.parametrize(
    ("read", "text"),
    [
        *((units.duration, bad) for bad in ("", "0", "-1", "10x", "s", "1e3", "ten")),
        *((units.milliseconds, bad) for bad in ("", "-1", "5kb")),
        *((units.size, bad) for bad in ("", "0", "1TB", "-5MB", "MB")),
        *((units.percent, bad) for bad in ("0", "101", "2s", "-1", "")),
        *((units.rate, bad) for bad in ("0", "10001", "5s", "-1", "")),
        *((units.count, bad) for bad in ("-1", "1.5", "", "x", "9" * 12, "²")),
    ],
)
def test_it_refuses(read, text):
    with pytest.raises(argparse.ArgumentTypeError):
        read(text)


@given(st.text(max_size=12))
def test_any_text_is_read_or_refused(text):
    for read in (units.duration, units.milliseconds, units.size, units.percent):
        try:
            assert math.isfinite(read(text))
        except argparse.ArgumentTypeError:
            continue


def test_it_writes():
    assert units.clock(72.9) == "01:12"
    assert units.megabytes(3_100_000) == "3.1 MB"
    assert [units.ms(x) for x in (0.25, 5.04, 1234.5, math.nan)] == [
        "0.25 ms",
        "5.0 ms",
        "1,234 ms",
        "-",
    ]
