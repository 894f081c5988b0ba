"""What every observed process offers, attached or launched, and its options.

In: what a probe tells of itself. Out: `Observation`, the face that a recording uses,
and the values it speaks in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, Protocol

from agent import proc
from agent.cdp import Json, as_list
from agent.found import Found
from agent.stall import Prediction
from agent.target import Target
from store.facts import Function, Process, Refusal, Script


@dataclass(frozen=True, slots=True)
class AttachOptions:
    """What may be asked of an observation."""

    overhead_percent: float = 2.0
    """Share of the target's CPU that the probe may take for itself."""
    trace_seconds: float = 5.0
    """Attached: how long `trace` waits for each function to be called."""
    replace: bool = False
    """Attached: remove a probe that another agent, still alive, has installed."""
    mode: Literal["watch", "trace"] = "trace"
    """Attached: `watch` never turns the Debugger domain on."""
    ttl_s: float | None = None
    """The probe leaves by itself after so many seconds, whatever the agent does."""
    files: tuple[str, ...] = ()
    """Globs of files whose callbacks are observed though not the app's own."""
    max_stall_ms: float = 250.0
    """Attached: a step that would stop the target for longer is refused."""
    over: Callable[[], bool] = lambda: False
    """Attached: looked at while `trace` waits for calls; true ends the waiting."""
    profile_us: int = 0
    """Launched: sample the CPU at this interval from the first line on; 0: do not."""


@dataclass(frozen=True, slots=True)
class AgentStatus:
    """How the observation goes."""

    events: int
    dropped: int
    overhead_percent: float
    rss_mb: float
    alive: bool
    seen: int = 0
    kept: int = 0
    gated: int = 0
    """Runs outside the bursts of sampling; not observed, but counted."""
    faults: int = 0
    """Errors inside the probe; none of them reached the app."""
    installed_ms: float = 0.0
    """What walking and making twins took of the main thread, once."""
    clock: str = ""
    """Whose CPU `overhead_percent` is a share of: the main `thread`'s, where Node can
    tell, else the `process`'s."""
    memory_mb: float = 0.0
    """What the probe's tables take, and what waits for the agent."""


@dataclass(frozen=True, slots=True)
class Step:
    """How long one kind of step held the target up, at the longest."""

    name: str
    ms: float
    count: int


class Observation(Protocol):
    """A process with our probe in it."""

    process: Process

    @property
    def resting(self) -> bool:
        """Whether `watch` has found everything for now."""
        ...

    def scripts(self) -> list[Script]:
        """Every script that is not Node's own."""
        ...

    def source(self, number: int) -> str:
        """V8's text of a script, or the file's before it was rewritten."""
        ...

    def watch(self, seconds: float) -> list[Function | Refusal]:
        """Find callbacks and watch them for so long; none in a launched app."""
        ...

    def stall(self) -> Prediction | None:
        """How long `walk` will stop the target; None for a launched app."""
        ...

    def walk(self, seconds: float | None = None) -> list[Found]:
        """The live functions, looked for at most so long.

        None in a launched app, whose files are rewritten.
        """
        ...

    def trace(
        self, found: Iterable[Found], seconds: float | None = None
    ) -> list[Function | Refusal]:
        """Trace these; of a launched app, what was rewritten since the last call."""
        ...

    def start_profile(self, interval_us: int = 2000) -> None:
        """Begin sampling the CPU."""
        ...

    def stop_profile(self) -> str:
        """End it; the .cpuprofile as JSON, frames with our script numbers."""
        ...

    def capture_requests(self, count: int) -> None:
        """Keep the next requests as REQUEST records, redacted."""
        ...

    def status(self) -> AgentStatus:
        """How it goes."""
        ...

    def steps(self) -> list[Step]:
        """The longest step of each kind, the longest first."""
        ...

    def detach(self) -> None:
        """Put everything back and end the observation."""
        ...

    def cut_off(self) -> list[int]:
        """Numbers of the isolates whose last counts did not come; after the end."""
        ...


def status_of(value: Json, *, alive: bool) -> AgentStatus:
    """Decode what the probe says of itself."""
    share = float(value["spent"]) * 100 / max(1.0, float(value["cpu"]))
    return AgentStatus(
        int(value["events"]),
        int(value["dropped"]),
        round(share, 3),
        round(float(value["rss"]) / 1e6, 1),
        alive,
        int(value["seen"]),
        int(value["kept"]),
        int(value["gated"]),
        int(value["faults"]),
        round(float(value["installed"]) / 1000, 1),
        str(value["clock"]),
        round(float(value["memory"]) / 1e6, 2),
    )


def process_of(
    described: Json, ticks: int | None, how: Literal["attached", "launched"]
) -> Process:
    """Decode what the probe says of its process; `ticks` is its start time.

    Its command line may come later, see `with_words`.
    """
    pid = int(described["pid"])
    argv = _words(described.get("argv"))
    entry = str(described["file"] or (argv[1] if len(argv) > 1 else ""))
    cwd = str(described["cwd"])
    if entry and not entry.startswith("/"):
        entry = str(Path(cwd) / entry)
    # A number behind a tunnel is no process of this machine.
    since = proc.started(pid) if how == "launched" else ticks
    return Process(
        pid,
        str(described["node"]),
        argv,
        _words(described.get("execArgv")),
        cwd,
        entry,
        tuple(sorted(_words(described["env"]))),
        proc.started_epoch_ns(since) if since else 0,
        how,
    )


def with_words(process: Process, told: Json) -> Process:
    """Return it with the command line, which takes longer to redact."""
    argv, exec_argv = _words(told.get("argv")), _words(told.get("execArgv"))
    return replace(process, argv=argv, exec_argv=exec_argv)


def unmet(target: Target | None, command: Sequence[str] = ()) -> Process:
    """Return what is known of a target that never said what it is: no version.

    Without `target` it is an app that `command` was to start.
    """
    if target is None:
        return Process(0, "", tuple(command), (), "", "", (), 0, "launched")
    pid, ticks = target.pid or 0, target.started
    since = proc.started_epoch_ns(ticks) if ticks else 0
    return Process(pid, "", (), (), "", "", (), since, "attached")


def _words(value: Any) -> tuple[str, ...]:
    return tuple(str(word) for word in as_list(value))
