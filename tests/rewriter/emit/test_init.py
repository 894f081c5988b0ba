from __future__ import annotations

from rewriter import emit as room
from rewriter.emit.emitter import emit


def test_the_room_has_one_door():
    assert room.emit is emit
    assert room.__all__ == ["emit"]
