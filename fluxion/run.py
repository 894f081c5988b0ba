"""Start the compiled app as the original was started, and become it.

In: a build folder. Out: nothing: this process is replaced by node, so that signals,
output and the exit code are the app's own.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NoReturn

from fluxion.build import LOADER, Build, check_sources, flags_of, node_of, read_build
from store.errors import FluxionError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from fluxion.terminal import Terminal


def run(arguments: argparse.Namespace, terminal: Terminal) -> NoReturn:
    """Check the sources, then start the app."""
    build = read_build(arguments.build)
    check_sources(build)
    missing = [n for n in build.entry.env_names if n == "PORT" and n not in os.environ]
    if missing:
        terminal.say("note: the app was recorded with PORT in its environment")
    command = command_of(build, arguments.command)
    try:
        os.chdir(build.entry.cwd)
    except OSError as error:
        raise FluxionError(
            f"the working folder {build.entry.cwd} cannot be entered: {error.strerror}",
            "compile again with --root DIR",
        ) from error
    os.execv(command[0], command)  # noqa: S606


def command_of(build: Build, arguments: Sequence[str]) -> list[str]:
    """Return the command line; given arguments replace the recorded ones."""
    entry = build.entry
    return [
        node_of(entry),
        *flags_of(entry),
        "-r",
        str(build.folder / LOADER),
        str(entry.script),
        *(arguments or entry.arguments),
    ]
