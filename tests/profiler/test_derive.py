"""From raw blocks to a recording, and through a store and back."""

from __future__ import annotations

import dataclasses
import json
import tempfile
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiler.decode import _LAYOUTS
from profiler.derive import derive
from store import abi
from store.abi import Event
from store.database import create, open_store
from store.errors import ProtocolError
from store.facts import (
    After,
    Covered,
    Effect,
    Flow,
    FunctionRef,
    Loss,
    Recording,
    Shape,
)
from store.journal import Block
from store.recording import load
from tests.profiler.isolates import of_isolate, sums
from tests.profiler.telling import APP, EXPRESS, PROCESS, ZERO_NS, Story, function, only

SAVE = function(120, "saveBody", end=290, parameters=("req", "res", "next"))
AFTER_BODY = function(180, end=250, parameters=("err", "buffer"))
WRITE = function(400, "writeTextToImages", end=500, parameters=("req", "res"))
FUNCTIONS = (SAVE, AFTER_BODY, WRITE)
FROM_EXPRESS = "at next (/app/node_modules/express/lib/router.js:9:9)"


def server(requests: int = 3) -> Story:
    """Tell the paper's evaluation app: a body is saved, then drawn."""
    story = Story(FUNCTIONS)
    story.cell(1, "argument", "0", of=SAVE.ref)
    story.cell(2, "property", "body", base=1)
    for request in range(requests):
        closure = 10 + request
        save = story.enter(SAVE, closure=1, stack=FROM_EXPRESS)
        story.tell(Event.SHAPE, 1, 120, "arg:0", "instance:IncomingMessage", 64)
        story.gave(save, 150, closure, "getRawBody")
        story.exit(save)
        after = story.enter(AFTER_BODY, closure=closure, stack="")
        story.tell(Event.WRITE, after, 200, 2)
        write = story.enter(WRITE, closure=2, parent=after, stack=FROM_EXPRESS)
        story.tell(Event.READ, write, 420, 2)
        story.tell(Event.OPAQUE, write, 430, "Buffer.copy")
        story.called(write, 440, 5000)
        story.exit(write, elapsed=6000)
        story.exit(after)
        story.tell(Event.AFTER, 1, 180, 1, 120)
    for start in (120, 180, 400):
        story.tell(Event.COUNT, 1, start, requests + 2, requests, 2, 10)
    story.tell(Event.COST, story.now, 50, 9000, 1 << 20)
    story.tell(Event.NOTE, "a swap was undone")
    return story


def test_how_late_timers_came_changes_no_fact() -> None:
    plain, story = server(), server()
    for _ in range(3):
        story.tell(Event.LATE, 1200)
    assert story.derive() == plain.derive()


def test_blocks_that_ran_are_coverage() -> None:
    story = server()
    story.tell(Event.RAN, 1, 130)
    story.tell(Event.RAN, 99, 130)
    assert story.derive().coverage == (Covered(1, "block", 130),)


def test_the_whole_story() -> None:
    found = server().derive()
    assert found.zero_ns == ZERO_NS
    assert found.notes == ("a swap was undone",)
    assert {point.kind for point in found.ruptures} == {"start", "post"}
    assert [cell.label for cell in found.cells] == ["req", "req.body"]
    assert found.effects == (
        Effect(AFTER_BODY.ref, 2, "write", 3, 2, 8, (200,)),
        Effect(WRITE.ref, 2, "read", 3, 3, 9, (420,)),
    )
    assert found.flows == (Flow(2, AFTER_BODY.ref, WRITE.ref, 3),)
    assert found.costs[0].function == AFTER_BODY.ref
    assert found.costs[0].estimated == 15
    assert found.calls[0].p50_us == 5000
    assert only(found.opaques).what == "Buffer.copy"
    assert found.afters == (After(AFTER_BODY.ref, SAVE.ref, 3),)
    assert found.losses[0] == Loss(SAVE.ref, 5, 3, 2)
    assert found.shapes == (
        Shape(SAVE.ref, "arg:0", "instance:IncomingMessage", 64, 3),
    )
    assert len(found.activations) == 9
    assert {stack.count for stack in found.stacks} == {3}


def test_the_same_facts_give_the_same_recording() -> None:
    story = server()
    one_by_one = derive(
        dataclasses.replace(story.observed(), blocks=map(Block, story.blocks(1)))
    )
    assert story.derive() == one_by_one


def test_a_store_gives_back_what_was_derived_from_it(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    story = server()
    with create(path) as store:
        store.put_process(PROCESS)
        store.put_scripts([APP, EXPRESS])
        store.put_functions(FUNCTIONS)
        for number, block in enumerate(story.blocks()):
            store.append_block(block, number)
        store.finish(1.0, {})
        store.write_derived(derive(store.observed()))
    recording = load(path)
    assert recording == story.derive()
    with open_store(path) as store:
        assert derive(store.observed()) == recording


def test_kept_and_dropped_make_what_was_seen() -> None:
    for loss in server().derive().losses:
        assert loss.seen == loss.kept + loss.dropped


def test_lost_blocks_are_counted_run_by_run() -> None:
    story = server(40)
    blocks = story.blocks(1)
    kept = [block for number, block in enumerate(blocks) if number % 5]
    arrived = story.derive(blocks=map(Block, kept)).activations
    entered = Counter(run.function for run in arrived)
    told = {loss.function: loss for loss in story.derive().losses}
    found = story.derive(blocks=map(Block, [*kept, *blocks[-3:]]))
    for loss in found.losses:
        assert loss.seen == loss.kept + loss.dropped
        assert loss.kept == entered[loss.function]
        assert loss.seen == told[loss.function].seen
    lost = sum(found.dropped for found in found.losses)
    assert lost > sum(loss.dropped for loss in told.values())
    assert any("lost on their way" in note for note in found.notes)


def test_functions_and_scripts_that_nobody_described_get_a_fact() -> None:
    story = Story()
    story.ran(function(5, script=99))
    found = story.derive()
    assert [one.ref for one in found.functions] == [FunctionRef(99, 5)]
    assert [script.number for script in found.scripts] == [1, 2, 99]


def test_records_of_unknown_runs_are_said_to_be_lost() -> None:
    story = Story(FUNCTIONS)
    for code in (Event.READ, Event.WRITE, Event.OPAQUE):
        story.tell(code, 77, 1, "x" if code == Event.OPAQUE else 1)
    story.tell(Event.STACK, 77, "")
    story.called(77, 1)
    story.exit(77)
    found = story.derive()
    assert found.effects == ()
    assert found.notes == ("6 records were of runs whose start is not known",)


def test_lost_bytes_are_said() -> None:
    story = server()
    found = story.derive(blocks=map(Block, [*story.blocks(), b"\xc1\xc1"]))
    assert found.notes[-1] == "2 bytes in 1 blocks were damaged"


def test_requests_and_texts_are_taken_along() -> None:
    story = server()
    headers = [["Host", "h"]]
    for _ in range(2):
        story.tell(Event.REQUEST, 5, 1, 1, "GET", "/", headers, b"", 0)
    found = story.derive({1: "x" * 100 + "\n" + "y" * 400})
    assert only(found.requests).headers == (("Host", "h"),)
    post = next(point for point in found.ruptures if point.kind == "post")
    assert post.registration is not None
    assert post.registration.line == 2


def test_the_profile_becomes_frames() -> None:
    call = {"functionName": "(root)", "lineNumber": -1, "columnNumber": -1, "url": ""}
    text = json.dumps({"nodes": [{"id": 1, "callFrame": call}]})
    assert server().derive().frames == ()
    assert only(server().derive(profile=text).frames).name == "(root)"
    with pytest.raises(ProtocolError):
        server().derive(profile="none")


def test_another_versions_blocks_are_refused() -> None:
    with pytest.raises(ProtocolError, match="version"):
        server().derive(abi=frozenset({abi.VERSION + 1}))


SMALL = st.integers(0, 4)
TEXT = st.sampled_from(["", "at f (/app/server.js:130:2)", FROM_EXPRESS, "body"])
RECORDS = st.one_of(
    *(
        st.tuples(st.just(code), *(SMALL if kind is int else TEXT for kind in kinds))
        for code, (_, kinds) in _LAYOUTS.items()
        if code != Event.START
    )
)


@given(st.lists(RECORDS, max_size=60))
def test_any_records_make_a_recording_that_a_store_can_keep(
    records: list[tuple[Any, ...]],
) -> None:
    story = Story(FUNCTIONS)
    for record in records:
        story.tell(*record)
    found = story.derive()
    assert_consistent(found)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "app.db"
        with create(path) as store:
            store.put_process(PROCESS)
            store.finish(1.0, {})
            store.write_derived(found)
        assert load(path) == found


ACTIONS = st.tuples(st.integers(0, 9), st.integers(0, 2), st.integers(1, 4))
SAID = st.lists(ACTIONS, min_size=20, max_size=60) | st.lists(RECORDS, max_size=40)


def told(said: list[tuple[Any, ...]], start: tuple[int, ...]) -> list[bytes]:
    """Return an isolate's blocks: its START, and what it said.

    Of an action we make what a probe would say, any other record goes in as it is.
    """
    story = Story(FUNCTIONS)
    story.records = [[int(Event.START), abi.VERSION, *start]]
    story.cell(1, "argument", "0", of=SAVE.ref)
    for number in (2, 3, 4):
        story.cell(number, "property", f"p{number}", base=number - 1)
    for record in said:
        if record[0] != Event.RAN and len(record) == 3 and isinstance(record[2], int):
            act(story, *record)
        else:
            story.tell(*record)
    return story.blocks(3)


def act(story: Story, action: int, which: int, cell: int) -> None:
    """Let a run begin or end, or the last one do something."""
    run = story.runs
    if action < 3:
        story.enter(FUNCTIONS[which], closure=cell, parent=run if which else 0)
    elif action == 3:
        story.exit(max(run - which, 1))
    elif action < 6:
        story.tell(Event.READ, run, 420, cell)
    elif action < 8:
        story.tell(Event.WRITE, run, 200 + which, cell)
    elif action == 8:
        story.gave(run, 150, cell, "next")
    else:
        ref = FUNCTIONS[which].ref
        story.tell(Event.COUNT, ref.script, ref.start, run + cell, run, cell, 5)


@given(
    SAID,
    SAID,
    st.randoms(use_true_random=False),
    st.sampled_from([(0, 0), (ZERO_NS, 5), (7, 5 * 10**9)]),
)
def test_isolates_side_by_side_say_what_each_says_alone(
    first: list[tuple[Any, ...]],
    second: list[tuple[Any, ...]],
    random: Random,
    clocks: tuple[int, int],
) -> None:
    one = told(first, (1, ZERO_NS, 1000))
    two = told(second, (2, *clocks))
    blocks: list[Block] = []
    waiting = {1: list(one), 2: list(two)}
    while waiting[1] or waiting[2]:
        process = random.choice([n for n, left in waiting.items() if left])
        received = random.randrange(ZERO_NS - 10**15, ZERO_NS + 10**15)
        blocks.append(Block(waiting[process].pop(0), process, received))
    both = Story(FUNCTIONS).derive(blocks=blocks)
    alone = [
        Story(FUNCTIONS).derive(blocks=map(Block, told_by)) for told_by in (one, two)
    ]
    assert sums(both) == sums(*alone)
    assert_consistent(both)
    for process, expected in enumerate(alone, 1):
        assert of_isolate(both, process) == of_isolate(expected, 1)
    numbers = [run.number for run in both.activations]
    assert len(set(numbers)) == len(numbers)
    assert all(0 <= run.started_us <= run.ended_us for run in both.activations)


def test_the_cells_of_all_isolates_are_one_path() -> None:
    blocks: list[Block] = []
    for process in (1, 2, 3):
        story = server()
        story.records[0] = [int(Event.START), abi.VERSION, process, ZERO_NS, process]
        blocks += [Block(block, process) for block in story.blocks()]
    found = Story(FUNCTIONS).derive(blocks=blocks)
    assert [cell.label for cell in found.cells] == ["req", "req.body"]
    wrote = Effect(AFTER_BODY.ref, 2, "write", 9, 2, 26, (200,), (1, 2, 3))
    assert found.effects[0] == wrote
    assert found.flows == (Flow(2, AFTER_BODY.ref, WRITE.ref, 9),)
    assert {point.kind for point in found.ruptures} == {"start", "post"}
    assert [loss.process for loss in found.losses] == [1, 1, 1, 2, 2, 2, 3, 3, 3]


def test_a_listener_of_every_isolate_is_no_continuation() -> None:
    blocks: list[Block] = []
    for process in (1, 2):
        story = Story(FUNCTIONS)
        story.ran(SAVE, closure=5, stack=FROM_EXPRESS)
        blocks += [Block(block, process) for block in story.blocks()]
    assert only(Story(FUNCTIONS).derive(blocks=blocks).ruptures).kind == "start"


def assert_consistent(found: Recording) -> None:
    known = {one.ref for one in found.functions}
    cells = {cell.number for cell in found.cells}
    assert all(effect.cell in cells for effect in found.effects)
    assert all(flow.cell in cells for flow in found.flows)
    assert all(point.function in known for point in found.ruptures)
    assert all(cost.function in known for cost in found.costs)
    entered = sum(cost.activations for cost in found.costs)
    assert sum(point.activations for point in found.ruptures) <= entered
    assert len(found.activations) <= entered
