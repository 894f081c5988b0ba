"""Read a store: everything derived, as plain values.

In: a path. Out: one Recording, after which the file is closed.
"""

from __future__ import annotations

from collections.abc import Container
from contextlib import closing
from pathlib import Path

from store.database import open_store
from store.facts import Recording


def load(path: Path, wanted: Container[str] | None = None) -> Recording:
    """Return what a store holds; StoreError when it cannot be read.

    With ``wanted``, names of Recording's fields, other derived facts stay unread.
    """
    with closing(open_store(path)) as store:
        return store.recording(wanted)
