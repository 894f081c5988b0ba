"""The script that breaks the code, and what it is for: the scope analysis."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.mutants import mutants_of, mutated
from tests.conftest import ROOT, SOAK

SOURCE = '''\
"""A docstring."""
from __future__ import annotations
LIMIT = 3
WORDS = "one two"


def small(n: int, flag: bool = True) -> bool:
    """Tell."""
    if n < LIMIT and flag:
        return n == 1 or n in {1, 2}
    else:
        n -= 1
    return not n


class Shown:
    __slots__ = ("a",)

    def __repr__(self) -> str:
        return "nothing"
'''
TESTS = """\
from pack.code import WORDS, small

def test_small():
    assert [small(n) for n in (0, 1, 2, 3, 1)] == [False, True, True, False, True]
    assert WORDS.split() == ["one", "two"]
"""
SCOPES = [
    f"tests/rewriter/scopes/test_{name}.py"
    for name in ("resolution", "model", "regions", "roles", "analysis")
]
"""The quickest first."""


@pytest.fixture
def project(tmp_path: Path, monkeypatch) -> Path:
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack/__init__.py").touch()
    (tmp_path / "pack/code.py").write_text(SOURCE)
    (tmp_path / "test_code.py").write_text(TESTS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_mutant_is_another_program(project: Path):
    found = mutants_of(Path("pack/code.py"))
    texts = [mutated(mutant) for mutant in found]
    original = ast.unparse(ast.parse(SOURCE))
    assert len(set(texts)) == len(texts)
    assert original not in texts
    for text in texts:
        ast.parse(text)
    told = "\n".join(str(mutant) for mutant in found)
    for change in (
        "not (n < LIMIT and flag)",
        "LtE in n < LIMIT",
        "Or in n < LIMIT and flag",
        "no else",
        "4, not 3",
        "'two', not 'one two'",
        "False, not True",
        "NotEq in n == 1",
        "NotIn in n in {1, 2}",
        "without 2",
        "without n -= 1",
        "Add in n -= 1",
        "without not: not n",
        "return None, not not n",
    ):
        assert f": {change}\n" in f"{told}\n", change
    assert "nothing" not in told
    assert "docstring" not in told
    assert "Tell" not in told


def mutants(*arguments: str, cwd: Path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts/mutants.py"), *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
    )
    return done.returncode, done.stdout + done.stderr


def test_survivors_are_told(project: Path):
    some = ("pack", "test_code.py", "--count", "4", "--seed", "3")
    code, told = mutants(*some, "--least", "99", cwd=project)
    *survived, last = told.strip().split("\n")
    assert all(line.startswith("survived: pack/code.py:") for line in survived)
    assert 0 < len(survived) < 4, told
    assert last.startswith(f"{4 - len(survived)} of 4 mutants killed")
    assert code == 1
    (project / "test_code.py").write_text("def test(): raise ValueError")
    code, told = mutants("pack", "test_code.py", cwd=project)
    assert (code, told) == (2, "the tests fail without a mutant\n")


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_our_tests_notice_when_the_scope_analysis_breaks(seed: int):
    count = 150 if SOAK else 1
    tests = SCOPES if SOAK else SCOPES[:2]
    least = "90" if SOAK else "0"
    given = ("--seed", str(seed), "--count", str(count), "--least", least)
    code, told = mutants("rewriter/scopes", *tests, *given, cwd=ROOT)
    print(f"\n{told}")
    assert code == 0, told
    assert f" of {count} mutants killed" in told
