"""Describe the machine that figures were taken on.

In: which node. Out: cores, version, load; and words for when figures fall short.
"""

from __future__ import annotations

import os
import subprocess
from typing import Any


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
