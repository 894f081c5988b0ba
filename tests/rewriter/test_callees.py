"""Which entry of the list a callee is."""

from __future__ import annotations

from collections import Counter

import pytest

from rewriter.callees import LISTED, Listed, Names


@pytest.mark.parametrize(
    ("module", "written", "kind", "listed"),
    [
        ("", "setTimeout", "post", "setTimeout"),
        ("", "setInterval", "start", "setInterval"),
        ("", "app.get", "start", "app.get"),
        ("fs.readFile", "files.readFile", "post", "fs.*"),
        ("fs.watch", "fs.watch", "start", "fs.watch"),
        ("", ".on", "start", ".on"),
        ("", "socket.once", "post", ".once"),
        ("", "anything.then", "post", ".then"),
    ],
)
def test_a_callee_is_found(module, written, kind, listed):
    found = Names().find(module, written, bound=False)
    assert found is not None
    assert (found.kind, found.name) == (kind, listed)


@pytest.mark.parametrize(
    ("module", "written", "bound"),
    [
        ("", "", False),
        ("", "on", False),
        ("", "get", False),
        ("", "map.get", False),
        ("fs.readFileSync", "fs.readFileSync", False),
        ("fs.createReadStream", "fs.createReadStream", False),
        ("lodash.get", "_.get", False),
        ("", "setTimeout", True),
    ],
)
def test_what_only_looks_like_it_is_not(module, written, bound):
    assert Names().find(module, written, bound=bound) is None


def test_the_app_adds_names_of_its_own_and_corrects_ours():
    own = [
        Listed("getRawBody", "post", own=True),
        Listed("queue.*", "start", own=True),
        Listed("fs.watch", "post", own=True),
    ]
    names = Names(own)
    assert names.find("raw-body", "getRawBody", bound=True) == own[0]
    assert names.find("", "queue.process", bound=False) == own[1]
    assert names.find("fs.watch", "fs.watch", bound=False) == own[2]


def test_no_name_stands_twice_in_the_list():
    assert max(Counter(one.name for one in LISTED).values()) == 1
