"""Fixtures of the agent's tests: the syntax sidecar and the app of live.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rewriter.syntax.client import Syntax
from tests.agent.live import ANY_PORT, APP
from tests.processes import NodeProcess


@pytest.fixture
def syntax() -> Iterator[Syntax]:
    with Syntax() as opened:
        yield opened


@pytest.fixture
def start_app(spawn_node, tmp_path: Path) -> Callable[..., tuple[NodeProcess, int]]:
    """Start the app, or another text; return the process and its port."""

    def start(
        text: str = APP,
        *,
        node: Path | None = None,
        flags: tuple[str, ...] = ANY_PORT,
        name: str = "app.js",
        waits: bool = False,
        **more,
    ) -> tuple[NodeProcess, int]:
        file = tmp_path / name
        file.write_text(text, "utf-8")
        if waits:
            return spawn_node(file, node=node, flags=flags, **more), 0
        process = spawn_node(file, node=node, flags=flags, line=r"^port", **more)
        return process, int(process.wait_for_line(r"port (\d+)")[1])

    return start
