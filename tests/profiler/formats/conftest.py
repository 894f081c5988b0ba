"""Other people's readers, one process for each file of tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.readers.reading import Readers


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    with Readers() as found:
        yield found
