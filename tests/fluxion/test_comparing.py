"""Frames are compared post by post."""

from __future__ import annotations

from fluxion.comparing import compare_drives


def result(order, *listeners, errors=()):
    posts = [
        {"n": n, "status": 204, "headers": {"x-frame": str(order.index(n) + 1)}}
        for n in sorted(order)
    ]
    return {
        "posts": posts,
        "listeners": [{"frames": list(frames)} for frames in listeners],
        "errors": list(errors),
    }


ONE = result([1, 2, 3], "abc", "c")


def test_the_same_is_identical():
    together = result([2, 1, 3], "bac", "c")
    found = compare_drives(ONE, ONE, [ONE, together])
    assert found.problems == []
    assert found.identical == found.total == 3 + 4 + 4 + 4


def test_another_picture_is_found():
    found = compare_drives(ONE, result([1, 2, 3], "abx", "c"), [])
    assert found.problems == ["listener 0, frame 3"]
    assert found.total - found.identical == 1


def test_a_picture_of_another_post_is_found():
    found = compare_drives(ONE, ONE, [result([2, 1, 3], "abc", "c")])
    assert len(found.problems) == 2


def test_a_missing_frame_and_an_error_are_found():
    found = compare_drives(ONE, result([1, 2, 3], "ab", "c"), [])
    assert "listener 0: 2 frames instead of 3" in found.problems
    found = compare_drives(ONE, ONE, [result([1, 2, 3], "abc", errors=["broken"])])
    assert found.problems == ["together: broken"]


def test_another_answer_is_found():
    other = result([1, 2, 3], "abc", "c")
    other["posts"][1]["status"] = 500
    assert compare_drives(ONE, other, []).problems == ["answer to post 2"]
