"""Describe the machine: whether fluxion runs on it, and what figures depend on.

In: its system, or which node. Out: a refusal; cores, version, load; and words for when
figures fall short.
"""

from __future__ import annotations

import os
import subprocess
from typing import Any

from store.errors import FluxionError

_ELSEWHERE = {
    "Windows": "Windows has no SIGUSR1 and no /proc; use WSL 2, or a container",
    "Darwin": "macOS has no /proc; use a Linux container or a virtual machine",
}


def refused(system: str) -> FluxionError | None:
    """Say why fluxion does not run on a system, None where it does.

    The name is that of ``platform.system()``.
    """
    if system == "Linux":
        return None
    name = {"Darwin": "macOS", "": "this system"}.get(system, system)
    return FluxionError(
        f"fluxion does not run on {name}: it reads a process from /proc before it "
        "touches it",
        _ELSEWHERE.get(system, "run it on Linux, beside the app"),
    )


def refuse(system: str) -> None:
    """Raise where fluxion does not run."""
    refusal = refused(system)
    if refusal is not None:
        raise refusal


def describe(node: str) -> dict[str, Any]:
    """Return what figures depend on."""
    try:
        version = subprocess.run(
            [node, "--version"], capture_output=True, text=True, timeout=10, check=True
        ).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        version = "unknown"
    return {
        "cores": len(os.sched_getaffinity(0)),
        "node": version,
        "load": round(os.getloadavg()[0], 2),
    }


def short_reason(machine: dict[str, Any]) -> str:
    """Say why a machine shows less than it could."""
    cores, load = machine["cores"], machine["load"]
    if cores < 2:
        return (
            "with one core, a worker takes the CPU from the main thread: "
            "what moved still competes with what stayed"
        )
    if load > cores * 1.5:
        return (
            f"the load average is {load} on {cores} cores: other programs take the CPU "
            "that the workers need; try again when the machine is quiet"
        )
    return (
        f"{cores} cores shared by the server, its worker and the clients that measure "
        f"it, at a load average of {load}"
    )
