"""The one table of exit codes: the command line promises them, tests try each."""

from __future__ import annotations

DONE = 0
ERROR = 1
USAGE = 2
NO_TARGET = 3
TARGET_GONE = 4
STORE = 5
NOTHING_DONE = 6
DIFFERENT = 7
INTERRUPTED = 130

MEANING = {
    DONE: "done",
    ERROR: "error",
    USAGE: "usage",
    NO_TARGET: "no such target, or it is not Node.js",
    TARGET_GONE: "the target went away",
    STORE: "a problem with the recording: unreadable, foreign, full or locked",
    NOTHING_DONE: (
        "nothing that was named could be done, or, under `--strict`, any refusal"
    ),
    DIFFERENT: "`verify` found a difference",
    INTERRUPTED: "interrupted before anything was written",
}


def table() -> str:
    """Return the table as ``--help`` prints it."""
    return "\n".join(f"  {code:<4} {meaning}" for code, meaning in MEANING.items())
