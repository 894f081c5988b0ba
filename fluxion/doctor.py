"""Say what works here: fluxion's own needs, and one target's.

In: perhaps a target. Out: one line for each check, with what to do where it fails.
Nothing is changed in the target: it is only looked at from outside.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from agent.attach import detach as detach_target
from agent.target import resolve
from fluxion import exits
from fluxion.inert import inert
from fluxion.reasons import TABLE
from store.errors import FluxionError, NoTarget, UsageError

if TYPE_CHECKING:
    import argparse

    from fluxion.terminal import Terminal

BUNDLES = (("agent", "bundles"), ("rewriter", "bundles"))


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must hold."""

    what: str
    good: bool
    remedy: str = ""

    def text(self) -> str:
        """Return one line, or two where something is to be done."""
        line = f"{'ok ' if self.good else 'NO '} {self.what}"
        return line if self.good or not self.remedy else f"{line}\n      {self.remedy}"


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Check this machine, then the target."""
    checks = here()
    missing: NoTarget | None = None
    if arguments.target is not None:
        try:
            found = resolve(arguments.target)
            checks.append(Check(f"target: {inert(str(found), 200)}", good=True))
        except NoTarget as error:
            missing = error
            checks.append(
                Check(f"target: {error.message}", good=False, remedy=error.hint)
            )
    if arguments.json:
        terminal.json(
            [{"what": c.what, "ok": c.good, "remedy": c.remedy} for c in checks]
        )
    else:
        terminal.data("\n".join(check.text() for check in checks))
    if missing is not None:
        return missing.exit_code
    return exits.DONE if all(check.good for check in checks) else exits.ERROR


def here() -> list[Check]:
    """Return what holds on this machine."""
    return [
        Check(
            f"Linux ({platform.system()} {platform.release()})",
            platform.system() == "Linux",
            "fluxion needs Linux",
        ),
        _node(),
        *(
            Check(
                f"bundles of {room}",
                any(files(room).joinpath(name).iterdir())
                if files(room).joinpath(name).is_dir()
                else False,
                "in a checkout: make bundles",
            )
            for room, name in BUNDLES
        ),
        Check(f"{os.cpu_count()} cores", good=True),
    ]


def detach(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Remove what an earlier recording left in a target."""
    found = resolve(arguments.target)
    removed = detach_target(found)
    terminal.say("the probe was removed" if removed else "there was no probe")
    return exits.DONE


def explain(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Print what a code of a refusal means."""
    code = str(arguments.code).upper()
    reason = TABLE.get(code)
    if reason is None:
        near = ", ".join(sorted(TABLE)[:5])
        raise UsageError(f"there is no code {inert(code, 20)}", f"codes: {near}, ...")
    if arguments.json:
        terminal.json(
            {
                "code": code,
                "title": reason.title,
                "explanation": reason.explanation,
                "remedy": reason.remedy,
            }
        )
    else:
        terminal.data(f"{code}: {reason.text()}")
    return exits.DONE


def _node() -> Check:
    path = shutil.which("node")
    if path is None:
        return Check("node on PATH", good=False, remedy="install Node.js 20 or newer")
    try:
        told = subprocess.run(
            [path, "--version"], capture_output=True, text=True, timeout=10, check=True
        ).stdout.strip()
    except (OSError, subprocess.SubprocessError) as error:
        raise FluxionError(f"{Path(path)} does not run: {error}") from error
    major = int(told.lstrip("v").split(".")[0])
    return Check(f"node {told}", major >= 20, "install Node.js 20 or newer")
