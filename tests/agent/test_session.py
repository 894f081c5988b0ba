"""Every session has the same face."""

from __future__ import annotations

import psutil

from agent.bulk import Bulk
from agent.control import Control
from agent.discovery import discover
from agent.session import Session, Small, by_value
from tests.agent.live import ANY_PORT
from tests.processes import listeners


def both(url: str) -> list[Small]:
    session: Session = Bulk(url)
    return [Control(url), session]


def test_small_commands_by_either_session(start_app):
    process, port = start_app(flags=("--inspect=127.0.0.1:0",))
    ports = {one for _, one in listeners(psutil.Process(process.pid))} - {port}
    url = discover("127.0.0.1", ports.pop())
    assert url is not None
    for session in both(url):
        assert session.open
        assert session.evaluate("process.pid") == process.pid
        answer = session.call("Runtime.evaluate", by_value("({a: [1]})"))
        assert answer["result"]["value"] == {"a": [1]}
        session.tell("globalThis.told = (globalThis.told || 0) + 1")
        assert session.evaluate("told") in {1, 2}
        session.close()
        assert not session.open


def test_the_port_option_is_what_tests_use():
    assert ANY_PORT == ("--inspect-port=0",)
