"""Rupture points by what happened: each test tells one small story of a server."""

from __future__ import annotations

import pytest

from profiler import ruptures as ruptures_module
from store.facts import Place, RupturePoint
from tests.profiler.telling import Story, function, only

FACTORY = function(100, "bodyParser", end=300)
SAVE = function(120, "saveBody", end=290)
AFTER_BODY = function(180, end=250)
WRITE = function(400, "writeTextToImages", end=500)
HELPER = function(600, "helper", end=650)
LAYER = function(50, "handleRequest", end=90, script=2)
ALL = (FACTORY, SAVE, AFTER_BODY, WRITE, HELPER, LAYER)

FROM_NODE = "at IncomingMessage.emit (node:events:5:6)"
FROM_EXPRESS = "at next (/app/node_modules/express/lib/router.js:9:9)"
FROM_LAYER = "at Layer.handleRequest (/app/node_modules/express/lib/router.js:52:9)"
FROM_SAVE = "at saveBody (/app/server.js:130:2)"


def kinds(story: Story) -> dict[str, str]:
    return {
        f"{point.function.script}:{point.function.start}": point.kind
        for point in story.derive().ruptures
    }


def points(story: Story, start: int) -> list[RupturePoint]:
    return [point for point in story.derive().ruptures if point.function.start == start]


def test_the_papers_server() -> None:
    """saveBody hands a continuation to getRawBody, which calls next() in its turn."""
    story = Story(ALL)
    for request in range(5):
        closure = 10 + request
        save = story.enter(SAVE, closure=1, stack=FROM_EXPRESS)
        story.gave(save, 150, closure, "getRawBody")
        story.exit(save)
        after = story.enter(AFTER_BODY, closure=closure, cause=save, stack=FROM_NODE)
        story.ran(WRITE, closure=2, parent=after, stack=FROM_EXPRESS)
        story.exit(after)
    found = {point.function.start: point for point in story.derive().ruptures}
    assert found[120].kind == "start"
    assert found[120].basis == "static"
    assert found[120].registration is None
    assert found[120].creation == Place(1, 100, 100, 1)
    assert found[180].kind == "post"
    assert found[180].basis == "seen"
    assert found[180].registrar == "getRawBody"
    assert found[180].registration == Place(1, 150, 0, 0)
    assert found[180].creation == Place(1, 120, 120, 1)
    assert found[180].definition == Place(1, 180, 180, 1)
    assert found[400].kind == "start"
    assert {point.activations for point in found.values()} == {5}


def test_the_place_of_a_registration_has_a_line_when_there_is_a_text() -> None:
    story = Story((SAVE, AFTER_BODY))
    save = story.enter(SAVE, closure=1)
    story.gave(save, 150, 2, "getRawBody")
    story.exit(save)
    story.ran(AFTER_BODY, closure=2)
    text = "x" * 140 + "\n" + "y" * 200
    point = next(p for p in story.derive({1: text}).ruptures if p.kind == "post")
    assert point.registration == Place(1, 150, 2, 10)


def test_a_listener_that_was_seen_handed_over() -> None:
    story = Story(ALL)
    save = story.enter(SAVE, closure=1)
    story.gave(save, 150, 2, "emitter.on")
    story.exit(save)
    for _ in range(3):
        story.ran(AFTER_BODY, closure=2, stack=FROM_NODE)
    point = only(points(story, 180))
    assert (point.kind, point.basis, point.registrar) == ("start", "seen", "emitter.on")
    assert point.activations == 3


def test_a_listener_emitted_to_below_another_callback() -> None:
    story = Story(ALL)
    save = story.enter(SAVE, closure=1)
    story.gave(save, 150, 2, "emitter.on")
    story.exit(save)
    for _ in range(3):
        helper = story.enter(HELPER, closure=9)
        story.ran(AFTER_BODY, closure=2, parent=helper, stack=FROM_NODE)
        story.exit(helper)
    assert only(points(story, 180)).kind == "start"


def test_a_timer_that_arms_itself_again_is_a_post() -> None:
    story = Story(ALL)
    run = story.enter(HELPER, closure=7)
    for _ in range(4):
        story.gave(run, 620, 7, "setTimeout")
        story.exit(run)
        run = story.enter(HELPER, closure=7)
    story.exit(run)
    kinds_of = {point.kind for point in points(story, 600)}
    assert kinds_of == {"post"}
    assert sum(point.activations for point in points(story, 600)) == 4 + 1


def test_a_callback_of_map_is_internal() -> None:
    story = Story(ALL)
    save = story.enter(SAVE, closure=1)
    story.hand(save, 150, 2, "items.map")
    for _ in range(9):
        story.ran(AFTER_BODY, closure=2, parent=save)
    story.called(save, 150)
    story.exit(save)
    point = only(points(story, 180))
    assert (point.kind, point.registrar) == ("internal", "items.map")
    assert point.activations == 9


def test_a_callback_of_map_behind_an_await_is_internal() -> None:
    """A resumed function is on no traced stack: only its open call tells."""
    story = Story(ALL)
    save = story.enter(SAVE, closure=1)
    story.exit(save, "promise")
    story.hand(save, 150, 2, "items.map")
    for _ in range(9):
        story.ran(AFTER_BODY, closure=2, stack=FROM_SAVE)
    story.called(save, 150)
    assert only(points(story, 180)).kind == "internal"
    story.ran(AFTER_BODY, closure=2)
    assert only(points(story, 180)).kind == "post"


def test_a_callback_given_to_a_traced_function_that_calls_it_is_internal() -> None:
    story = Story(ALL)
    save = story.enter(SAVE, closure=1)
    story.hand(save, 150, 2, "helper")
    helper = story.enter(HELPER, closure=9, parent=save)
    story.ran(AFTER_BODY, closure=2, parent=helper)
    story.exit(helper)
    story.called(save, 150)
    story.exit(save)
    assert kinds(story)["1:180"] == "internal"
    assert kinds(story)["1:600"] == "internal"


def test_passing_a_closure_on_is_no_second_hand_over() -> None:
    story = Story(ALL)
    save = story.enter(SAVE, closure=1)
    story.hand(save, 150, 2, "app.get")
    layer = story.enter(LAYER, closure=8, parent=save)
    story.gave(layer, 70, 2, "route.add")
    story.exit(layer)
    story.called(save, 150)
    story.exit(save)
    for _ in range(2):
        story.ran(WRITE, closure=2)
    point = only(points(story, 400))
    assert (point.kind, point.registrar) == ("start", "app.get")


def test_a_helper_called_by_its_neighbour_is_internal() -> None:
    story = Story(ALL)
    for _ in range(5):
        save = story.enter(SAVE, closure=1)
        story.ran(HELPER, closure=9, parent=save, stack=FROM_SAVE)
        story.exit(save)
    assert kinds(story)["1:600"] == "internal"


@pytest.mark.parametrize("through", ["", "at Array.filter (<anonymous>)\n"])
def test_runs_below_an_unobserved_caller_are_what_the_others_are(through: str) -> None:
    """The gate of the caller was closed: nobody is above, and no stack was taken."""
    story = Story(ALL)
    for _ in range(3):
        save = story.enter(SAVE, closure=1, stack=FROM_EXPRESS)
        story.ran(HELPER, closure=3, parent=save, stack=through + FROM_SAVE)
        story.exit(save)
        story.ran(HELPER, closure=3)
    assert only(points(story, 600)).kind == "internal"


def test_one_stack_from_outside_says_who_else_calls_unobserved() -> None:
    story = Story(ALL)
    save = story.enter(SAVE, closure=1, stack=FROM_EXPRESS)
    story.ran(HELPER, closure=3, parent=save, stack=FROM_SAVE)
    other = story.enter(WRITE, closure=4, parent=save, stack=FROM_EXPRESS)
    story.ran(HELPER, closure=3, parent=other, stack=FROM_NODE)
    story.exit(other)
    story.exit(save)
    story.ran(HELPER, closure=3)
    assert only(points(story, 600)).kind == "start"


def test_a_helper_called_behind_an_await_is_internal() -> None:
    story = Story(ALL)
    for _ in range(5):
        story.ran(SAVE, closure=1, stack=FROM_NODE)
        story.ran(HELPER, closure=9, stack=FROM_SAVE)
    assert kinds(story)["1:600"] == "internal"


def test_a_handler_below_a_traced_library_is_still_a_start() -> None:
    story = Story(ALL)
    for _ in range(3):
        layer = story.enter(LAYER, closure=5, stack=FROM_NODE)
        story.ran(WRITE, closure=6, parent=layer, stack=FROM_LAYER)
        story.exit(layer)
    assert kinds(story) == {"2:50": "start", "1:400": "start"}


def test_a_handler_that_ran_once_is_taken_for_a_start() -> None:
    story = Story(ALL)
    story.ran(SAVE, closure=1, stack=FROM_NODE)
    assert kinds(story) == {"1:120": "start"}


ONCE = """\
    at Object.onceWrapper (node:events:638:28)
    at Server.emit (node:events:536:35)"""
OTHERS_ONCE = ONCE.replace("node:events:638", "/srv/app/events.js:638")


@pytest.mark.parametrize(
    ("stack", "kind"), [(ONCE, "post"), ("", "post"), (OTHERS_ONCE, "start")]
)
def test_one_that_nobody_can_call_again_is_a_post(stack: str, kind: str) -> None:
    story = Story(ALL)
    story.ran(SAVE, closure=1, stack=stack)
    assert kinds(story) == {"1:120": kind}


def test_a_listener_of_once_that_ran_again_was_given_again() -> None:
    story = Story(ALL)
    for _ in range(2):
        story.ran(SAVE, closure=1, stack=ONCE)
    assert kinds(story) == {"1:120": "start"}


def test_closures_that_each_ran_once_are_posts() -> None:
    story = Story(ALL)
    for closure in range(20, 25):
        story.ran(AFTER_BODY, closure=closure, stack=FROM_NODE)
    assert kinds(story) == {"1:180": "post"}


def test_runs_of_before_we_came_join_the_site_that_was_seen() -> None:
    story = Story(ALL)
    story.ran(AFTER_BODY, closure=30)
    save = story.enter(SAVE, closure=1)
    story.gave(save, 150, 2, "getRawBody")
    story.exit(save)
    story.ran(AFTER_BODY, closure=2)
    point = only(points(story, 180))
    assert (point.kind, point.basis, point.activations) == ("post", "seen", 2)


def test_one_literal_handed_over_at_two_sites_is_two_points() -> None:
    story = Story(ALL)
    save = story.enter(SAVE, closure=1)
    story.gave(save, 150, 2, "fs.readFile")
    story.gave(save, 160, 3, "setTimeout")
    story.exit(save)
    story.ran(AFTER_BODY, closure=2)
    story.ran(AFTER_BODY, closure=3)
    assert {point.registrar for point in points(story, 180)} == {
        "fs.readFile",
        "setTimeout",
    }


def test_runs_without_a_closure_number_follow_their_literal() -> None:
    story = Story(ALL)
    for closure in range(10, 14):
        save = story.enter(SAVE, closure=1)
        story.hand(save, 150, closure, "getRawBody", AFTER_BODY)
        story.called(save, 150)
        story.exit(save)
        story.ran(AFTER_BODY, closure=0)
    point = only(points(story, 180))
    assert (point.kind, point.registrar) == ("post", "getRawBody")


def test_the_cause_is_known_from_the_hand_over() -> None:
    story = Story(ALL)
    save = story.enter(SAVE, closure=1)
    story.gave(save, 150, 2, "getRawBody")
    story.exit(save)
    story.ran(AFTER_BODY, closure=2)
    recording = story.derive()
    assert recording.activations[1].cause == save
    edge = only(recording.edges)
    assert (edge.type, edge.source, edge.target) == ("cause", SAVE.ref, AFTER_BODY.ref)


def test_waits_are_from_hand_over_to_run() -> None:
    story = Story(ALL)
    save = story.enter(SAVE, closure=1)
    story.gave(save, 150, 2, "getRawBody")
    story.exit(save)
    story.tick(5000)
    story.ran(AFTER_BODY, closure=2)
    cost = next(c for c in story.derive().costs if c.function == AFTER_BODY.ref)
    assert cost.wait_us == 5020


def test_a_lost_call_is_closed_when_its_run_ends() -> None:
    story = Story(ALL)
    save = story.enter(SAVE, closure=1)
    story.hand(save, 150, 2, "getRawBody")
    story.exit(save)
    story.ran(AFTER_BODY, closure=2)
    assert only(points(story, 180)).kind == "post"


def test_hand_overs_by_unknown_runs_are_left_out() -> None:
    story = Story(ALL)
    story.gave(99, 150, 2, "getRawBody")
    story.ran(AFTER_BODY, closure=2)
    assert only(points(story, 180)).registration is None


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ruptures_module, "MOST_CLOSURES", 10)
    monkeypatch.setattr(ruptures_module, "MOST_UNHANDED", 10)
    story = Story(ALL)
    for closure in range(100, 200):
        save = story.enter(SAVE, closure=1)
        story.gave(save, 150, closure, "getRawBody")
        story.hand(save, 160, 5000 + closure, "never")
        story.exit(save, "promise")
        story.ran(AFTER_BODY, closure=closure)
        story.ran(WRITE, closure=1000 + closure)
    assert kinds(story) == {"1:120": "start", "1:180": "post", "1:400": "post"}
