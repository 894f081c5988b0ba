"""Read the command line, run one verb, and turn its outcome into an exit code.

In: arguments. Out: an exit code of ``fluxion/exits.py``. The only place where a
failure becomes text: cause, remedy, code; a traceback only with FLUXION_DEBUG=1.
"""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import sys
import traceback
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, NoReturn

from fluxion import exits
from fluxion.inert import inert
from fluxion.machine import refuse
from fluxion.stop import signals_interrupt
from fluxion.terminal import Terminal
from fluxion.verbs import VERBS, Verb
from store.errors import FluxionError
from store.redact import redact_message

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Parser(argparse.ArgumentParser):
    """Errors in the same words as all others."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and where to look, and end with 2."""
        Terminal().fail(inert(message, 300), f"{self.prog} --help")
        raise SystemExit(exits.USAGE)


def parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    line = Parser(
        prog="fluxion",
        description="Make the slow callbacks of a running Node.js server parallel.",
        epilog=_epilog(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    line.add_argument(
        "-V",
        "--version",
        action="version",
        version=f"fluxion {version('fluxion-agent')}",
    )
    verbs = line.add_subparsers(dest="verb", metavar="VERB", title="verbs")
    for verb in VERBS:
        _add_verb(verbs, verb)
    return line


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    own, command = _split(words)
    line = parser()
    arguments = line.parse_args(own)
    if arguments.verb is None:
        line.print_help(sys.stderr)
        return exits.USAGE
    verb = next(v for v in VERBS if v.name == arguments.verb)
    if command and not verb.command:
        line.error(f"{verb.name} takes no command after --")
    arguments.command = command
    return _guarded(verb, arguments)


def _guarded(verb: Verb, arguments: argparse.Namespace) -> int:
    terminal = Terminal()
    try:
        refuse(platform.system())
        with signals_interrupt():
            return _runner(verb)(arguments, terminal)
    except FluxionError as error:
        terminal.fail(inert(redact_message(error.message), 600), inert(error.hint, 300))
        _trace()
        return error.exit_code
    except KeyboardInterrupt:
        terminal.fail("interrupted; nothing more was written")
        return exits.INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has seen enough; keep the interpreter quiet too.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return exits.DONE
    except Exception as error:  # noqa: BLE001  # the one place that may not fail
        terminal.fail(
            f"{type(error).__name__}: {inert(redact_message(str(error)), 300)}",
            "this is a bug in fluxion; FLUXION_DEBUG=1 shows the traceback",
        )
        _trace()
        return exits.ERROR


def _runner(verb: Verb) -> Callable[[argparse.Namespace, Terminal], int]:
    module, _, name = verb.run.partition(":")
    function: Any = getattr(importlib.import_module(module), name)
    return function  # type: ignore[no-any-return]


def _split(words: list[str]) -> tuple[list[str], list[str]]:
    """Split at the first ``--``: what follows is somebody else's command line."""
    if "--" not in words:
        return words, []
    at = words.index("--")
    return words[:at], words[at + 1 :]


def _add_verb(verbs: Any, verb: Verb) -> None:
    shown = "\n".join(f"  {example}" for example in verb.examples)
    child = verbs.add_parser(
        verb.name,
        help=verb.summary,
        description=verb.summary,
        epilog=f"examples:\n{shown}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    verb.arguments(child)
    if verb.command:
        child.usage = child.format_usage().removeprefix("usage: ").rstrip()
        child.usage += f" [-- {verb.command}]"


def _epilog() -> str:
    return (
        "examples:\n"
        "  fluxion demo\n"
        "  fluxion record 4711 -o app.db -d 30s\n"
        "  fluxion compile app.db -o build/\n"
        "  fluxion run build/\n\n"
        f"exit codes:\n{exits.table()}"
    )


def _trace() -> None:
    if os.environ.get("FLUXION_DEBUG") == "1":
        sys.stderr.write(redact_message(traceback.format_exc()))
