"""A build folder is read with suspicion."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fluxion.build import Entry, check_sources, flags_of, node_of, read_build
from store.errors import FluxionError
from tests.fluxion.verify.seeded import make_build


def change(build, **fields):
    path = build.folder / "manifest.json"
    manifest = {**json.loads(path.read_text()), **fields}
    path.write_text(json.dumps(manifest))


def test_it_says_how_the_app_was_started(tmp_path):
    build = make_build(tmp_path)
    assert build.entry.script == tmp_path / "app/server.js"
    assert build.entry.ports == (8080,)
    assert build.fluxions == ("heavy",)
    check_sources(build)


def test_a_source_of_another_version_is_refused_with_both_hashes(tmp_path):
    build = make_build(tmp_path)
    build.entry.script.write_text("changed")
    with pytest.raises(FluxionError) as told:
        check_sources(build)
    assert told.value.exit_code == 1
    assert str(build.entry.script) in told.value.message
    assert build.sources[0].sha256 in told.value.message
    assert told.value.message.count("sha256") == 1


def test_a_source_that_is_gone_is_refused(tmp_path):
    build = make_build(tmp_path)
    build.entry.script.unlink()
    with pytest.raises(FluxionError, match="is gone"):
        check_sources(build)


@pytest.mark.parametrize(
    "manifest",
    ["", "[]", "{}", "null", '{"entry": {}}', '{"entry": [], "files": 1}', "{", "\0"],
)
def test_a_manifest_that_is_none_is_refused(tmp_path, manifest):
    build = make_build(tmp_path)
    (build.folder / "manifest.json").write_text(manifest)
    with pytest.raises(FluxionError):
        read_build(build.folder)


def test_a_folder_that_is_no_build_is_refused(tmp_path):
    with pytest.raises(FluxionError, match="not a build"):
        read_build(tmp_path)
    build = make_build(tmp_path)
    (build.folder / "loader.cjs").unlink()
    with pytest.raises(FluxionError, match="not a whole build"):
        read_build(build.folder)


def test_the_inspector_is_not_started_again(node):
    entry = Entry(
        (str(node), "a.js"),
        ("--inspect=0", "--stack-size=99"),
        Path("/"),
        (),
        (),
        Path("a.js"),
    )
    assert flags_of(entry) == ["--stack-size=99"]
    assert node_of(entry) == str(node)
    gone = Entry(("/gone/node", "a.js"), (), Path("/"), (), (), Path("a.js"))
    assert Path(node_of(gone)).name == "node"
