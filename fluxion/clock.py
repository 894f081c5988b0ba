"""What time it is, in a way that setting the clock cannot disturb.

In: the clocks of this machine. Out: nanoseconds since the epoch as they were when this
process began, plus what has passed since then by the monotonic clock.
"""

from __future__ import annotations

import time

_EPOCH_NS = time.time_ns() - time.monotonic_ns()


def steady_ns() -> int:
    """Return nanoseconds since the epoch; a later call never returns less."""
    return _EPOCH_NS + time.monotonic_ns()
