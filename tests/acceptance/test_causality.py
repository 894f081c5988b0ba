"""Programs whose order is known: what a recording implies of it, and nothing more.

What each program's head says was written down before it was ever traced. Programs
that show what is not seen yet are strict failures, by the class of what is lacking.
`make test` runs a third of them, which the printed seed chooses; `make soak` runs all.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from store.recording import load
from tests.acceptance.attached import recorded
from tests.acceptance.causality import PROGRAMS, expected, judge
from tests.conftest import SpawnNode, some

CHILD = "in a launched program `record` traces no process that it starts"
GIVEN = "a function of the module that is only handed over has no twin there"
RUNNING = {
    "24_await_a_result": GIVEN,
    "59_one_function_for_strangers": GIVEN,
    "60_async_returns_a_promise": GIVEN,
    "61_race_of_async_functions": GIVEN,
}
FAMILIES = [
    "01",
    "02",
    "04",
    "08",
    "10",
    "11",
    "13",
    "15",
    "17",
    "18",
    "19",
    "20",
    "22",
    "23",
    "24",
    "30",
    "32",
    "38",
    "40",
    "53",
    "54",
    "59",
    "60",
    "61",
    "62",
    "80",
    "81",
]
LACKS = {
    "48_child": CHILD,
}


class Missed(AssertionError):
    """An order that is not implied; one that is invented is no such failure."""


def programs(names: list[str], lacks: dict[str, str]) -> list[object]:
    return [
        pytest.param(
            name,
            id=name,
            marks=[pytest.mark.xfail(strict=True, raises=Missed, reason=lacks[name])]
            if name in lacks
            else [],
        )
        for name in names
    ]


NAMES = sorted(path.stem for path in PROGRAMS.glob("*.js"))


def test_there_are_enough_and_none_contradicts_itself():
    assert len(NAMES) > 60
    pairs = apart = 0
    for name in NAMES:
        wanted = expected(PROGRAMS / f"{name}.js")
        before = set(wanted.before)
        assert before, name
        for first, then in (*wanted.before, *wanted.apart):
            assert (then, first) not in before, (name, first, then)
        assert not before & set(wanted.apart), name
        apart += len(wanted.apart)
        pairs += len(before)
    assert apart > 2 * len(NAMES)
    print(f"{len(NAMES)} programs, {pairs} pairs in order, {apart} in none")


@pytest.mark.parametrize("name", programs(some(NAMES, 22), LACKS))
def test_of_a_launched_program(name: str, tmp_path: Path):
    program, store = PROGRAMS / f"{name}.js", tmp_path / "x.db"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "fluxion", "record", "-o", str(store)),
            *("--", "node", str(program)),
        ],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    verdict = judge(expected(program), load(store))
    print(f"{name}: {verdict.words()}")
    assert not verdict.invented, verdict.words()
    assert not verdict.reversed, verdict.words()
    if not verdict.holds():
        raise Missed(verdict.words())


@pytest.mark.parametrize(
    "name",
    programs(some([n for n in NAMES if n[:2] in FAMILIES], 7), RUNNING),
)
def test_of_a_running_program(name: str, tmp_path: Path, spawn_node: SpawnNode):
    program = PROGRAMS / f"{name}.js"
    verdict = judge(expected(program), recorded(program, tmp_path, spawn_node))
    print(f"{name}: {verdict.words()}")
    assert not verdict.invented, verdict.words()
    assert not verdict.reversed, verdict.words()
    if not verdict.holds():
        raise Missed(verdict.words())
