"""The suites of other projects pass as they do without us.

In: ORACLES_DIR, a folder with a checkout of each project, its packages installed. Out:
the titles that pass plain and observed are the same; a table says how much of each
project was instrumented, so that an oracle which observes nothing is seen.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from oracles.running import Observed, Pass, plain, rewritten, traced, watched

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
def expected() -> Callable[[str], Counter[str]]:
    """Titles that pass every time with nothing of ours in the process."""
    known: dict[str, list[Pass]] = {}

    def of(project: str) -> Counter[str]:
        if project not in known:
            known[project] = plain(FOLDER / project, 2) + plain(FOLDER / project, 1)
        return steady(known[project])

    return of


def steady(passes: list[Pass]) -> Counter[str]:
    """Titles that passed in every pass, each as often as it did at the least."""
    common = passes[0].passing
    for one in passes[1:]:
        common &= one.passing
    return common


@pytest.mark.parametrize("project", PROJECTS)
@pytest.mark.parametrize("how", ["rewritten", "watched", "traced"])
def test_the_same_titles_pass(project, how, expected, table, tmp_path):
    folder = FOLDER / project
    assert (folder / "node_modules").is_dir(), f"no {project} in {FOLDER}"
    titles = expected(project)
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
    assert not missing, told(missing)
    assert observed.instrumented >= FEWEST
    assert observed.runs > 0


def line(project: str, how: str, titles: Counter[str], observed: Observed) -> str:
    least = min(sum((one.passing & titles).values()) for one in observed.passes)
    return (
        f"{project:13} {how:10} {sum(titles.values()):5} pass plain, "
        f"{least:5} observed; "
        f"{observed.instrumented:5} functions, {observed.runs:8,} runs seen; "
        + ", ".join(observed.notes[:2])
    )


def told(missing: dict[str, list[str]]) -> str:
    first = list(missing.items())[:20]
    return f"{len(missing)} titles fail:\n" + "\n".join(
        f"{title}\n    {why[0][:1500] if why else 'did not run'}"
        for title, why in first
    )
