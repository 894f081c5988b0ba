"""One parser for each file of tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rewriter.syntax.client import Syntax

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def syntax() -> Iterator[Syntax]:
    with Syntax() as made:
        made.parse("", "commonjs")  # its process starts now, not within a test
        yield made
