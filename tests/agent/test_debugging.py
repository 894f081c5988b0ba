"""The Debugger domain is on for a block, pauses nothing, and leaves nothing on."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from agent.cdp import Json
from agent.debugging import GROUP, Debugging
from store.errors import ProtocolError
from tests.agent.live import attached

OBJECT = {"expression": "({})", "objectGroup": GROUP}


def test_it_is_on_for_a_block_and_cannot_pause(node_version, start_app):
    process, _ = start_app(node=node_version)
    steps: list[tuple[str, float]] = []
    with attached(process.pid) as (observed, _):
        bulk = observed._bulk
        told: list[Sequence[Json]] = []
        debugging = Debugging(
            bulk, lambda name, ms: steps.append((name, ms)), told.append
        )
        with debugging as parsed:
            assert told == [parsed]
            assert any(event["url"].endswith("app.js") for event in parsed)
            assert bulk.evaluate("debugger; 7") == 7
        assert not bulk.events("Debugger.paused")
        bulk.evaluate("new Function('return 1')()")
        assert not bulk.events("Debugger.scriptParsed")
    assert [name for name, _ in steps] == ["Debugger.enable"]
    assert steps[0][1] > 0


def test_it_ends_and_lets_go_when_the_block_fails(start_app):
    process, _ = start_app()
    with attached(process.pid) as (observed, _):
        bulk = observed._bulk

        def fails() -> str:
            with Debugging(bulk, lambda _name, _ms: None):
                made = bulk.call("Runtime.evaluate", OBJECT)
                held.append(made["result"]["objectId"])
                raise LookupError

        held: list[str] = []
        with pytest.raises(LookupError):
            fails()
        bulk.events("Debugger.scriptParsed")
        bulk.evaluate("new Function('return 2')()")
        assert not bulk.events("Debugger.scriptParsed")
        with pytest.raises(ProtocolError, match="find object"):
            bulk.call("Runtime.getProperties", {"objectId": held[0]})
