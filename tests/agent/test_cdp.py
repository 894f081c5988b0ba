"""The protocol as values."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.cdp import Event, Failure, Protocol, Reply, deadline, evaluated
from store.errors import ProtocolError


def test_commands_are_numbered():
    protocol = Protocol()
    first, text = protocol.send("Runtime.enable")
    second, _ = protocol.send("Runtime.evaluate", {"expression": "1"})
    assert (first, second) == (1, 2)
    assert json.loads(text) == {"id": 1, "method": "Runtime.enable", "params": {}}


def test_replies_failures_and_events():
    protocol = Protocol()
    assert protocol.receive('{"id":1,"result":{"a":1}}') == [Reply(1, {"a": 1})]
    error = '{"id":2,"error":{"code":-32000,"message":"no"}}'
    assert protocol.receive(error) == [Failure(2, -32000, "no")]
    told = '{"method":"Debugger.paused","params":{}}'
    assert protocol.receive(told) == [Event("Debugger.paused", {})]


@pytest.mark.parametrize("text", ["", "[]", "1", '{"id":"x"}', "{}", "[" * 100_000])
def test_what_is_not_in_the_protocol_is_an_error(text):
    with pytest.raises(ProtocolError):
        Protocol().receive(text)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_any_json_is_read_or_refused(value):
    with contextlib.suppress(ProtocolError):
        Protocol().receive(json.dumps(value))


def test_what_javascript_threw_is_raised():
    thrown = {"exceptionDetails": {"exception": {"description": "Error: oops"}}}
    with pytest.raises(ProtocolError, match="oops"):
        evaluated(thrown)
    assert evaluated({"result": {"value": 3}}) == 3
    assert evaluated({"result": {"objectId": "7"}}) == "7"
    assert evaluated({}) is None


@pytest.mark.parametrize(
    ("told", "seconds"),
    [(None, 15), ("", 15), ("x", 15), ("0", 15), ("-1", 15), ("nan", 15), ("2.5", 2.5)],
)
def test_the_deadline_of_a_command_can_be_set(told, seconds):
    assert deadline(told) == seconds
