"""The arguments of each verb.

In: a parser. Out: the same parser, knowing what its verb takes.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from fluxion import formats, units


def store(parser: argparse.ArgumentParser) -> None:
    """Take the recording that a verb reads."""
    parser.add_argument(
        "store", type=Path, metavar="STORE", help="what record wrote, such as app.db"
    )


def as_json(parser: argparse.ArgumentParser) -> None:
    """Take `--json`."""
    parser.add_argument(
        "-j", "--json", action="store_true", help="write one JSON object to stdout"
    )


def _target(parser: argparse.ArgumentParser, *, optional: bool = False) -> None:
    parser.add_argument(
        "target",
        nargs="?" if optional else None,
        metavar="TARGET",
        help="a pid, :PORT or HOST:PORT of an inspector, ws://..., or a process name",
    )


def policy(parser: argparse.ArgumentParser) -> None:
    """Take what decides which callbacks move."""
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="ID|all",
        help="only these fluxions; may be given again (default: all that pay)",
    )
    parser.add_argument(
        "--min-gain",
        type=units.milliseconds,
        metavar="MS",
        help="lift or change the rule that a move must pay; 0 lifts it",
    )
    parser.add_argument(
        "--root",
        type=Path,
        metavar="DIR",
        help="where the sources are, when not where they were recorded",
    )
    parser.add_argument(
        "--strict", action="store_true", help="end with 6 if anything is refused"
    )


def demo(parser: argparse.ArgumentParser) -> None:
    """Take the arguments of demo."""
    as_json(parser)


def record(parser: argparse.ArgumentParser) -> None:
    """Take the arguments of record."""
    _target(parser, optional=True)
    add = parser.add_argument
    add(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="STORE",
        help="file to write",
    )
    add(
        "-d",
        "--duration",
        type=units.duration,
        metavar="TIME",
        help="such as 30s, 2m (default: until Ctrl-C, or the end of the app)",
    )
    add(
        "--trace",
        action="append",
        default=[],
        metavar="GLOB",
        help="trace functions of these files too; may be given again",
    )
    add(
        "--capture-requests",
        type=units.count,
        default=0,
        metavar="N",
        help="keep the first N requests, redacted, for verify (default: 0)",
    )
    add(
        "--on-port",
        metavar="CMD",
        help="run this when the app listens, with $PORT; end when it ends",
    )
    add(
        "--mode",
        choices=("watch", "trace"),
        default="trace",
        help="watch: only who runs, when and why; trace: effects too (default: trace)",
    )
    _limits(parser)
    add(
        "--with-sources",
        action="store_true",
        help="keep the sources in the store; they may hold secrets",
    )
    add("-f", "--force", action="store_true", help="replace the store if it exists")
    as_json(parser)


def _overhead(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--max-overhead",
        type=units.percent,
        default=2.0,
        metavar="PERCENT",
        help="of the target's CPU, for the probe (default: 2%%)",
    )


def _max_stall(parser: argparse.ArgumentParser, what: str) -> None:
    parser.add_argument(
        "--max-stall",
        type=units.milliseconds,
        default=250.0,
        metavar="TIME",
        help=f"{what} (default: 250ms)",
    )


def _limits(parser: argparse.ArgumentParser) -> None:
    _overhead(parser)
    _max_stall(parser, "trace nothing when a step stops the target for longer")
    add = parser.add_argument
    add(
        "--ttl",
        type=units.duration,
        metavar="TIME",
        help="the probe leaves by itself after this time, whatever becomes of us",
    )
    add(
        "--max-store",
        type=units.size,
        default=500_000_000,
        metavar="SIZE",
        help="the oldest raw records make room beyond this size (default: 500MB)",
    )


def top(parser: argparse.ArgumentParser) -> None:
    """Take the arguments of a view of what happens now."""
    _target(parser)
    add = parser.add_argument
    add(
        "-d",
        "--duration",
        type=units.duration,
        metavar="TIME",
        help="how long to look (default: top until you quit, dump 2s)",
    )
    _overhead(parser)
    add(
        "-j",
        "--json",
        action="store_true",
        help="write JSON to stdout: top one object a second, dump one",
    )


def profile(parser: argparse.ArgumentParser) -> None:
    """Take the arguments of profile."""
    _target(parser)
    add = parser.add_argument
    add(
        "-d",
        "--duration",
        type=units.duration,
        metavar="TIME",
        help="such as 30s, 2m (default: until Ctrl-C, or the end of the target)",
    )
    add(
        "--heap",
        action="store_true",
        help="what is allocated, instead of where the CPU goes",
    )
    add(
        "-r",
        "--rate",
        type=units.rate,
        metavar="N",
        help="CPU: samples a second, 1 to 10000 (default: 100)",
    )
    add(
        "--heap-interval",
        type=units.size,
        metavar="SIZE",
        help="heap: a sample each time so much was allocated (default: 32KiB)",
    )
    add(
        "--with",
        dest="seen",
        type=Path,
        metavar="STORE",
        help="a recording of this app: shows what led to each callback",
    )
    add(
        "-f",
        "--format",
        choices=formats.PROFILES,
        metavar="FORMAT",
        help=f"{', '.join(formats.PROFILES)} (default: by the ending of FILE)",
    )
    add(
        "-o",
        "--output",
        type=Path,
        metavar="FILE",
        help="file to write, - for stdout (default: a table on stdout)",
    )
    add(
        "--show-all",
        action="store_true",
        help="show each function of node_modules (default: one for each package)",
    )
    _max_stall(parser, "sample nothing when beginning to stops the target for longer")
    add("--force", action="store_true", help="replace the file if it exists")
    as_json(parser)


def build(parser: argparse.ArgumentParser) -> None:
    """Take the arguments of a verb that takes a build."""
    parser.add_argument(
        "build", type=Path, metavar="BUILD", help="the folder that compile wrote"
    )


def verify(parser: argparse.ArgumentParser) -> None:
    """Take the arguments of verify."""
    build(parser)
    parser.add_argument(
        "--against",
        type=Path,
        metavar="STORE",
        help="replay the requests that this recording captured",
    )
    parser.add_argument(
        "--reset",
        metavar="CMD",
        help="run in the copy of the working folder before every start",
    )
    as_json(parser)


def detach(parser: argparse.ArgumentParser) -> None:
    """Take the arguments of detach."""
    _target(parser, optional=True)
    parser.add_argument(
        "--all",
        action="store_true",
        help="every process that a recording of this user was in and did not leave",
    )


def explain(parser: argparse.ArgumentParser) -> None:
    """Take the arguments of explain."""
    parser.add_argument("code", metavar="CODE", help="such as FX012")
    as_json(parser)


def doctor(parser: argparse.ArgumentParser) -> None:
    """Take the arguments of doctor."""
    parser.add_argument(
        "target",
        nargs="?",
        metavar="TARGET|STORE",
        help="a target as for record, or a file that record wrote",
    )
    as_json(parser)
