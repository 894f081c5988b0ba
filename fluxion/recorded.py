"""What a recording came to, and what is told of it at its end.

In: what was seen, and what the store made of it. Out: the keys of ``record --json``,
and lines for people. No I/O.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fluxion.leftalone import left_alone_lines, left_alone_rows, refused_lines
from fluxion.show import rupture_lines
from fluxion.views import report_rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fluxion.observe import Seen
    from store.facts import Recording

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a recording came to."""

    recording: Recording
    seen: Seen
    audited: int = 0
    """Lines of the audit."""

    def json(self, output: Path) -> dict[str, Any]:
        """Return the documented keys."""
        status = self.seen.status
        return {
            "store": str(output),
            "seconds": round(self.seen.seconds, 3),
            "events": status.events if status else 0,
            "dropped": status.dropped if status else 0,
            "overhead_percent": status.overhead_percent if status else 0.0,
            "callbacks": len(self.recording.ruptures),
            "scripts": len(self.recording.scripts),
            "audit": self.audited,
            "clock": status.clock if status else "",
            "installed_ms": status.installed_ms if status else 0.0,
            "probe_mb": status.memory_mb if status else 0.0,
            "stall": stall_json(self.seen),
            "left_alone": left_alone_rows(self.recording),
        }


def stall_json(seen: Seen) -> dict[str, Any]:
    """Return what was predicted and seen of stops, in milliseconds."""
    took = {step.name: step.ms for step in seen.steps}
    longest = max(seen.steps, key=lambda step: step.ms, default=None)
    others = [step for step in seen.steps if step.name != "Debugger.enable"]
    other = max(others, key=lambda step: step.ms, default=None)
    return {
        "predicted_ms": seen.stall.ms if seen.stall else None,
        "measured_ms": took.get("Debugger.enable"),
        "longest_ms": longest.ms if longest else 0.0,
        "longest_step": longest.name if longest else "",
        "others_ms": other.ms if other else 0.0,
        "others_step": other.name if other else "",
    }


def closing_lines(done: Recorded, output: Path) -> Iterator[str]:
    """Yield what was seen, and what to do next; ``output`` is the store."""
    rows = report_rows(done.recording)
    yield (
        f"recorded {done.seen.seconds:.0f} s into {output}: "
        f"{len(done.recording.ruptures)} callbacks, "
        f"{len(done.recording.activations):,} activations"
    )
    yield from rupture_lines(rows["ruptures"], SHOWN)
    yield from left_alone_lines(left_alone_rows(done.recording), SHOWN)
    yield from refused_lines(done.recording, SHOWN)
    yield f"next: fluxion plan {output}"
    yield f"      fluxion compile {output} -o build/"
