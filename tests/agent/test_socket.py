"""The probe's own way to the agent, in apps that have changed what it goes through."""

from __future__ import annotations

import pytest

from store.abi import Event
from tests.agent.live import ANY_PORT, attached, get
from tests.processes import eventually

REPLACED = """
const net = require('net');
net.connect = () => { throw new Error('not from here'); };
process.argv = REST;
const http = require('http');
const server = http.createServer(function main(req, res) { res.end('there'); });
server.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port));
"""


@pytest.mark.parametrize("rest", ["process.argv", "null", "{ length: 9 }"])
@pytest.mark.parametrize("at_once", [True, False])
def test_an_app_that_connects_nowhere_lives_and_is_seen(
    rest, at_once, node_version, start_app, syntax
):
    text = REPLACED.replace("REST", rest)
    process, port = start_app(text, node=node_version, flags=ANY_PORT)
    with attached(process.pid, syntax, mode="watch", at_once=at_once) as (found, seen):
        while not found.resting:
            found.watch(0.1)
        assert get(port, "/") == b"there"
        eventually(lambda: seen.records(Event.ENTER), "its handler's run, fetched")
        assert bool(found.process.argv) == (rest == "process.argv")
        found.settle(yields_port=False)
    assert process.alive()
    assert get(port, "/") == b"there"
