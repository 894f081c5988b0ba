"""The files that runs leave are compared like answers."""

from __future__ import annotations

import pytest

from fluxion.verify.copies import fingerprint
from fluxion.verify.state import Left, compare_files


def left(tmp_path, name: str, files: dict[str, str]) -> Left:
    folder = tmp_path / name
    for inner, text in files.items():
        path = folder / inner
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    folder.mkdir(exist_ok=True)
    return Left(folder, fingerprint(folder))


def wheres(tmp_path, one, two, got) -> list[tuple[str, str]]:
    sides = zip(("one", "two", "got"), (one, two, got), strict=True)
    found = compare_files(*(left(tmp_path, n, files) for n, files in sides))
    return [(f.what, f.where) for f in found]


DB = {"db.json": '{"n": 1}', "a/log": "x"}


@pytest.mark.parametrize(
    ("one", "two", "got", "found"),
    [
        (DB, DB, DB, []),
        (DB, DB, {"db.json": '{"n": 2}', "a/log": "x"}, [("db.json", "body byte 6")]),
        (DB, DB, {"db.json": '{"n": 1}'}, [("a/log", "file")]),
        (DB, DB, {**DB, "new": ""}, [("new", "file")]),
        ({"t": "at 5"}, {"t": "at 7"}, {"t": "at 9"}, []),
        ({"t": "at 5"}, {"t": "at 7"}, {"t": "at x"}, [("t", "body byte 3")]),
        ({"tmp/1": ""}, {"tmp/2": ""}, {"tmp/3": ""}, []),
        ({"tmp/1": ""}, {"tmp/2": ""}, {}, [("tmp", "number of files")]),
    ],
)
def test_files(tmp_path, one, two, got, found):
    assert wheres(tmp_path, one, two, got) == found
