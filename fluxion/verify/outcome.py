"""What ``verify`` found, as one value, as JSON and as text. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from fluxion.inert import inert
from fluxion.units import ms


@dataclass(frozen=True, slots=True)
class Finding:
    """One request (or file, or output) whose answer differs."""

    phase: str
    """``sequential``, ``concurrent``, ``driver``, ``program`` or ``files``."""
    what: str
    """Method and path, or what else was compared."""
    where: str
    expected: str
    got: str

    def json(self) -> dict[str, str]:
        """Return it as ``verify --json`` lists it."""
        return {
            "phase": self.phase,
            "request": self.what,
            "where": self.where,
            "expected": self.expected,
            "got": self.got,
        }

    def text(self) -> str:
        """Return three lines."""
        return (
            f"{self.phase}: {inert(self.what)}: {inert(self.where)} differs\n"
            f"  original  {inert(self.expected)}\n"
            f"  compiled  {inert(self.got)}"
        )


@dataclass(slots=True)
class Masked:
    """Noise at one place, over all requests."""

    where: str
    requests: int = 0
    bytes: int = 0


@dataclass(slots=True)
class Outcome:
    """All that one ``verify`` found; filled phase by phase."""

    requests: int = 0
    identical: int = 0
    different: list[Finding] = field(default_factory=list)
    masked: dict[str, Masked] = field(default_factory=dict)
    compared_bytes: int = 0
    redacted: int = 0
    open: list[str] = field(default_factory=list)
    order: str = ""
    """The serial order that the concurrent answers equal."""
    fluxions: list[dict[str, Any]] = field(default_factory=list)
    latency: dict[str, dict[str, float]] = field(
        default_factory=lambda: {"original": {}, "compiled": {}}
    )

    @property
    def masked_share(self) -> float:
        """Return the part of all compared bytes that was noise."""
        noise = sum(m.bytes for m in self.masked.values())
        return noise / self.compared_bytes if self.compared_bytes else 0.0

    def mask(self, where: str, size: int) -> None:
        """Count noise at a place."""
        entry = self.masked.setdefault(where, Masked(where))
        entry.requests += 1
        entry.bytes += size

    def count_fluxions(self, report: dict[str, Any]) -> None:
        """Add the counters that one compiled run wrote."""
        for counted in report.get("fluxions", []):
            known = next((f for f in self.fluxions if f["id"] == counted["id"]), None)
            if known is None:
                known = {"id": counted["id"], "moved": 0, "fell_back": 0, "aborted": 0}
                self.fluxions.append(known)
            for key in ("moved", "fell_back", "aborted"):
                known[key] += _total(counted.get(key, 0))

    @property
    def moved(self) -> int:
        """Return how many runs of fluxions happened elsewhere."""
        return sum(f["moved"] for f in self.fluxions)

    @property
    def fallbacks(self) -> int:
        """Return how many runs of fluxions happened on main after all."""
        return sum(f["fell_back"] + f["aborted"] for f in self.fluxions)

    def json(self) -> dict[str, Any]:
        """Return the documented keys, and some more."""
        return {
            "requests": self.requests,
            "identical": self.identical,
            "different": [finding.json() for finding in self.different],
            "noise_masked": [
                {"where": m.where, "requests": m.requests, "bytes": m.bytes}
                for m in self.masked.values()
            ],
            "masked_share": round(self.masked_share, 6),
            "fallbacks": self.fallbacks,
            "moved": self.moved,
            "fluxions": self.fluxions,
            "redacted": self.redacted,
            "open": self.open,
            "order": self.order,
            "latency": self.latency,
        }

    def text(self) -> str:
        """Return what a person wants to know, the verdict last."""
        lines = [_masked_line(self), *self._moved_lines()]
        if self.redacted:
            lines.append(f"{self.redacted} requests were redacted: not replayed")
        lines += [f"never ended, compared by what came: {inert(o)}" for o in self.open]
        if self.order:
            lines.append(f"concurrent answers equal the serial {self.order} order")
        for who, numbers in self.latency.items():
            if numbers:
                shown = "  ".join(f"{k[:-3]} {ms(v)}" for k, v in numbers.items())
                lines.append(f"{who:<9} {shown}")
        lines += [finding.text() for finding in self.different[:3]]
        lines.append(f"verify: {self.identical}/{self.requests} identical")
        return "\n".join(lines)

    def _moved_lines(self) -> list[str]:
        return [
            f"{inert(f['id'])}: moved {f['moved']} times, "
            f"fell back {f['fell_back']}, aborted {f['aborted']}"
            for f in self.fluxions
        ]


def _masked_line(outcome: Outcome) -> str:
    if not outcome.masked:
        return "masked nothing: both runs of the original were byte for byte the same"
    places = ", ".join(
        f"{inert(m.where)} ({m.requests})" for m in outcome.masked.values()
    )
    return f"masked {outcome.masked_share:.2%} of the bytes as noise: {places}"


def _total(value: Any) -> int:
    """Add up a counter that may be told apart by reason."""
    if isinstance(value, dict):
        return sum(_total(v) for v in value.values())
    if isinstance(value, list):
        return len(value)
    return int(value) if isinstance(value, (int, float)) else 0


def percentiles(latencies: list[float]) -> dict[str, float]:
    """Return p50 and p99 of sorted milliseconds."""
    if not latencies:
        return {}
    last = len(latencies) - 1
    return {
        "p50_ms": round(latencies[int(last * 0.5)], 3),
        "p99_ms": round(latencies[min(last, int(len(latencies) * 0.99))], 3),
    }
