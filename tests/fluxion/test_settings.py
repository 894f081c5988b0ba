"""`fluxion.toml`: what it adds, and what is wrong with it in words."""

from __future__ import annotations

import pytest

from fluxion.settings import own_names
from rewriter.callees import Listed
from store.errors import UsageError

GOOD = """
[[rupture]]
name = "getRawBody"
kind = "post"

[[rupture]]
name = "queue.*"
kind = "start"
callback = 2
"""


def test_names_are_added_in_order(tmp_path, monkeypatch):
    (tmp_path / "fluxion.toml").write_text(GOOD)
    expected = (
        Listed("getRawBody", "post", "last", own=True),
        Listed("queue.*", "start", 2, own=True),
    )
    assert own_names(tmp_path / "fluxion.toml") == expected
    monkeypatch.chdir(tmp_path)
    assert own_names(None) == expected


def test_without_the_file_nothing_is_added(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert own_names(None) == ()
    with pytest.raises(UsageError, match="cannot be read"):
        own_names(tmp_path / "fluxion.toml")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[ruptur]]", "there is no 'ruptur'; did you mean 'rupture'?"),
        ("[rupture]\nname = 'a'", r"write \[\[rupture\]\] above each name"),
        ("[[rupture]]\nnames = 'a'", "there is no 'names'; did you mean 'name'?"),
        ("[[rupture]]\nkind = 'post'", "name is the callee"),
        ("[[rupture]]\nname = '.'\nkind = 'post'", "name is the callee"),
        ("[[rupture]]\nname = 'a'\nkind = 'posts'", "did you mean 'post'?"),
        ("[[rupture]]\nname = 'a'\nkind = ['post']", 'kind is "start" or "post"'),
        ("[[rupture]]\nname = 'a'\nkind = 'post'\ncallback = 0", "from 1"),
        ("[[rupture]]\nname = 'a'\nkind = 'post'\ncallback = true", "from 1"),
        ("[[rupture]]\nname = 'a'\nkind = 'post'\ncallback = 'lst'", "mean 'last'?"),
        ("rupture = [1]", "it has no keys"),
        ("\x1b[31m = 1", "it is no TOML"),
        ("a = " + "[" * 5000, "it is no TOML"),
        ("#" * 1_000_001, "more than 1,000,000 bytes"),
    ],
)
def test_what_is_wrong_is_said_with_the_file(tmp_path, text, told):
    path = tmp_path / "fluxion.toml"
    path.write_text(text)
    with pytest.raises(UsageError, match=told) as failure:
        own_names(path)
    assert str(path) in failure.value.message
    assert failure.value.exit_code == 2


def test_bytes_that_are_no_text(tmp_path):
    (tmp_path / "fluxion.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="it is no TOML"):
        own_names(tmp_path / "fluxion.toml")
