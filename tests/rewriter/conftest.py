"""One parser for all tests of the planner."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rewriter.syntax.client import Syntax
from tests.rewriter.worlds import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(scope="session")
def syntax() -> Iterator[Syntax]:
    with Syntax() as made:
        made.parse("", "commonjs")  # its process starts now, not within a test
        yield made


@pytest.fixture
def world(syntax: Syntax) -> Callable[..., World]:
    """Make a world of one file, `world(text)`, or of several, by their paths."""

    def make(files: str | dict[str, str]) -> World:
        return World({"/app/a.js": files} if isinstance(files, str) else files, syntax)

    return make
