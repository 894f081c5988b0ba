"""Say what works here: fluxion's own needs, one target's, or what a store lacks.

In: perhaps a target or a store. Out: one line for each check, with what to do where it
fails. Nothing is changed in the target: it is only looked at from outside.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from agent.target import resolve
from fluxion import exits
from fluxion.checks import Check, of, text
from fluxion.diagnose import diagnose
from fluxion.examine import examine
from fluxion.inert import inert
from fluxion.reasons import TABLE
from store.errors import FluxionError, NoTarget, StoreError, UsageError

if TYPE_CHECKING:
    import argparse

    from fluxion.terminal import Terminal

BUNDLES = (("agent", "bundles"), ("rewriter", "bundles"))


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Check this machine, then the target or the store that was named."""
    found = here()
    failed: FluxionError | None = None
    if arguments.target is not None:
        try:
            found += named(arguments.target)
        except (NoTarget, StoreError) as error:
            failed = error
            about = "store" if isinstance(error, StoreError) else "target"
            found.append(Check(about, f"{about}: {error.message}", "no", error.hint))
    if arguments.json:
        terminal.json([check.row() for check in found])
    else:
        terminal.data(text(found))
    if failed is not None:
        return failed.exit_code
    if any(check.about == "way" and not check.good for check in found):
        return exits.NO_TARGET
    return exits.DONE if all(check.good for check in found) else exits.ERROR


def named(word: str) -> list[Check]:
    """Look at the store or the target that a word names; a file is a store."""
    if Path(word).is_file():
        return diagnose(Path(word))
    target = resolve(word)
    try:
        return list(examine(target))
    except (ProcessLookupError, FileNotFoundError) as error:
        raise NoTarget(f"process {target.pid} ended while it was looked at") from error


def here() -> list[Check]:
    """Return what holds on this machine."""
    return [
        of(
            "system",
            f"Linux ({platform.system()} {platform.release()})",
            good=platform.system() == "Linux",
            remedy="fluxion needs Linux",
        ),
        _node(),
        *(
            of(
                "bundles",
                f"bundles of {room}",
                good=files(room).joinpath(name).is_dir()
                and any(files(room).joinpath(name).iterdir()),
                remedy="in a checkout: make bundles",
            )
            for room, name in BUNDLES
        ),
        Check("cores", f"{os.cpu_count()} cores"),
    ]


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
        return Check("node", "node on PATH", "no", "install Node.js 20 or newer")
    try:
        told = subprocess.run(
            [path, "--version"], capture_output=True, text=True, timeout=10, check=True
        ).stdout.strip()
    except (OSError, subprocess.SubprocessError) as error:
        raise FluxionError(f"{Path(path)} does not run: {error}") from error
    major = int(told.lstrip("v").split(".")[0])
    return of(
        "node", f"node {told}", good=major >= 20, remedy="install Node.js 20 or newer"
    )
