"""CPU profiles with our script numbers."""

from __future__ import annotations

import json
import time

from agent.profile import number_frame
from agent.scripts import Scripts
from tests.agent.live import attached, get


def test_frames_carry_script_numbers(start_app):
    process, port = start_app()
    with attached(process.pid) as (observed, _):
        observed.walk()
        observed.start_profile(1000)
        get(port, "/slow")
        time.sleep(0.05)
        profile = json.loads(observed.stop_profile())
        numbers = {one.number for one in observed.scripts() if "app.js" in one.url}
        assert observed.stop_profile() == ""
    mine = [n for n in profile["nodes"] if n["callFrame"]["script"] in numbers]
    assert mine
    assert all(n["callFrame"]["url"].endswith("app.js") for n in mine)
    native = [n for n in profile["nodes"] if n["callFrame"]["url"].startswith("node:")]
    assert all(n["callFrame"]["script"] == 0 for n in native)


def test_strange_frames_are_left():
    frame = {"scriptId": 5}
    number_frame(frame, Scripts())
    number_frame(None, Scripts())
    assert frame["script"] == 0
