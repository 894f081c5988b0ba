"""An agent that dies between the signal and its probe leaves no port open."""

from __future__ import annotations

import subprocess
import sys

from agent.guard import Guard
from agent.inspector import open_inspector
from agent.target import by_pid
from tests.agent.test_inspector import close
from tests.agent.test_unattended import ports
from tests.conftest import ROOT
from tests.processes import eventually

DIES = """
import os, signal, sys
from agent.guard import Guard
from agent.inspector import open_inspector
from agent.target import by_pid
open_inspector(by_pid(int(sys.argv[1])), None, Guard().begin)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_port_of_an_agent_that_was_killed_is_closed(start_app):
    process, _ = start_app()
    before = ports(process.pid)
    died = subprocess.run(
        [sys.executable, "-c", DIES, str(process.pid)], cwd=ROOT, check=False
    )
    assert died.returncode < 0
    eventually(lambda: ports(process.pid) == before, "its port is closed", 20)
    assert process.alive()


def test_one_that_is_not_needed_any_more_does_nothing(start_app):
    process, _ = start_app()
    before = ports(process.pid)
    guard = Guard()
    endpoint = open_inspector(by_pid(process.pid), None, guard.begin)
    guard.done()
    guard.done()
    assert ports(process.pid) > before
    close(endpoint)
