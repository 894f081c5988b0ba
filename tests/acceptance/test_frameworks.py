"""Six frameworks, each with callbacks, promises, async functions and streams.

In: small apps and, beside each, what a person wrote down before it ever ran: each
callback with its kind and the line where the call begins that hands it over, which
callback hands over which, and where each awaits. All of it must be found, and nothing
else. Each app is recorded twice: running, and from its first line on.

Written down later, from the apps' text: who passes on to whom through the framework
(`passes_on`), since an edge may skip a step, and what a launch hands over
(`launch_leads_to`).
"""

from __future__ import annotations

import functools
import http.client
import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest

from tests.acceptance.flow import fluxion, record, told, traffic
from tests.processes import NodeProcess

APPS = Path(__file__).parent / "frameworks"
ROUTES = {
    "http": "/callback /promise /async /stream /timer /bound /body",
    "express4": "/callback /api/promise /api/async /stream /timer /bound /fail /body",
    "express5": "/callback/of /promise /async /stream /timer /method /body",
    "koa": "/callback /promise /async /stream /timer /method /body",
    "fastify": "/callback /promise /async /stream /timer /method /body",
    "hapi": "/callback /promise /async /stream /timer /method /body",
}
SECONDS = 6
TRIES = 3
"""Each twice as long as the one before: what runs in some seconds is the machine's
affair."""
ROUNDS = 12
"""Of requests to an app that is launched: all of them are observed."""
How = Literal["attached", "launched"]
HOWS: tuple[How, ...] = ("attached", "launched")
Edge = tuple[int, int]
ONCE = (
    "handed over by the file's own code, which is not traced: a library that called it"
    " once may do so again, so it counts as a start"
)
LACKS: dict[tuple[str, How, int], str] = {
    ("express5", "launched", 99): ONCE,
    ("fastify", "launched", 43): ONCE,
    ("fastify", "launched", 89): ONCE,
}
"""What is not right yet, by app, way and line."""


def pieces() -> Iterator[bytes]:
    """A body that comes as several data events."""
    for _ in range(3):
        yield b"some of the body;"
        time.sleep(0.004)


def one_round(port: int, paths: str) -> None:
    """Ask for each path once, over one connection; the last one gets a body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        for path in paths.split():
            if path == "/body":
                kind = {"content-type": "application/octet-stream"}
                connection.request("POST", path, pieces(), kind, encode_chunked=True)
            else:
                connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            assert answer.status == (500 if path == "/fail" else 200), path
    finally:
        connection.close()


@dataclass(frozen=True, slots=True)
class Point:
    """What is said of one callback."""

    kind: str
    registered: int | None
    registrar: str
    name: str


@dataclass(frozen=True, slots=True)
class Story:
    """The callbacks of an app by line, who hands over whom, and where each awaits."""

    points: Mapping[int, Point]
    leads_to: frozenset[Edge]
    awaits: frozenset[Edge]
    may_lead_to: frozenset[Edge] = field(default_factory=frozenset)


def pairs(rows: list[list[int]]) -> frozenset[Edge]:
    return frozenset((first, then) for first, then in rows)


@functools.cache
def expected(app: str, how: How) -> Story:
    """What was written down by hand; `attached` nobody sees what a launch does."""
    told_of = json.loads((APPS / f"{app}.expected.json").read_text())
    points = {
        row["line"]: Point(
            row["kind"], row["registered_line"], row["registrar"], row["name"]
        )
        for row in told_of["callbacks"]
        if how == "launched" or "when" not in row
    }
    leads = pairs(told_of["leads_to"])
    if how == "launched":
        leads |= pairs(told_of.get("launch_leads_to", []))
    ways = closed(leads | pairs(told_of["passes_on"]))
    return Story(points, leads, pairs(told_of["awaits"]), ways)


def closed(edges: frozenset[Edge]) -> frozenset[Edge]:
    """Whoever leads to somebody leads to where that one leads."""
    known = set(edges)
    while more := {(a, d) for a, b in known for c, d in known if b == c} - known:
        known |= more
    return frozenset(known)


def read_story(app: str, folder: Path) -> Story:
    """What the recording says of the app's own file."""
    points: dict[int, Point] = {}
    awaits: set[Edge] = set()
    for row in told("report", "app.db", cwd=folder)["ruptures"]:
        line = row["function"]["line"]
        if not own(row, app):
            continue
        place = row["registration"]
        at = place["line"] if place else None
        text = row["registrar"].replace(" ", "")
        if text == "await":
            assert row["kind"] == "post"
            assert row["activations"] > 0
            assert at is not None
            assert (line, at) not in awaits
            awaits.add((line, at))
            continue
        assert line not in points, f"line {line} twice"
        points[line] = Point(row["kind"], at, text, row["function"]["name"])
    edges: set[Edge] = set()
    for chain in told("chains", "app.db", cwd=folder)["chains"]:
        walk(chain, app, edges)
    return Story(points, frozenset(edges), frozenset(awaits))


def own(row: Mapping[str, Any], app: str) -> bool:
    return bool(row["function"]["file"].endswith(f"{app}.js"))


def walk(row: Mapping[str, Any], app: str, edges: set[Edge]) -> None:
    """Collect who leads to whom, by line."""
    for below in row["leads_to"]:
        if own(row, app) and own(below, app):
            edges.add((row["function"]["line"], below["function"]["line"]))
        walk(below, app, edges)


def attach(app: str, folder: Path) -> None:
    """Attach by pid for some seconds while every route is asked again and again."""
    node = shutil.which("node")
    assert node is not None
    server = NodeProcess(
        [node, "--inspect-port=0", str(APPS / f"{app}.js")], os.environ, folder
    )
    want = expected(app, "attached")
    try:
        port = int(server.wait_for_line(r"port (\d+)")[1])
        for attempt in range(TRIES):
            with traffic(lambda _: one_round(port, ROUTES[app])):
                more = ("--force",) if attempt else ()
                seconds = SECONDS * 2**attempt
                record(server, folder, seconds, "--max-overhead", "50%", *more)
            found = read_story(app, folder)
            if (
                want.points.keys() <= found.points.keys()
                and want.leads_to <= found.leads_to
                and want.awaits <= found.awaits
            ):
                break
    finally:
        server.stop()


def launch(app: str, folder: Path) -> None:
    """Start it under the recorder, ask every route some times, and end both."""
    command = (sys.executable, "-m", "fluxion", "record", "-o", "app.db", "-d", "100s")
    recorder = NodeProcess(
        [*command, "--max-overhead", "50%", "--", "node", str(APPS / f"{app}.js")],
        os.environ,
        folder,
    )
    try:
        port = int(recorder.wait_for_line(r"port (\d+)")[1])
        for _ in range(ROUNDS):
            one_round(port, ROUTES[app])
        recorder.popen.send_signal(signal.SIGINT)
        assert recorder.popen.wait(60) == 0, recorder.story()
    finally:
        recorder.stop()


@pytest.fixture(scope="module")
def recorded(
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[str, How], tuple[Path, Story]]:
    """Return where an app's recording is and what it says; each app's is made once."""

    @functools.cache
    def made(app: str, how: How) -> tuple[Path, Story]:
        folder = tmp_path_factory.mktemp(f"{app}-{how}")
        (attach if how == "attached" else launch)(app, folder)
        return folder, read_story(app, folder)

    return made


def cases() -> Iterator[Any]:
    for app in ROUTES:
        for how in HOWS:
            for line in sorted(expected(app, how).points):
                why = LACKS.get((app, how, line))
                marks = (
                    [] if why is None else [pytest.mark.xfail(strict=True, reason=why)]
                )
                yield pytest.param(
                    app, how, line, marks=marks, id=f"{app}-{how}-{line}"
                )


APP_AND_HOW = [
    pytest.param(app, how, id=f"{app}-{how}") for app in ROUTES for how in HOWS
]


@pytest.mark.parametrize(("app", "how", "line"), list(cases()))
def test_a_callback_that_a_person_wrote_down(
    app: str, how: How, line: int, recorded: Callable[[str, How], tuple[Path, Story]]
) -> None:
    want, (_, found) = expected(app, how).points[line], recorded(app, how)
    assert line in found.points, f"{want.name} was not found"
    seen = found.points[line]
    assert (seen.kind, seen.registered) == (want.kind, want.registered)
    assert seen.registrar.endswith(want.registrar)
    # The language names a constructor after its class.
    assert want.name in {seen.name, "constructor"}


@pytest.mark.parametrize(("app", "how"), APP_AND_HOW)
def test_nothing_else_is_a_callback_and_no_edge_is_false(
    app: str, how: How, recorded: Callable[[str, How], tuple[Path, Story]]
) -> None:
    want, (_, found) = expected(app, how), recorded(app, how)
    print(f"{app} {how}: {len(found.points)} of {len(want.points)} callbacks")
    assert found.points.keys() <= want.points.keys()
    assert want.leads_to <= found.leads_to, sorted(want.leads_to - found.leads_to)
    false = found.leads_to - want.may_lead_to
    assert not false, sorted(false)


@pytest.mark.parametrize(("app", "how"), APP_AND_HOW)
def test_each_await_is_a_rupture_point(
    app: str, how: How, recorded: Callable[[str, How], tuple[Path, Story]]
) -> None:
    folder, found = recorded(app, how)
    assert found.awaits == expected(app, how).awaits
    text = fluxion("chains", "app.db", cwd=folder).stdout
    for _, line in found.awaits:
        assert f"goes on after await  {APPS}/{app}.js:{line}:" in text
