"""Sources are found again, wherever they are, and only when they are the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from fluxion.sources import hash_of, read_text, remap, texts_of, unchanged_texts
from store.errors import FluxionError
from store.facts import Process, Recording, Script


def recorded(root: Path, **files: str) -> Recording:
    """A recording of an app whose main script is the first file."""
    paths = {root / name.replace("_", "/"): text for name, text in files.items()}
    for path, text in paths.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    entry = str(next(iter(paths)))
    process = Process(
        *(1, "v20", ("/bin/node", entry, "x"), (), str(root), entry, (), 0),
        how="attached",
    )
    scripts = tuple(
        Script(n, str(path), str(path), hash_of(text), len(text), "commonjs")
        for n, (path, text) in enumerate(paths.items(), 1)
    )
    return Recording(process, 1.0, scripts)


def test_unchanged_sources_are_read(tmp_path):
    recording = recorded(tmp_path, a="one", lib_b="é")
    assert texts_of(recording) == {1: "one", 2: "é"}


def test_a_byte_order_mark_is_not_part_of_the_text(tmp_path):
    recording = recorded(tmp_path, a="one")
    (tmp_path / "a").write_bytes(b"\xef\xbb\xbfone")
    assert texts_of(recording) == {1: "one"}


def test_a_changed_source_is_named_with_both_hashes(tmp_path):
    recording = recorded(tmp_path, a="one", b="two")
    (tmp_path / "b").write_text("three")
    with pytest.raises(FluxionError) as told:
        texts_of(recording)
    assert told.value.exit_code == 1
    for part in (str(tmp_path / "b"), hash_of("two"), hash_of("three")):
        assert part in told.value.message
    assert unchanged_texts(recording.scripts) == {1: "one"}


def test_a_source_that_is_gone_is_left_out(tmp_path):
    recording = recorded(tmp_path, a="one", b="two")
    (tmp_path / "b").unlink()
    assert texts_of(recording) == {1: "one"}


def test_another_root_takes_the_place_of_the_recorded_one(tmp_path):
    recording = recorded(tmp_path / "there", bin_a="one", lib_b="two")
    (tmp_path / "there").rename(tmp_path / "here")
    moved = remap(recording, tmp_path / "here")
    assert texts_of(moved) == {1: "one", 2: "two"}
    assert moved.process.entry == str(tmp_path / "here/bin/a")
    assert moved.process.argv == ("/bin/node", str(tmp_path / "here/bin/a"), "x")
    assert moved.process.cwd == str(tmp_path / "here")


def test_a_root_without_the_app_is_refused(tmp_path):
    recording = recorded(tmp_path / "there", a="one")
    (tmp_path / "empty").mkdir()
    with pytest.raises(FluxionError, match="does not hold"):
        remap(recording, tmp_path / "empty")


def test_a_root_with_another_version_is_refused(tmp_path):
    recording = recorded(tmp_path / "there", a="one")
    (tmp_path / "here").mkdir()
    (tmp_path / "here/a").write_text("other")
    with pytest.raises(FluxionError, match="not the recorded version"):
        remap(recording, tmp_path / "here")


def test_texts_below_another_root(tmp_path):
    """A container sees its files elsewhere than we do."""
    (tmp_path / "srv").mkdir()
    (tmp_path / "srv/only-there.js").write_text("one")
    script = Script(1, "x", "/srv/only-there.js", hash_of("one"), 3, "commonjs")
    assert read_text(script) is None
    assert read_text(script, tmp_path) == "one"
