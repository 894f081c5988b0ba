"""Whose facts they are: the processes and threads of one recording.

In: nothing. Out: frozen dataclasses, which ``store.facts`` offers with the others. One
isolate is one heap with one event loop, and so one probe and one row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["main", "cluster", "child", "thread"]


@dataclass(frozen=True, slots=True)
class Process:
    """One isolate as it was found: the target, or a process or thread of it."""

    pid: int
    node: str
    argv: tuple[str, ...]
    exec_argv: tuple[str, ...]
    cwd: str
    entry: str
    """Absolute path of the main script, ``""`` when there is none."""
    env_names: tuple[str, ...]
    started_ns: int
    how: Literal["attached", "launched"]
    number: int = 1
    """Of this isolate within its recording, from 1."""
    thread: int = 0
    """``threadId`` of a worker thread, 0 on a process's main thread."""
    parent: int = 0
    """Number of the isolate that started it, 0 for none that was recorded."""
    role: Role = "main"


@dataclass(frozen=True, slots=True)
class ProbeCost:
    """What one isolate's probe used, beside what the isolate itself used."""

    process: int
    probe_us: int
    main_us: int
    """CPU of the isolate's own thread while the probe was there."""
    rss_bytes: int
    """The largest resident set that was seen; threads share their process's."""
