"""The mirror check finds what is missing, and what is excused for nothing."""

from __future__ import annotations

import pytest

from scripts.check_mirror import faults


@pytest.fixture
def house(tmp_path):
    def write(path: str, text: str) -> None:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)

    write("room/__init__.py", '"""Only words."""\n')
    write("room/deep/door.py", "OPEN = True\n")
    return write


def test_a_file_without_a_test_is_named_with_its_place(house, tmp_path):
    assert faults(tmp_path, ["room"], []) == [
        "room/deep/door.py: has no tests/room/deep/test_door.py"
    ]


def test_a_file_with_its_test_is_fine(house, tmp_path):
    house("tests/room/deep/test_door.py", "")
    assert faults(tmp_path, ["room"], []) == []


def test_an_exception_excuses_and_expires(house, tmp_path):
    assert faults(tmp_path, ["room"], ["room/deep/door.py"]) == []
    house("tests/room/deep/test_door.py", "")
    assert faults(tmp_path, ["room"], ["room/deep/door.py"]) == [
        "room/deep/door.py: the exception in pyproject.toml is no longer needed"
    ]


def test_an_init_with_code_needs_a_test_too(house, tmp_path):
    house("tests/room/deep/test_door.py", "")
    house("room/__init__.py", "from room.deep import door\n")
    assert faults(tmp_path, ["room"], []) == [
        "room/__init__.py: has no tests/room/test_init.py"
    ]
