"""Workers share the suite, but never the inspector's usual port."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tests.workers import (
    ATTACHING,
    ON_USUAL_PORT,
    USUAL_PORT,
    Beside,
    Ran,
    below_tests,
    group_of,
    may_share_port,
)


def test_who_may_open_the_usual_port_is_one_group():
    assert group_of("agent/test_leaving.py") == USUAL_PORT
    assert group_of("acceptance/test_gif_chat.py") == USUAL_PORT
    assert group_of("agent/test_attach.py") == "agent/test_attach.py"
    assert group_of("rewriter/test_cuts.py") == "rewriter/test_cuts.py"


def test_every_name_is_there():
    for name in (*ATTACHING, *ON_USUAL_PORT):
        assert (ROOT / "tests" / name).exists(), name


@pytest.mark.parametrize(
    ("path", "flags", "env", "may"),
    [
        ("agent/test_attach.py", (), {}, False),
        ("agent/test_attach.py", ("--inspect-port=0",), {}, True),
        ("agent/test_attach.py", (), {"NODE_OPTIONS": "--inspect-port=0"}, True),
        ("agent/test_leaving.py", (), {}, True),
        ("fault/test_new.py", ("--jitless",), {}, False),
        ("fluxion/verify/test_play.py", (), {}, True),
        ("rewriter/test_cuts.py", (), {}, True),
    ],
)
def test_a_node_beside_others_has_a_port_of_its_own(path, flags, env, may):
    assert may_share_port(path, flags, env) is may


def test_the_path_of_a_test():
    assert below_tests("tests/agent/test_x.py::test_y[a::b]") == "agent/test_x.py"
    assert below_tests("test_inner.py::test_y") == ""


def test_a_failure_says_what_ran_beside_it():
    beside = Beside()
    beside.ran = [
        Ran("gw0", "tests/a.py::before", 0, 1),
        Ran("gw0", "tests/a.py::meanwhile", 1, 3),
        Ran("gw0", "tests/a.py::after", 3, 4),
        Ran("gw1", "tests/b.py::fails", 2, 2.5),
    ]
    beside.failed = beside.ran[-1:]
    assert beside.lines() == [
        "gw1 ran tests/b.py::fails, and beside it:",
        "  gw0 tests/a.py::meanwhile",
    ]


SHARED = """
import os
import pytest
from pathlib import Path

HERE = Path(__file__).parent

@pytest.mark.parametrize("n", range(8))
def test_where(n, seed):
    (HERE / f"{Path(__file__).stem}.{n}").write_text(
        os.environ["PYTEST_XDIST_WORKER"] + f" {seed}"
    )
    assert n != 3
"""


def test_workers_keep_files_whole_share_a_seed_and_tell_who_failed(tmp_path):
    for name in ("test_one.py", "test_two.py"):
        (tmp_path / name).write_text(SHARED)
    inner = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-p", "tests.conftest", "-q"),
            *("-n", "2", "-W", "default"),
            *("--rootdir", tmp_path, "-c", "/dev/null", tmp_path),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert inner.returncode == 1, inner.stdout + inner.stderr
    told = {
        file.name: file.read_text("utf-8").split()
        for file in tmp_path.glob("test_*.[0-7]")
    }
    assert len(told) == 16
    for name in ("test_one", "test_two"):
        assert len({told[f"{name}.{n}"][0] for n in range(8)}) == 1, told
    assert len({seed for _, seed in told.values()}) == 1
    for name in ("test_one", "test_two"):
        assert f"{told[f'{name}.3'][0]} ran {name}.py::test_where[3]" in inner.stdout
