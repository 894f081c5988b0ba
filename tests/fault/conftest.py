"""Fixtures of the failure scenarios; after each of them nothing is left (F21)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from rewriter.syntax.client import Syntax
from tests.fault.worlds import APP, Agent, App, lasting, state
from tests.processes import NodeProcess, listeners

SECRET = re.compile(r"ws://[^/\s]+/([0-9a-f-]{36})")
ANY_PORT = ("--inspect-port=0",)


@pytest.fixture
def targets() -> list[NodeProcess]:
    """Every target of this test, for the looks afterwards."""
    return []


@pytest.fixture
def start(spawn_node, targets) -> Callable[..., App]:
    """Start the app of app.js, or another file, and remember how it looks."""

    def started(file: Path = APP, *words: str, flags=ANY_PORT, **more) -> App:
        process = spawn_node(file, *words, flags=tuple(flags), line=r"^port", **more)
        targets.append(process)
        port = int(process.wait_for_line(r"port (\d+)")[1])
        if file != APP:
            return App(process, port, {})
        state(port)  # Node opens its stderr, and makes its lazy parts, at the first
        return App(process, port, lasting(state(port)))

    return started


@pytest.fixture
def agent(tmp_path) -> Iterator[Callable[..., Agent]]:
    """Start agents; those that still run end with the test."""
    made: list[Agent] = []

    def started(*words: object, **more) -> Agent:
        made.append(Agent(tmp_path / f"agent{len(made)}.log", *words, **more))
        return made[-1]

    yield started
    for one in made:
        one.kill()


@pytest.fixture(autouse=True)
def _tells_no_secret(tmp_path, targets, _leaves_no_port) -> Iterator[None]:
    """The inspector's uuid is whole control of a process: nobody writes it down."""
    yield
    secrets = {
        found[1].encode()
        for process in targets
        for line in list(process.err)
        if (found := SECRET.search(line))
    }
    told = [
        path.name
        for path in tmp_path.rglob("*")
        if path.is_file() and any(one in path.read_bytes() for one in secrets)
    ]
    assert not told, f"the inspector's uuid stands in {told}"


@pytest.fixture
def _leaves_no_port(targets, spawn_node) -> Iterator[None]:
    """A target that lives listens on no port but those of its app."""
    yield
    for process in targets:
        if process.alive() and not any("--inspect=" in a for a in process.popen.args):
            ports = {port for _, port in listeners(psutil.Process(process.pid))}
            own = {
                int(x) for line in process.out for x in re.findall(r"port (\d+)", line)
            }
            assert ports <= own, f"still open: {ports - own}"


@pytest.fixture
def syntax() -> Iterator[Syntax]:
    with Syntax() as opened:
        yield opened
