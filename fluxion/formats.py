"""Every format that ``fluxion export`` and ``fluxion profile`` write.

In: nothing. Out: the table: names, endings, what a recording must have for it, who
opens it. A format's module is imported only when it is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Needs = Literal["profile", "runs", "callbacks", "blocks"]


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of file."""

    name: str
    endings: tuple[str, ...]
    """A file that is called so is of this format, if no other was asked for."""
    needs: Needs
    function: str
    """``module:function``."""
    opened_by: str
    binary: bool = False

    @property
    def folds(self) -> bool:
        """Whether packages can be folded: runs and raw records are none of theirs."""
        return self.needs in {"profile", "callbacks"}


def _of(name: str) -> str:
    return f"profiler.formats.{name}:{name}"


FORMATS = (
    Format(
        "cpuprofile",
        (".cpuprofile",),
        "profile",
        _of("cpuprofile"),
        "the Performance panel of Chrome DevTools, VS Code",
    ),
    Format(
        "speedscope",
        (".speedscope.json", ".speedscope"),
        "profile",
        _of("speedscope"),
        "https://www.speedscope.app",
    ),
    Format(
        "trace",
        (".trace.json", ".trace"),
        "runs",
        _of("trace"),
        "https://ui.perfetto.dev, chrome://tracing",
    ),
    Format(
        "pprof",
        (".pb.gz", ".pprof"),
        "profile",
        _of("pprof"),
        "go tool pprof, Pyroscope, Parca",
        binary=True,
    ),
    Format(
        "otlp",
        (".otlp.jsonl", ".otlp.json", ".otlp"),
        "runs",
        _of("otlp"),
        "an OpenTelemetry collector (its otlpjsonfile receiver)",
    ),
    Format(
        "collapsed",
        (".collapsed", ".folded", ".collapsedstack.txt"),
        "profile",
        _of("collapsed"),
        "flamegraph.pl, inferno, https://www.speedscope.app",
    ),
    Format("dot", (".dot", ".gv"), "callbacks", _of("dot"), "Graphviz: dot -Tsvg"),
    Format(
        "mermaid",
        (".mmd", ".mermaid"),
        "callbacks",
        _of("mermaid"),
        "GitHub's Markdown, https://mermaid.live",
    ),
    Format("ndjson", (".ndjson", ".jsonl"), "blocks", _of("ndjson"), "jq"),
)

NAMES = tuple(one.name for one in FORMATS)

HEAP = Format(
    "heapprofile",
    (".heapprofile",),
    "profile",
    _of("heapprofile"),
    "the Memory panel of Chrome DevTools, VS Code",
)
"""Of ``fluxion profile``: recordings have no heap profile."""
OF_CPU = tuple(one for one in FORMATS if one.needs == "profile")
OF_HEAP = (HEAP, *(one for one in OF_CPU if one.name != "cpuprofile"))
PROFILES = tuple(dict.fromkeys(one.name for one in (*OF_CPU, *OF_HEAP)))


def named(name: str, among: Sequence[Format] = (*FORMATS, HEAP)) -> Format | None:
    """Return the format of a name."""
    return next((one for one in among if one.name == name), None)


def by_ending(path: Path, among: Sequence[Format] = FORMATS) -> Format | None:
    """Return the format of the longest ending that a file's name has."""
    fitting = [
        (len(ending), one)
        for one in among
        for ending in one.endings
        if path.name.lower().endswith(ending)
    ]
    return max(fitting, key=lambda pair: pair[0])[1] if fitting else None
