"""The sampled time that no watched callback explains, and the way down to it."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from profiler.unwatched import NO_WORK, Unwatched, unwatched
from store.facts import Frame, Function, FunctionRef

APP, PACKAGE, NODE = 1, 2, 0
URLS = {APP: "file:///app/a.js", PACKAGE: "file:///app/node_modules/p/i.js", NODE: ""}


class Profile:
    """A call tree, written down from the root."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []

    def add(
        self,
        parent: int,
        name: str,
        script: int = APP,
        line: int = 1,
        self_us: int = 0,
        url: str | None = None,
        function: FunctionRef | None = None,
    ) -> int:
        number = len(self.frames) + 1
        where = URLS[script] if url is None else url
        one = Frame(
            number, parent, script, name, where, line, 9, function, self_us, self_us
        )
        self.frames.append(one)
        at = parent
        while at:
            above = self.frames[at - 1]
            total = above.total_us + self_us
            self.frames[at - 1] = replace(above, total_us=total)
            at = above.parent
        return number


def function(line: int, script: int = APP) -> Function:
    return Function(FunctionRef(script, line * 100), line * 100 + 50, "f", line, 5)


def made() -> Profile:
    """Node calls a watched callback (line 1) and one of a package (line 2)."""
    profile = Profile()
    root = profile.add(0, "(root)", NODE)
    profile.add(root, "(idle)", NODE, self_us=9_000)
    profile.add(root, "(garbage collector)", NODE, self_us=700)
    ticks = profile.add(root, "processTicks", NODE, url="node:internal/x", self_us=10)
    watched = profile.add(ticks, "seen", line=1, self_us=100)
    profile.add(watched, "helper", PACKAGE, line=7, self_us=50)
    unseen = profile.add(ticks, "unseen", PACKAGE, line=2, self_us=20)
    emit = profile.add(unseen, "emit", NODE, url="node:events", self_us=5)
    heavy = profile.add(emit, "heavy", PACKAGE, line=3, self_us=600)
    profile.add(heavy, "heavy", PACKAGE, line=3, self_us=300)
    profile.add(unseen, "light", PACKAGE, line=4, self_us=90)
    return profile


def test_the_time_is_divided():
    found = unwatched(made().frames, [function(1)], frozenset({FunctionRef(1, 100)}))
    assert found.busy_us == 10 + 100 + 50 + 20 + 5 + 600 + 300 + 90
    assert found.watched_us == 150
    assert found.us == found.busy_us - 150


def test_the_way_leaves_node_out_and_tells_a_recursion_once():
    found = unwatched(made().frames, [function(1)], frozenset({FunctionRef(1, 100)}))
    assert [(one.name, one.total_us) for one in found.way] == [
        ("unseen", 1015),
        ("heavy", 900),
    ]


def test_a_twin_is_known_by_its_function():
    profile = made()
    ref = FunctionRef(2, 200)
    at = next(n for n, one in enumerate(profile.frames) if one.name == "unseen")
    profile.frames[at] = replace(profile.frames[at], function=ref)
    found = unwatched(profile.frames, [], frozenset({ref}))
    assert found.watched_us == 1015
    assert [one.name for one in found.way] == ["seen"]


def test_nothing_sampled():
    assert unwatched([], [], frozenset()) == Unwatched(0, 0, ())


trees = st.lists(
    st.tuples(
        st.integers(0, 30),
        st.sampled_from(["a", "b", *sorted(NO_WORK)]),
        st.integers(1, 4),
        st.integers(0, 1000),
        st.sampled_from(["file:///x.js", "node:fs", "", "fluxion:probe"]),
    ),
    max_size=40,
)


@given(trees, st.sets(st.integers(1, 4)))
def test_no_tree_makes_time(rows, lines):
    profile = Profile()
    for parent, name, line, self_us, url in rows:
        profile.add(min(parent, len(profile.frames)), name, APP, line, self_us, url=url)
    known = [function(line) for line in lines]
    found = unwatched(profile.frames, known, frozenset(one.ref for one in known))
    work = sum(one.self_us for one in profile.frames if one.name not in NO_WORK)
    assert found.busy_us == work
    assert 0 <= found.watched_us <= work
    totals = [one.total_us for one in found.way]
    assert totals == sorted(totals, reverse=True)
    assert all(one.url == "file:///x.js" for one in found.way)
