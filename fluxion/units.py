"""Read and write durations, sizes and percents as people do.

In: text of the command line. Out: seconds, bytes, percent; and back. Bad text raises
``argparse.ArgumentTypeError``, which argparse turns into a usage error.
"""

from __future__ import annotations

import argparse
import math
import re

_TIME = {"": 1.0, "ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_SIZE = {
    "": 1,
    "b": 1,
    "kb": 10**3,
    "mb": 10**6,
    "gb": 10**9,
    "kib": 2**10,
    "mib": 2**20,
    "gib": 2**30,
}
_NUMBER = re.compile(r"(\d+(?:\.\d+)?)\s*([a-zA-Z%]*)")


def duration(text: str) -> float:
    """Return seconds: ``10``, ``10s``, ``2m``, ``250ms``, ``1h``."""
    number, unit = _split(text, "a duration such as 10, 10s, 2m")
    if unit not in _TIME or number == 0:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a duration such as 10, 10s, 2m"
        )
    return number * _TIME[unit]


def milliseconds(text: str) -> float:
    """Return milliseconds; a bare number is taken as milliseconds."""
    number, unit = _split(text, "a time such as 0, 0.25 or 5ms")
    if unit not in _TIME:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a time such as 0, 0.25 or 5ms"
        )
    return number if unit == "" else number * _TIME[unit] * 1000


def size(text: str) -> int:
    """Return bytes: ``500MB``, ``2GiB``, ``1000``."""
    number, unit = _split(text, "a size such as 500MB")
    if unit not in _SIZE or number == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a size such as 500MB")
    return int(number * _SIZE[unit])


def percent(text: str) -> float:
    """Return percent: ``2``, ``2%``, ``0.5%``."""
    number, unit = _split(text, "a percentage such as 2%")
    if unit not in {"", "%"} or not 0 < number <= 100:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a percentage between 0 and 100"
        )
    return number


def rate(text: str) -> float:
    """Return how often in a second, 1 to 10000."""
    number, unit = _split(text, "a number of samples a second")
    if unit or not 1 <= number <= 10_000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 10000")
    return number


def count(text: str) -> int:
    """Return a whole number from 0 on."""
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number")
    return int(text)


def clock(seconds: float) -> str:
    """Show a running time as ``00:12``."""
    whole = max(0, int(seconds))
    return f"{whole // 60:02}:{whole % 60:02}"


def megabytes(size_bytes: float) -> str:
    """Show a size as ``3.1 MB``."""
    return f"{size_bytes / 1e6:.1f} MB"


def ms(value: float) -> str:
    """Show milliseconds with as many digits as tell something."""
    if not math.isfinite(value):
        return "-"
    if value >= 100:
        return f"{value:,.0f} ms"
    return f"{value:.1f} ms" if value >= 1 else f"{value:.2f} ms"


def _split(text: str, what: str) -> tuple[float, str]:
    found = _NUMBER.fullmatch(text.strip())
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not {what}")
    number, unit = float(found[1]), found[2].lower()
    if not math.isfinite(number):
        raise argparse.ArgumentTypeError(f"{text!r} is not {what}")
    return number, unit
