"""``fluxion verify`` as a user meets it."""

from __future__ import annotations

import json
import sys

import pytest

from fluxion import exits
from fluxion.cli import main
from tests.fluxion.recordings import make_store
from tests.fluxion.verify.seeded import make_build

DRIVER = (
    "import os, urllib.request as u\n"
    "print(u.urlopen(os.environ['BASE_URL'] + '/balance').read())"
)


@pytest.fixture
def driver():
    return ["--", sys.executable, "-c", DRIVER]


def test_a_right_build_ends_with_0(tmp_path, driver, capsys):
    build = make_build(tmp_path)
    assert main(["verify", str(build.folder), *driver]) == exits.DONE
    told = capsys.readouterr()
    assert told.out.endswith("verify: 1/1 identical\n")
    assert "prove little" in told.err, "nothing moved in it"


def test_a_wrong_build_ends_with_7_and_shows_the_difference(tmp_path, driver, capsys):
    build = make_build(tmp_path, "res.end(String(balance))", "res.end('7')")
    assert main(["verify", str(build.folder), "--json", *driver]) == exits.DIFFERENT
    told = json.loads(capsys.readouterr().out)
    assert told["identical"] == 0
    (difference,) = told["different"]
    assert difference["phase"] == "driver"
    assert difference["where"].startswith("stdout byte")
    assert "b'0'" in difference["expected"]
    assert "b'7'" in difference["got"]


def test_a_changed_source_ends_with_1(tmp_path, driver, capsys):
    build = make_build(tmp_path)
    build.entry.script.write_text("// newer")
    assert main(["verify", str(build.folder), *driver]) == exits.ERROR
    assert "has changed" in capsys.readouterr().err


def test_a_recording_without_requests_is_an_error(tmp_path, capsys):
    build = make_build(tmp_path)
    (tmp_path / "s").mkdir()
    store = make_store(tmp_path / "s")
    line = ["verify", str(build.folder), "--against", str(store)]
    assert main(line) == exits.ERROR
    assert "--capture-requests" in capsys.readouterr().err
