"""``fluxion export``: write a recording in a format that other tools read.

In: a store. Out: one file, whole or not at all, or stdout. The store is only read, and
nothing that was recorded runs or is opened.
"""

from __future__ import annotations

import importlib
import os
from contextlib import closing
from importlib.metadata import version
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from fluxion import exits, formats
from fluxion.write import check_file, write_file
from profiler.formats.named import Asked
from store.database import open_store
from store.errors import NothingDone, StoreError, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from fluxion.formats import Format
    from fluxion.terminal import Terminal
    from store.database import Store
    from store.facts import Recording

STDOUT = "-"
LINES_A_PIECE = 1000


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Write one file."""
    chosen = choose(arguments.format, arguments.output)
    to_stdout = str(arguments.output) == STDOUT
    if to_stdout:
        check_stdout(chosen, terminal, json=arguments.json)
    else:
        _check_output(arguments)
    asked = Asked(
        fold=not arguments.show_all,
        version=version("fluxion-agent"),
        resource=tuple(resource_of(os.environ).items()),
    )
    with closing(open_store(arguments.store)) as store:
        chunks = content(store, chosen, asked)
        if to_stdout:
            for chunk in chunks:
                terminal.raw(chunk)
            return exits.DONE
        size = write_file(arguments.output, chunks, force=arguments.force)
    if arguments.json:
        output = str(arguments.output)
        terminal.json({"output": output, "format": chosen.name, "bytes": size})
    tell(arguments, terminal, chosen, size)
    return exits.DONE


def choose(name: str | None, output: Path) -> Format:
    """Return the format that was named, or that of the file's name."""
    chosen = formats.by_ending(output) if name is None else formats.named(name)
    if chosen is None:
        raise UsageError(
            f"the name {output.name!r} does not tell the format",
            f"give one with -f: {', '.join(formats.NAMES)}",
        )
    return chosen


def content(store: Store, chosen: Format, asked: Asked) -> Iterator[bytes]:
    """Yield what is to be written, piece by piece."""
    write = writer(chosen)
    if chosen.needs == "blocks":
        lines: Iterator[str] = write(store.observed())
        while some := list(islice(lines, LINES_A_PIECE)):
            yield "".join(some).encode()
        return
    if not store.is_derived():
        raise StoreError(
            f"{store.path} was not finished: its recording was killed",
            "record again; -f ndjson exports what was seen until then",
        )
    recording = store.recording()
    _check(recording, chosen, store.path)
    text: str | bytes = write(recording, asked)
    yield text.encode() if isinstance(text, str) else text


def writer(chosen: Format) -> Any:
    """Return the function that makes a format of a recording and what was asked."""
    module, _, function = chosen.function.partition(":")
    return getattr(importlib.import_module(module), function)


def resource_of(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what the environment says of the service, as OpenTelemetry defines it."""
    found: dict[str, str] = {}
    for pair in environment.get("OTEL_RESOURCE_ATTRIBUTES", "").split(","):
        key, equals, value = pair.partition("=")
        if equals and key.strip():
            found[unquote(key.strip())] = unquote(value.strip())
    service = environment.get("OTEL_SERVICE_NAME")
    return {**found, "service.name": service} if service else found


def _check(recording: Recording, chosen: Format, path: Path) -> None:
    """Fail when a recording holds nothing of what a format shows."""
    if chosen.needs == "profile" and not recording.frames:
        raise NothingDone(
            f"{path} has no CPU profile, which {chosen.name} shows",
            "record without --mode watch, which takes none; fluxion export -f trace "
            "needs none",
        )
    if chosen.needs == "runs" and not recording.activations:
        raise NothingDone(
            f"{path} has no activation: nothing ran that was observed",
            f"fluxion doctor {path} says why",
        )
    if chosen.needs == "callbacks" and not recording.ruptures:
        raise NothingDone(
            f"{path} has no callback: nothing ran that was observed",
            f"fluxion doctor {path} says why",
        )


def check_stdout(chosen: Format, terminal: Terminal, *, json: bool) -> None:
    """Fail when the file cannot go where only text, or JSON, may go."""
    if json:
        raise UsageError(
            "--json and -o - would both write to stdout", "give a file with -o"
        )
    if chosen.binary and terminal.shows_data:
        raise UsageError(
            f"{chosen.name} is no text for a terminal", "give a file with -o"
        )


def _check_output(arguments: argparse.Namespace) -> None:
    output: Path = arguments.output
    if output.exists() and output.samefile(arguments.store):
        raise UsageError(
            f"{output} is the recording itself", "give another file with -o"
        )
    check_file(output, force=arguments.force)


def tell(
    arguments: argparse.Namespace, terminal: Terminal, chosen: Format, size: int
) -> None:
    """Say what was written, and what opens it."""
    terminal.say(f"wrote {size:,} bytes to {arguments.output}")
    if chosen.folds and not arguments.show_all:
        terminal.say("packages of node_modules are folded (--show-all)")
    terminal.say(f"opens in {chosen.opened_by}")
