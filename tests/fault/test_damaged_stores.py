"""F9: every verb that reads a recording, given a damaged or foreign one, or no file."""

from __future__ import annotations

import contextlib
import os
import random
import sqlite3
from collections import Counter
from pathlib import Path

import pytest

from fluxion import exits
from fluxion.cli import main
from fluxion.formats import NAMES
from store.schema import APPLICATION_ID
from tests.fault.worlds import figure
from tests.fluxion.test_export import make

READING = {
    **{verb: (verb, "{}") for verb in ("report", "chains", "effects", "plan")},
    "json": ("report", "{}", "--json"),
    "changed": ("report", "{}", "{whole}"),
    "compile": ("compile", "{}", "-o", "{out}/build", "--force"),
    **{f"export {name}": ("export", "{}", "-f", name, "-o", "-") for name in NAMES},
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("whole"))


def empty(path: Path, _: bytes) -> None:
    path.write_bytes(b"")


def words(path: Path, _: bytes) -> None:
    path.write_text("\x1b[31mno database\n" * 400)


def foreign(path: Path, _: bytes) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE journal (block TEXT)")
    connection.commit()
    connection.close()


def of_the_future(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 9999")
    connection.close()


def of_our_number_alone(path: Path, _: bytes) -> None:
    foreign(path, b"")
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute("PRAGMA user_version = 3")
    connection.close()


def cut(path: Path, content: bytes) -> None:
    path.write_bytes(content[: len(content) // 2])


def folder(path: Path, _: bytes) -> None:
    path.mkdir()


def pipe(path: Path, _: bytes) -> None:
    os.mkfifo(path)


def missing(path: Path, _: bytes) -> None:
    path.unlink(missing_ok=True)


BAD = [empty, words, foreign, of_the_future, of_our_number_alone, cut]
BAD += [folder, pipe, missing]


@pytest.mark.parametrize("name", READING)
@pytest.mark.parametrize("bad", BAD)
def test_each_verb_says_what_is_wrong_with_it(name, bad, whole, tmp_path, capfd):
    path = tmp_path / "bad\x1b[31m.db"
    bad(path, whole.read_bytes())
    code, told = run(name, path, whole, tmp_path, capfd)
    assert code == exits.STORE, told
    assert "error: " in told
    assert "hint: " in told
    assert "\x1b" not in told


@pytest.mark.soak
@pytest.mark.parametrize("name", READING)
def test_flipped_bits_are_damage_or_nothing(name, whole, tmp_path, capfd, seed, rounds):
    """Each verb ends, with its answer or with 5; it never guesses from half a page."""
    content, chance = whole.read_bytes(), random.Random(seed)
    path, codes = tmp_path / "app.db", Counter[int]()
    for _ in range(rounds(1000)):
        damaged = bytearray(content)
        for _ in range(chance.choice([1, 4, 64])):
            damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        path.write_bytes(damaged)
        code, told = run(name, path, whole, tmp_path, capfd)
        assert code in {exits.DONE, exits.STORE, exits.NOTHING_DONE}, told
        codes[code] += 1
    figure(f"F9 {name}: {sum(codes.values())} damaged stores, exit codes {dict(codes)}")


def run(name, path, whole, out, capfd) -> tuple[int, str]:
    words = [
        word.replace("{}", str(path))
        .replace("{whole}", str(whole))
        .replace("{out}", str(out))
        for word in READING[name]
    ]
    with contextlib.suppress(SystemExit):
        code = main(words)
    _, told = capfd.readouterr()
    assert "Traceback" not in told, told
    return code, told
