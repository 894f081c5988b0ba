"""Read the command line of a Node process as Node does.

In: its words, and NODE_OPTIONS. Out: Node's own options as `--name=value`, the script,
and where its inspector would listen. Pure.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence

DEFAULT_PORT = 9229
INSPECTING = frozenset({"--inspect", "--inspect-brk", "--inspect-wait"})
"""These open the inspector at the start."""
WAITING = frozenset({"--inspect-brk", "--inspect-wait"})
"""And these wait for a debugger before the first line."""
_ADDRESSED = INSPECTING | {"--inspect-port", "--debug-port", "--inspect-brk-node"}
_VALUED_TEXT = """
--allow-fs-read --allow-fs-write --conditions --cpu-prof-dir --cpu-prof-name
--debug-port --diagnostic-dir --disable-warning --dns-result-order --env-file
--env-file-if-exists --eval --experimental-config-file --experimental-default-type
--experimental-loader --heap-prof-dir --heapsnapshot-signal --icu-data-dir --import
--input-type --inspect-port --inspect-publish-uid --loader --localstorage-file
--max-http-header-size --openssl-config --print --redirect-warnings --report-dir
--report-directory --report-filename --report-signal --require --run --snapshot-blob
--stack-trace-limit --title --tls-cipher-list --tls-keylog --trace-event-categories
--trace-event-file-pattern --unhandled-rejections --v8-pool-size --watch-path -C -e -p
-r
"""
_VALUED = frozenset(_VALUED_TEXT.split())
"""Options whose value may stand in the next word."""


def of_command(command: Sequence[str]) -> tuple[str, ...]:
    """Return Node's own options: the words before the script."""
    return _split(command)[0]


def of_environment(text: str) -> tuple[str, ...]:
    """Return the options in a value of NODE_OPTIONS."""
    try:
        words = shlex.split(text)
    except ValueError:
        words = text.split()
    return _split(["node", *words])[0]


def script_of(command: Sequence[str]) -> str:
    """Return the script as it was written, empty when there is none."""
    rest = _split(command)[1]
    return rest[0] if rest else ""


def inspect_address(options: Sequence[str]) -> tuple[str, int]:
    """Return where the inspector would listen; the last option decides."""
    host, port = "127.0.0.1", DEFAULT_PORT
    for option in options:
        name, _, value = option.partition("=")
        if name not in _ADDRESSED or not value:
            continue
        before, _, last = value.rpartition(":")
        if value.isdecimal():
            port = int(value)
        elif before and last.isdecimal() and (":" not in before or "]" in before):
            host, port = before.strip("[]"), int(last)
        else:
            host = value.strip("[]")
    return host, port


def _split(command: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    options: list[str] = []
    at = 1
    while at < len(command):
        word = command[at]
        if word == "--":
            return tuple(options), tuple(command[at + 1 :])
        if not word.startswith("-") or word == "-":
            break
        name, equals, value = word.partition("=")
        if name.startswith("--"):
            name = name.replace("_", "-")
        at += 1
        if not equals and name in _VALUED and at < len(command):
            equals, value = "=", command[at]
            at += 1
        options.append(f"{name}{equals}{value}")
    return tuple(options), tuple(command[at:])
