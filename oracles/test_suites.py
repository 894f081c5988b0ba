"""The suites of other projects pass as they do without us.

In: ORACLES_DIR, a folder with a checkout of each project, its packages installed;
ORACLES_NODE, another Node.js than the one on PATH. Out:
the titles that pass plain and observed are the same; a table says how much of each
project was instrumented, so that an oracle which observes nothing is seen.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pytest

from oracles.observing import traced, watched
from oracles.running import Observed, Pass, plain, rewritten, unsteady

FOLDER = Path(os.environ.get("ORACLES_DIR", ""))
PROJECTS = ("connect", "raw-body", "body-parser", "serve-static", "express")
FEWEST = 5
"""Functions that must have been instrumented for an oracle to say anything."""


@pytest.fixture(scope="session")
def table() -> Iterator[list[str]]:
    """Lines that are printed at the end."""
    lines: list[str] = []
    yield lines
    print("\n" + "\n".join(["", *lines]))


@pytest.fixture(scope="session")
def expected() -> Callable[[str], Expected]:
    """What passes with nothing of ours in the process."""
    known: dict[str, Expected] = {}

    def of(project: str) -> Expected:
        if project not in known:
            passes = plain(FOLDER / project, 2) + plain(FOLDER / project, 1)
            known[project] = Expected.of(passes)
        return known[project]

    return of


@dataclass(frozen=True)
class Expected:
    """Titles that passed in every plain pass, and in any; each with how often."""

    always: Counter[str]
    ever: Counter[str]

    @classmethod
    def of(cls, passes: list[Pass]) -> Self:
        always, ever = passes[0].passing, passes[0].passing
        for one in passes[1:]:
            always, ever = always & one.passing, ever | one.passing
        return cls(always, ever)


@pytest.mark.parametrize("project", PROJECTS)
@pytest.mark.parametrize("how", ["rewritten", "watched", "traced"])
def test_the_same_titles_pass(project, how, expected, table, tmp_path):
    folder = FOLDER / project
    assert (folder / "node_modules").is_dir(), f"no {project} in {FOLDER}"
    usual = expected(project)
    titles = usual.always
    observed = {
        "rewritten": lambda: rewritten(folder, tmp_path / "app.db"),
        "watched": lambda: watched(folder),
        "traced": lambda: traced(folder),
    }[how]()
    table.append(line(project, how, titles, observed))
    missing = {
        title: [why for one in observed.passes for t, why in one.failing if t == title]
        for one in observed.passes
        for title in titles - one.passing
    }
    # A test may depend on the clock itself: then it also fails without us at times.
    for title in [one for one in missing if passes_sometimes(one, observed)]:
        fails, of = unsteady(folder, title)
        if fails > 0:
            table.append(f"  fails plain in {fails} of {of} runs: {title}")
            del missing[title]
    assert not missing, told(missing)
    assert not {t for one in observed.passes for t in one.passing - usual.ever}
    assert observed.instrumented >= FEWEST
    assert observed.runs > 0


def passes_sometimes(title: str, observed: Observed) -> bool:
    return any(title in one.passing for one in observed.passes)


def line(project: str, how: str, titles: Counter[str], observed: Observed) -> str:
    least = min(sum((one.passing & titles).values()) for one in observed.passes)
    return (
        f"{project:13} {how:10} {sum(titles.values()):5} pass plain, "
        f"{least:5} observed; "
        f"{observed.instrumented:5} functions, {observed.runs:8,} runs seen; "
        + ", ".join(observed.notes)
    )


def told(missing: dict[str, list[str]]) -> str:
    first = list(missing.items())[:20]
    return f"{len(missing)} titles fail:\n" + "\n".join(
        f"{title}\n    {why[0][:1500] if why else 'did not run'}"
        for title, why in first
    )
