"""A heap profile as a tree of frames, from any text."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiler.frames import read_frames
from profiler.heap import as_profile
from store.errors import ProtocolError


def node(name: str, size: Any, *children: Any) -> dict[str, Any]:
    place = {"url": "/a.js", "lineNumber": 1, "columnNumber": 2, "scriptId": "3"}
    frame = {"functionName": name, **place}
    return {"callFrame": frame, "selfSize": size, "children": list(children)}


def test_each_byte_is_where_it_was_allocated() -> None:
    head = node("(root)", 0, node("a", 100, node("b", 7)), node("c", 2.5))
    frames = read_frames(as_profile(json.dumps({"head": head})), (), ())
    found = {one.name: (one.self_us, one.total_us) for one in frames}
    assert found == {"(root)": (0, 109), "a": (100, 107), "b": (7, 7), "c": (2, 2)}


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"head": 1}', "[" * 100_000])
def test_what_is_no_heap_profile_is_refused(text: str) -> None:
    with pytest.raises(ProtocolError):
        as_profile(text)


@given(
    st.recursive(
        st.builds(dict),
        lambda below: st.fixed_dictionaries(
            {
                "selfSize": st.one_of(st.integers(), st.floats(), st.none()),
                "callFrame": st.one_of(st.none(), st.just({"functionName": 1})),
                "children": st.one_of(st.none(), st.lists(below, max_size=3)),
            }
        ),
        max_leaves=8,
    )
)
def test_nothing_in_it_is_taken_on_trust(head: dict[str, Any]) -> None:
    frames = read_frames(as_profile(json.dumps({"head": head})), (), ())
    assert all(one.self_us >= 0 for one in frames)
