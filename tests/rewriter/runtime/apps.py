"""Run an app as it is and compiled, and compare what it says.

In: the text of an app and specs of its cuts. Out: both outputs and the counters.
"""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.rewriter.emit.handmade import Spec, build

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True)
class Ran:
    """How one run of an app ended."""

    stdout: str
    stderr: str
    code: int
    counters: list[dict[str, Any]]

    @property
    def moved(self) -> list[int]:
        """Calls that were sent away, by fluxion."""
        return [counter["moved"] for counter in self.counters]

    @property
    def reasons(self) -> dict[str, int]:
        """Why calls stayed, over all fluxions."""
        found: dict[str, int] = {}
        for counter in self.counters:
            for reason, count in counter["reasons"].items():
                found[reason] = found.get(reason, 0) + count
        return found


def run(
    node: Path,
    app: Path,
    *flags: str,
    env: Mapping[str, str] | None = None,
    timeout: float = 60,
) -> Ran:
    """Run an app to its end."""
    report = app.parent / "report.json"
    report.unlink(missing_ok=True)
    done = subprocess.run(
        [str(node), *flags, str(app)],
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
        cwd=app.parent,
        env={
            **os.environ,
            "FLUXION_READY": "20000",
            "FLUXION_REPORT": str(report),
            **(env or {}),
        },
    )
    counters = json.loads(report.read_text())["fluxions"] if report.exists() else []
    return Ran(done.stdout, done.stderr, done.returncode, counters)


def compiled(
    node: Path,
    folder: Path,
    text: str,
    *specs: Spec,
    workers: int = 1,
    env: Mapping[str, str] | None = None,
) -> Ran:
    """Compile an app and run it."""
    app = folder / "app.js"
    app.write_text(text, "utf-8")
    loader = build(app, *specs)
    more = {"FLUXION_WORKERS": str(workers), **(env or {})}
    return run(node, app, "-r", str(loader), env=more)


def same(
    node: Path,
    folder: Path,
    text: str,
    *specs: Spec,
    workers: int = 1,
    env: Mapping[str, str] | None = None,
) -> Ran:
    """Run an app both ways; fail when it says different things; return the compiled."""
    app = folder / "app.js"
    app.write_text(text, "utf-8")
    original = run(node, app, env=env)
    ran = compiled(node, folder, text, *specs, workers=workers, env=env)
    assert (ran.stdout, ran.code) == (original.stdout, original.code), ran.stderr
    return ran
