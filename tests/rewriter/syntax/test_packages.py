"""Real files: what Node compiles is parsed, and comes back as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from rewriter.syntax.client import Edit, Syntax
from rewriter.syntax.tree import Tree
from tests.rewriter.packages import POPULAR, SOAK, Source, some
from tests.rewriter.syntax.verdicts import Compiler, Verdicts, compare


@pytest.fixture(scope="module")
def files() -> list[Source]:
    return some()


@pytest.mark.soak
def test_what_node_compiles_is_parsed_and_nothing_else(
    syntax: Syntax, files: list[Source], node: Path
):
    verdicts = Verdicts()
    with Compiler(node) as compiler:
        for source in files:
            compare(verdicts, syntax, compiler, source)
    popular = tuple(name for name in POPULAR if verdicts.packages[name])
    print(f"\n{len(files)} files, {len(popular)} popular packages\n{verdicts.table}")
    assert not verdicts.differ
    assert verdicts.compiled > 2 * len(files)
    if SOAK:
        assert len(files) >= 2500
        assert popular == POPULAR


def test_where_node_and_we_differ_is_found(syntax: Syntax, nodes: dict[str, Path]):
    verdicts = Verdicts()
    newer = Source(Path("node_modules/a/newer.js"), "{ using a = null }")
    for version in ("20", "26"):
        with Compiler(nodes[version]) as compiler:
            compare(verdicts, syntax, compiler, newer)
    assert verdicts.counts["commonjs", True, False] == 1
    assert verdicts.counts["commonjs", True, True] == 1
    assert [line.split(": ")[0] for line in verdicts.differ] == [
        f"node_modules/a/newer.js as {kind}"
        for kind in ("commonjs", "module", "script")
    ]


def test_both_sides_refuse_and_accept_alike(syntax: Syntax, node: Path):
    verdicts = Verdicts()
    torn = Source(Path("node_modules/a/torn.js"), "let a = 1\nlet a = 2")
    fine = Source(Path("node_modules/a/fine.js"), "let a = 1; with (a) a")
    with Compiler(node) as compiler:
        compare(verdicts, syntax, compiler, torn)
        compare(verdicts, syntax, compiler, fine)
        assert "already been declared" in compiler.refusal(torn.text, "script")
    assert verdicts.differ == []
    assert verdicts.counts["commonjs", False, False] == 1
    assert verdicts.counts["commonjs", True, True] == 1
    assert verdicts.packages["a"] == 1


@pytest.mark.soak
def test_nothing_changes_where_nothing_is_edited(syntax: Syntax, files: list[Source]):
    edited = 0
    for source in files:
        raw = source.file.read_bytes()
        marked = raw.decode("utf-8", "replace")
        whole = syntax.edit(marked, [], "x.js").code
        if raw == marked.encode():
            assert whole.encode() == raw, source.file
        edits = same(syntax, source.text)
        edited += len(edits)
        assert syntax.edit(source.text, edits, "x.js").code == source.text, source.file
    print(f"\n{len(files)} files, {edited:,} places replaced by themselves")
    assert edited > 100 * len(files)


def same(syntax: Syntax, text: str) -> list[Edit]:
    """Replace every name and literal of a text by itself."""
    for kind in ("commonjs", "module"):
        tree = syntax.try_parse(text, kind)
        if isinstance(tree, Tree):
            leaves = {
                (node.start, node.end): node.raw
                for node in tree.of_type("Identifier", "Literal", "TemplateElement")
            }
            return [Edit(*span, new) for span, new in leaves.items()]
    return []
