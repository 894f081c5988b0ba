"""How a check is shown."""

from __future__ import annotations

from fluxion.checks import Check, fact, of, text


def test_what_is_wrong_comes_with_its_remedy():
    wrong = of("node", "node v18", good=False, remedy="install Node.js 20")
    assert wrong.text() == "NO  node v18\n      install Node.js 20"
    assert not wrong.good
    right = of("node", "node v20", good=True, remedy="install Node.js 20")
    assert right.text() == "ok  node v20"


def test_facts_and_warnings_keep_nothing_from_working():
    warning = Check("clients", "somebody debugs it", "warning", "wait")
    assert warning.good
    assert text([warning, fact("memory", "9 MB")]) == (
        "!   somebody debugs it\n      wait\n    9 MB"
    )


def test_rows_and_hostile_names():
    check = fact("node", "evil\x1b[31m\nname")
    assert "\x1b" not in check.text()
    assert "\n" not in check.text()
    assert check.row() == {
        "about": "node",
        "what": "evil\x1b[31m\nname",
        "ok": True,
        "state": "fact",
        "remedy": "",
    }
