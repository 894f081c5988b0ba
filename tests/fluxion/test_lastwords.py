"""The line that says why."""

from __future__ import annotations

import pytest

from fluxion.lastwords import last_words


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("", "it said nothing"),
        ("one\ntwo\n", "two"),
        ("x\nTypeError: no\n    at f (a.js:1:1)\n\nNode.js v20", "TypeError: no"),
    ],
)
def test_last_words(tmp_path, said, words):
    (tmp_path / "log").write_text(said)
    assert last_words(tmp_path / "log") == words
