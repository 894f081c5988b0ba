"""Command lines that Node would not start."""

from __future__ import annotations

import pytest

from agent.command import refuse_unfit
from store.errors import NoTarget


@pytest.fixture(autouse=True)
def _in_a_folder_with_an_app(tmp_path, monkeypatch):
    (tmp_path / "app.js").write_text("")
    (tmp_path / "lib").mkdir()
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    "words",
    [
        ("app.js",),
        ("app",),
        ("./app.js", "--inspect-brk"),
        ("--max-old-space-size=100", "app.js", "npm"),
        ("-r", "./other.js", "app.js"),
        ("lib",),
        (".",),
        ("--inspect", "app.js"),
    ],
)
def test_what_node_starts(words):
    refuse_unfit(words)


@pytest.mark.parametrize(
    ("words", "reason", "remedy"),
    [
        (("npm", "start"), "npm is a program, not a script", "npm pkg get scripts"),
        (("sh", "-c", "node app.js"), "sh is a program", "give the script"),
        (("nope.js",), "there is no script nope.js", "-- node app.js"),
        (("./npm",), "there is no script ./npm", "-- node app.js"),
        (
            ("--inspect-brk", "app.js"),
            "with --inspect-brk the app waits",
            "leave it out",
        ),
        (("--inspect-wait=0", "app.js"), "--inspect-wait", "leave it out"),
    ],
)
def test_what_it_does_not(words, reason, remedy):
    with pytest.raises(NoTarget) as failure:
        refuse_unfit(words)
    assert reason in failure.value.message
    assert remedy in failure.value.hint
    assert failure.value.exit_code == 3
