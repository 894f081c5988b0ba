"""Every view of a store has words, and no words are of none."""

from __future__ import annotations

from scripts.view_words import VIEW_WORDS
from store.views import VIEWS


def test_every_view_has_words() -> None:
    assert set(VIEW_WORDS) == set(VIEWS)
