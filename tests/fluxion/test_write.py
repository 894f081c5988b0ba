"""A build is written whole, into its folder only, and replaces nothing by surprise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluxion.write import check_free, write_file, write_folder
from store.errors import FluxionError

FILES: dict[str, str | bytes] = {
    "manifest.json": "{}",
    "overlay/a.js": "1",
    "runtime/x.bin": b"\0",
}


def test_it_writes_all_files(tmp_path):
    write_folder(tmp_path / "deep/build", FILES, force=False)
    assert (tmp_path / "deep/build/overlay/a.js").read_text() == "1"
    assert (tmp_path / "deep/build/runtime/x.bin").read_bytes() == b"\0"
    assert [p.name for p in (tmp_path / "deep").iterdir()] == ["build"]


def test_an_existing_folder_is_refused_without_force(tmp_path):
    build = tmp_path / "build"
    write_folder(build, FILES, force=False)
    with pytest.raises(FluxionError, match="not empty") as told:
        write_folder(build, {"manifest.json": "new"}, force=False)
    assert told.value.exit_code == 1
    assert "--force" in told.value.hint
    write_folder(build, {"manifest.json": "new"}, force=True)
    assert [p.name for p in build.iterdir()] == ["manifest.json"]
    assert [p.name for p in tmp_path.iterdir()] == ["build"]


def test_force_does_not_replace_what_is_no_build(tmp_path):
    (tmp_path / "src").mkdir()
    (tmp_path / "src/precious.js").write_text("x")
    with pytest.raises(FluxionError, match="not a build"):
        write_folder(tmp_path / "src", FILES, force=True)
    assert (tmp_path / "src/precious.js").read_text() == "x"


def test_an_empty_folder_is_as_good_as_none(tmp_path):
    (tmp_path / "build").mkdir()
    write_folder(tmp_path / "build", FILES, force=False)
    assert (tmp_path / "build/manifest.json").exists()


@pytest.mark.parametrize("kind", ["file", "link"])
def test_a_file_or_a_link_in_the_way_is_refused(tmp_path, kind):
    (tmp_path / "other").mkdir()
    if kind == "file":
        (tmp_path / "build").write_text("x")
    else:
        (tmp_path / "build").symlink_to(tmp_path / "other")
    with pytest.raises(FluxionError, match="not a folder"):
        check_free(tmp_path / "build", force=True)


@pytest.mark.parametrize(
    "name",
    ["../out", "/etc/out", "a/../../out", "a/./b", "", "a\\b", "a\0b", "..", "a//../b"],
)
def test_nothing_is_written_outside(tmp_path, name):
    with pytest.raises(FluxionError, match="cannot hold"):
        write_folder(tmp_path / "build", {**FILES, name: "x"}, force=False)
    assert list(tmp_path.iterdir()) == []


@given(st.text(max_size=20))
def test_any_name_stays_inside_or_is_refused(tmp_path_factory, name):
    place = tmp_path_factory.mktemp("place")
    try:
        write_folder(place / "build", {name: "x"}, force=False)
    except (FluxionError, UnicodeEncodeError):
        assert list(place.iterdir()) == []
        return
    assert [p.name for p in place.iterdir()] == ["build"]


def test_a_place_that_cannot_be_written_is_an_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(FluxionError, match="cannot be written"):
        write_folder(tmp_path / "file/build", FILES, force=False)


def test_a_file_is_whole_or_not_there(tmp_path):
    path = tmp_path / "out.json"

    def broken():
        yield b"half"
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"):
        write_file(path, broken(), force=False)
    assert list(tmp_path.iterdir()) == []
    assert write_file(path, [b"who", b"le"], force=False) == 5
    assert path.read_bytes() == b"whole"
    with pytest.raises(ValueError, match="no more"):
        write_file(path, broken(), force=True)
    assert path.read_bytes() == b"whole"
    assert list(tmp_path.iterdir()) == [path]


def test_what_came_in_the_meantime_is_not_overwritten(tmp_path):
    path = tmp_path / "out.json"

    def slow():
        path.write_text("theirs")
        yield b"ours"

    with pytest.raises(FluxionError, match="File exists"):
        write_file(path, slow(), force=False)
    assert path.read_text() == "theirs"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("kind", ["folder", "link", "dangling", "missing"])
def test_no_file_is_written_through_what_is_none(tmp_path, kind):
    path = tmp_path / "out.json"
    (tmp_path / "other").write_text("x")
    if kind == "folder":
        path.mkdir()
    elif kind == "missing":
        path = tmp_path / "no" / "out.json"
    else:
        path.symlink_to(tmp_path / ("other" if kind == "link" else "nothing"))
    with pytest.raises(FluxionError, match=r"not a plain file|cannot be written"):
        write_file(path, [b"y"], force=True)
    assert (tmp_path / "other").read_text() == "x"
