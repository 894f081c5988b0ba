"""What was parsed once is not parsed again, and no cache can make an answer wrong."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rewriter.syntax.cache import FORMAT, Cache, masked, own_folder
from rewriter.syntax.client import Edit, Syntax
from rewriter.syntax.process import BUNDLE
from rewriter.syntax.tree import Tree
from rewriter.trace import rewrite
from store.errors import FluxionError
from store.facts import FunctionSource, Refusal, Rewrite
from tests.rewriter.packages import some

TEXT = "const secret = 'canary\\n\\ud83d'; module.exports = () => secret /*😀*/"
EDITS = [Edit(0, 5, "let"), Edit(6, 6, "/*canary*/")]


def cached(folder: Path, *, node: str | None = None, parser: bytes = b"1") -> Syntax:
    return Syntax(node, cache=Cache(folder, parser))


def everything(syntax: Syntax) -> tuple[object, ...]:
    """All that a parser says of two texts."""
    tree = syntax.parse(TEXT, "commonjs")
    refused = syntax.try_parse("var ;", "script", 7)
    assert isinstance(refused, Refusal)
    columns = [getattr(tree.columns, name).tolist() for name in ("type", "start", "op")]
    edited = syntax.edit(TEXT, EDITS, "x.js")
    return columns, dict(tree.cooked), tree.grammar.types, refused, edited


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "cache"
    assert own_folder(made)
    return made


def test_answers_come_back_without_a_parser(syntax: Syntax, folder: Path):
    with cached(folder) as first:
        told = everything(first)
    assert told == everything(syntax)
    with cached(folder, node="/no/such/node") as second:
        assert everything(second) == told
        assert second.process.pid is None
        with pytest.raises((FluxionError, OSError)):
            second.parse("var another", "script")


def test_another_parser_has_other_answers(folder: Path):
    with cached(folder) as first:
        first.parse(TEXT, "commonjs")
    with (
        cached(folder, node="/no/such/node", parser=b"2") as second,
        pytest.raises(OSError, match="node"),
    ):
        second.parse(TEXT, "commonjs")


@pytest.mark.parametrize(
    "harm",
    [
        lambda raw: b"",
        lambda raw: raw[:-1],
        lambda raw: raw[: len(raw) // 2],
        lambda raw: raw[:40] + bytes([raw[40] ^ 1]) + raw[41:],
        lambda raw: raw[:-1] + bytes([raw[-1] ^ 128]),
        lambda raw: raw + b"\0",
        lambda raw: FORMAT,
        lambda raw: b"another program's file",
        lambda raw: bytes(len(raw)),
    ],
)
def test_a_torn_or_foreign_entry_is_no_entry(syntax: Syntax, folder: Path, harm):
    with cached(folder) as first:
        everything(first)
    entries = list(folder.iterdir())
    assert len(entries) == 4  # what it is, a tree, a refusal, an edited text
    for entry in entries:
        entry.write_bytes(harm(entry.read_bytes()))
    with cached(folder) as second:
        assert everything(second) == everything(syntax)
    with cached(folder, node="/no/such/node") as third:  # and they were mended
        assert everything(third) == everything(syntax)


def test_entries_that_took_each_others_place_are_no_entries(
    syntax: Syntax, folder: Path
):
    with cached(folder) as first:
        everything(first)
    entries = sorted(folder.iterdir())
    contents = [entry.read_bytes() for entry in entries]
    for entry, content in zip(entries, [*contents[1:], contents[0]], strict=True):
        entry.write_bytes(content)
    with cached(folder) as second:
        assert everything(second) == everything(syntax)


def test_what_is_no_plain_file_of_ours_is_not_read(syntax: Syntax, folder: Path):
    with cached(folder) as first:
        everything(first)
    for entry in list(folder.iterdir()):
        elsewhere = folder.parent / entry.name
        entry.rename(elsewhere)
        entry.symlink_to(elsewhere)
    with cached(folder, node="/no/such/node") as second, pytest.raises(OSError):
        everything(second)
    for entry in list(folder.iterdir()):
        entry.unlink()
        os.mkfifo(entry)
    with cached(folder) as third:
        assert everything(third) == everything(syntax)


def test_nobody_reads_a_program_out_of_it(folder: Path):
    with cached(folder) as first:
        everything(first)
    for entry in folder.iterdir():
        assert b"canary" not in entry.read_bytes()
        assert b"canary".hex() not in entry.name
        assert entry.stat().st_mode & 0o077 == 0
    assert folder.stat().st_mode & 0o077 == 0
    assert masked(masked(b"\0text\xff", b"key"), b"key") == b"\0text\xff"


def test_it_stays_below_its_limit(folder: Path):
    cache = Cache(folder, b"1", most=20_000)
    for number in range(600):
        cache.put(b"%d" % number, {"n": "x" * 90})
        if number % 100 == 0:
            assert cache.get(b"0") == {"n": "x" * 90}
    cache._prune()
    assert sum(entry.stat().st_size for entry in folder.iterdir()) <= 20_000
    assert cache.get(b"599") is not None
    assert cache.get(b"1") is None
    cache.put(b"big", {"n": "x" * 6_000})
    assert cache.get(b"big") is None


def test_a_folder_that_goes_away_is_no_failure(syntax: Syntax, folder: Path):
    with cached(folder) as first:
        folder.rmdir()
        assert everything(first) == everything(syntax)


@pytest.mark.parametrize(
    ("environment", "below"),
    [
        ({"FLUXION_CACHE": "{}/own"}, "own"),
        ({"XDG_CACHE_HOME": "{}/xdg", "HOME": "{}"}, "xdg/fluxion/syntax"),
        ({"HOME": "{}"}, ".cache/fluxion/syntax"),
        ({"FLUXION_CACHE": "off", "HOME": "{}"}, None),
        ({"FLUXION_CACHE": "relative"}, None),
        ({"FLUXION_CACHE": "/proc/nowhere"}, None),
        ({}, None),
    ],
)
def test_where_it_is(tmp_path: Path, monkeypatch, environment, below: str | None):
    monkeypatch.setattr("rewriter.syntax.cache.sidecar_path", lambda: BUNDLE)
    monkeypatch.chdir(tmp_path)
    given = {name: value.format(tmp_path) for name, value in environment.items()}
    found = Cache.of_user(given)
    assert (found and found.folder) == (below and tmp_path / below)


def test_a_folder_that_others_may_change_is_not_used(tmp_path: Path, monkeypatch):
    tmp_path.chmod(0o777)
    assert not own_folder(tmp_path)
    (tmp_path / "file").touch()
    assert not own_folder(tmp_path / "file")
    (tmp_path / "link").symlink_to(tmp_path)
    assert not own_folder(tmp_path / "link")
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    assert not own_folder(tmp_path / "new")
    assert not (tmp_path / "new").exists()
    monkeypatch.setattr("rewriter.syntax.cache.sidecar_path", lambda: Path("x.js"))
    assert Cache.of_user({"HOME": str(tmp_path)}) is None


def test_real_files_are_the_same_from_the_cache(syntax: Syntax, folder: Path):
    files = some(60)
    compared = 0
    for _ in range(2):
        with cached(folder) as second:
            for source in files:
                ours = second.try_parse(source.text, "commonjs")
                told = syntax.try_parse(source.text, "commonjs")
                if isinstance(told, Tree):
                    assert isinstance(ours, Tree)
                    assert ours.columns == told.columns
                    assert ours.cooked == told.cooked
                    compared += 1
                else:
                    assert ours == told
                given = FunctionSource(1, "x.js", source.text, 0, "load")
                made = rewrite(second, given)
                if isinstance(made, Rewrite):
                    assert made == rewrite(syntax, given)
    assert compared > len(files)
