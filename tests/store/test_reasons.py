"""A reason is a title, why, and what helps."""

from __future__ import annotations

from store.reasons import Reason


def test_its_text_has_all_three_parts():
    reason = Reason("too cheap", "Moving costs a message.", "nothing to do")
    assert reason.text().split("\n\n") == [
        "too cheap",
        "Moving costs a message.",
        "What helps: nothing to do.",
    ]
