"""Tell a program that only starts the app from the app.

In: a process. Out: its name when it is a wrapper such as `npm start`, and the Node
processes below it, one of which the user meant. Reads /proc only.
"""

from __future__ import annotations

from pathlib import Path

from agent import options, proc
from store.redact import redact_words

_NAMES = {
    "npm": "npm",
    "npm-cli.js": "npm",
    "npx": "npx",
    "npx-cli.js": "npx",
    "yarn": "yarn",
    "yarn.js": "yarn",
    "yarn.cjs": "yarn",
    "pnpm": "pnpm",
    "pnpm.cjs": "pnpm",
    "pnpm.mjs": "pnpm",
    "corepack": "corepack",
    "corepack.js": "corepack",
    "nodemon": "nodemon",
    "nodemon.js": "nodemon",
    "tsx": "tsx",
    "ts-node-dev": "ts-node-dev",
    "tsnd": "ts-node-dev",
    "concurrently": "concurrently",
    "concurrently.js": "concurrently",
    "forever": "forever",
    "dotenv": "dotenv",
    "env-cmd": "env-cmd",
    "cross-env": "cross-env",
}
"""Scripts that start another process and wait for it."""
_MOST = 20
_WIDE = 120


def wrapper(facts: proc.Facts) -> str | None:
    """Return the name of the wrapper that a Node process is, None for an app."""
    title = (facts.command[0] if facts.command else "").split(" ")
    if len(facts.command) == 1 and title[0] in {"npm", "npx", "yarn", "pnpm"}:
        return " ".join(title)[:80]  # npm sets the title of its process
    if title[0] == "PM2":
        return "PM2"
    if any(
        option.split("=")[0] in {"--watch", "--watch-path"} for option in _own(facts)
    ):
        return "node --watch"
    script = options.script_of(facts.command)
    if Path(script).name == "cli.mjs" and "/tsx/" in script:
        return "tsx"
    return _NAMES.get(Path(script).name)


def below(pid: int) -> list[proc.Facts]:
    """Return the Node processes below one that are no wrappers, nearest first."""
    found: list[proc.Facts] = []
    for one in proc.descendants(pid):
        try:
            facts = proc.facts(one)
        except OSError:
            continue
        if facts.is_node and wrapper(facts) is None:
            found.append(facts)
    return found[:_MOST]


def listed(found: list[proc.Facts]) -> str:
    """Show processes on one line."""
    return "; ".join(f"{one.pid} ({called(one)})" for one in found)


def called(facts: proc.Facts) -> str:
    """Return a process's command line, shortened and without secrets."""
    said = " ".join(redact_words(facts.command))
    if len(said) > _WIDE:
        # Which file runs stands at the end of a long path.
        half = (_WIDE - 3) // 2
        said = f"{said[:half]}...{said[-half:]}"
    return said or "no command line"


def _own(facts: proc.Facts) -> tuple[str, ...]:
    return () if facts.single else options.of_command(facts.command)
