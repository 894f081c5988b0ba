"""Judge the command line of an app that is to be started.

In: the words after `node`. Out: nothing, or NoTarget with what to write instead. Reads
the file system only.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from agent import options
from store.errors import NoTarget

RIGHT = "fluxion record -o app.db -- node app.js"
_SHOWN = {
    "npm": "`npm pkg get scripts` shows what npm starts",
    "npx": "`npm explore PACKAGE -- npm pkg get bin` shows the script",
    "yarn": "the scripts in package.json show what yarn starts",
    "pnpm": "the scripts in package.json show what pnpm starts",
}
_SUFFIXES = ("", ".js", ".json", ".node", ".mjs", ".cjs")


def refuse_unfit(words: Sequence[str]) -> None:
    """Refuse what Node would not start, or not before a debugger comes."""
    given = options.of_command(("node", *words))
    waits = sorted({one.partition("=")[0] for one in given} & options.WAITING)
    if waits:
        raise NoTarget(
            f"with {waits[0]} the app waits for a debugger before its first line",
            "leave it out: an app that we start is observed from its first line on",
        )
    script = options.script_of(("node", *words))
    if not script or _exists(Path(script)):
        return
    if script == words[0] and "/" not in script and shutil.which(script):
        raise NoTarget(
            f"{script} is a program, not a script of Node.js",
            f"{_SHOWN.get(script, 'give the script that it starts')}: {RIGHT}",
        )
    raise NoTarget(f"there is no script {script}", RIGHT)


def _exists(script: Path) -> bool:
    return script.is_dir() or any(
        script.with_name(f"{script.name}{suffix}").is_file() for suffix in _SUFFIXES
    )
