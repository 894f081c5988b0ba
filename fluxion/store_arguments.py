"""The arguments of the verbs that read a recording.

In: a parser. Out: the same parser, knowing what its verb takes.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from fluxion import formats
from fluxion.arguments import as_json, policy, store


def effects(parser: argparse.ArgumentParser) -> None:
    """Take the arguments of effects."""
    store(parser)
    parser.add_argument(
        "--cell", metavar="C", help="only cells with this label, such as req.body"
    )
    as_json(parser)


def report(parser: argparse.ArgumentParser) -> None:
    """Take the arguments of report."""
    store(parser)
    parser.add_argument(
        "after",
        type=Path,
        nargs="?",
        metavar="STORE2",
        help="a later recording: what changed from STORE to it",
    )
    as_json(parser)


def chains(parser: argparse.ArgumentParser) -> None:
    """Take the arguments of chains."""
    parser.add_argument(
        "store",
        type=Path,
        metavar="STORE",
        help="what record wrote, such as app.db; with --static a source too: app.js",
    )
    parser.add_argument(
        "--static",
        action="store_true",
        help="what a list of callees' names finds, in a source or beside a recording",
    )
    parser.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help="the names that the app adds to the list (default: ./fluxion.toml)",
    )
    as_json(parser)


def merge(parser: argparse.ArgumentParser) -> None:
    """Take the arguments of merge."""
    add = parser.add_argument
    add("stores", nargs="+", type=Path, metavar="STORE", help="files that record wrote")
    add(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="STORE",
        help="file to write",
    )
    add("--force", action="store_true", help="replace the file if it is a store")
    as_json(parser)


def export(parser: argparse.ArgumentParser) -> None:
    """Take the arguments of export."""
    store(parser)
    add = parser.add_argument
    add(
        "-f",
        "--format",
        choices=formats.NAMES,
        metavar="FORMAT",
        help=f"{', '.join(formats.NAMES)} (default: by the ending of FILE)",
    )
    add(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="FILE",
        help="file to write, - for stdout",
    )
    add(
        "--show-all",
        action="store_true",
        help="show each function of node_modules (default: one for each package)",
    )
    add("--force", action="store_true", help="replace the file if it exists")
    as_json(parser)


def plan(parser: argparse.ArgumentParser) -> None:
    """Take the arguments of plan."""
    store(parser)
    policy(parser)
    as_json(parser)


def build_out(parser: argparse.ArgumentParser) -> None:
    """Take the arguments of compile."""
    # Known, so that it can be refused in words.
    parser.add_argument("--static", action="store_true", help=argparse.SUPPRESS)
    store(parser)
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="BUILD",
        help="the folder",
    )
    policy(parser)
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="say what would be written",
    )
    parser.add_argument(
        "-f", "--force", action="store_true", help="replace the folder if it exists"
    )
    as_json(parser)
