"""Other people's sources: parsed as Node does, named as eslint-scope does.

In: ORACLES_DIR, whose every JavaScript file is read, installed packages included; in it
`eslint-scope`, a checkout of that package, for the programs of its own tests
(github.com/eslint/js, packages/eslint-scope). Out: nothing differs but by a rule of
ECMAScript; tables say how much was compared.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from oracles.test_suites import FOLDER
from rewriter.syntax.client import Syntax
from rewriter.syntax.tree import Kind, Tree
from tests.rewriter.packages import ROOT, sources
from tests.rewriter.scopes.opinions import Comparison, compare
from tests.rewriter.syntax.verdicts import Compiler, Verdicts
from tests.rewriter.syntax.verdicts import compare as judge

HARVEST = Path(__file__).with_name("harvest.mjs")
KINDS: tuple[Kind, ...] = ("commonjs", "module", "script")
AT_ONCE = 100


@pytest.fixture(scope="module")
def syntax() -> Iterator[Syntax]:
    with Syntax() as opened:
        yield opened


def test_sources_are_parsed_as_node_does_and_named_as_eslint_scope_does(syntax: Syntax):
    node = shutil.which("node")
    assert node is not None
    verdicts, result = Verdicts(), Comparison()
    # Many files of test262 are wrong on purpose, or ahead of any parser.
    folders = sorted(one for one in FOLDER.iterdir() if one.name != "test262")
    batch: list[tuple[str, Tree]] = []
    with Compiler(Path(node)) as compiler:
        for source in sources(folders):
            judge(verdicts, syntax, compiler, source)
            whole = syntax.edit(source.text, [], "x.js").code
            assert whole == source.text, source.file
            trees = (syntax.try_parse(source.text, kind) for kind in KINDS)
            found = next((t for t in trees if isinstance(t, Tree)), None)
            if found is not None:
                batch.append((str(source.file), found))
            if len(batch) == AT_ONCE:
                compare(result, batch)
                batch = []
    compare(result, batch)
    print(f"\n{verdicts.table}\n{result.table}")
    assert not verdicts.differ
    assert not result.wrong
    assert result.texts > 1_000


def test_the_programs_of_eslint_scopes_own_tests(syntax: Syntax):
    checkout = FOLDER / "eslint-scope"
    assert (checkout / "tests").is_dir(), "ORACLES_DIR needs eslint-scope: see above"
    done = subprocess.run(
        ["node", "--no-warnings", HARVEST, checkout, ROOT],
        capture_output=True,
        text=True,
        check=True,
    )
    told = [json.loads(line) for line in done.stdout.split("\n") if line]
    programs = {program["text"]: program["file"] for program in told}
    result, foreign = Comparison(), []
    batch: list[tuple[str, Tree]] = []
    for text, file in programs.items():
        trees = [t for k in KINDS if isinstance(t := syntax.try_parse(text, k), Tree)]
        batch += [(f"{file} as {tree.kind}: {text.strip()}", tree) for tree in trees]
        if not trees:
            foreign.append(file)
    compare(result, batch)
    print(f"\n{len(programs)} programs, no JavaScript: {foreign}\n{result.table}")
    assert set(foreign) <= {"jsx.test.js", "typescript.test.js"}
    assert not result.wrong
    assert len(programs) >= 200
    assert len(programs) - len(foreign) >= 200
