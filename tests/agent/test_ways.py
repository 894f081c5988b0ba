"""How each kind of process can be reached, told before anything is sent to it."""

from __future__ import annotations

import os
import pwd
import signal

import pytest

from agent import proc
from agent.ways import Open, Refused, Signal, busy, user, way
from tests.agent.live import APP
from tests.processes import eventually, unused_port

IDLE = "console.log('port 1'); setInterval(() => {}, 1000);"


def test_unprepared(start_app):
    process, _ = start_app(flags=())
    found = way(proc.facts(process.pid))
    assert isinstance(found, Signal)
    assert found.port == 9229
    assert process.err == []


@pytest.mark.parametrize("how", ["--inspect=0", "--inspect=127.0.0.1:PORT"])
def test_open_from_the_start(start_app, node_version, how):
    option = how.replace("PORT", str(unused_port()))
    process, _ = start_app(node=node_version, flags=(option,))
    found = way(proc.facts(process.pid))
    assert isinstance(found, Open)
    assert found.bound == "127.0.0.1"
    assert found.url.rpartition("/")[2] not in repr(found)


def test_open_by_the_environment_or_by_the_app(start_app):
    by_option, _ = start_app(flags=(), env={"NODE_OPTIONS": "--inspect=0"})
    assert isinstance(way(proc.facts(by_option.pid)), Open)
    by_itself, _ = start_app("require('inspector').open(0);" + APP, flags=())
    assert isinstance(way(proc.facts(by_itself.pid)), Open)


@pytest.mark.parametrize(
    "options", ["--inspect-port=0", "--inspect-port=PORT", "--inspect-port=[::1]:PORT"]
)
def test_a_port_of_its_own(start_app, options):
    number = unused_port()
    process, _ = start_app(flags=(options.replace("PORT", str(number)),))
    found = way(proc.facts(process.pid))
    assert isinstance(found, Signal)
    assert found.port == (None if options.endswith("=0") else number)


def test_open_to_everybody(start_app):
    process, _ = start_app(flags=("--inspect=0.0.0.0:0",))
    found = way(proc.facts(process.pid))
    assert isinstance(found, Open)
    assert (found.bound, found.host) == ("0.0.0.0", "127.0.0.1")


@pytest.mark.parametrize("version", ["22", "24", "26"])
def test_disabled(start_app, nodes, version):
    process, _ = start_app(node=nodes[version], flags=("--disable-sigusr1",))
    assert refused(process).reason.endswith("runs with --disable-sigusr1")
    shown, _ = start_app(
        node=nodes[version], flags=("--disable-sigusr1", "--inspect=0"), name="b.js"
    )
    assert isinstance(way(proc.facts(shown.pid)), Open), "an open one stays reachable"


@pytest.mark.parametrize(
    ("version", "option"),
    [
        ("20", "--experimental-permission"),
        ("22", "--permission"),
        ("24", "--permission"),
        ("26", "--permission"),
    ],
)
def test_permission_model(start_app, nodes, version, option):
    flags = (option, "--allow-fs-read=*")
    process, _ = start_app(IDLE, node=nodes[version], flags=flags)
    assert "permission model" in refused(process).reason


def test_permission_model_that_allows_it(start_app, nodes):
    flags = ("--permission", "--allow-fs-read=*", "--allow-inspector", "--allow-net")
    process, _ = start_app(node=nodes["26"], flags=(*flags, "--inspect-port=0"))
    assert isinstance(way(proc.facts(process.pid)), Signal)


def test_stopped(start_app):
    process, _ = start_app()
    os.kill(process.pid, signal.SIGSTOP)
    eventually(lambda: proc.facts(process.pid).state == "T", "it is stopped")
    assert "kill -CONT" in refused(process).remedy


def test_taken_by_a_stranger(start_app):
    port = unused_port()
    holder, _ = start_app(flags=(f"--inspect={port}",), name="holder.js")
    process, _ = start_app(flags=(f"--inspect-port={port}",))
    found = refused(process)
    assert found.holder == holder.pid
    assert "holder.js)" in found.reason
    assert "--inspect-port=9300" in found.remedy


def test_a_holder_that_may_not_be_seen_has_at_least_a_user():
    told = busy(1, 9229, proc.Listener("127.0.0.1", 9229, 1, 0), None)
    assert told.reason.endswith("is held by a process of user root")
    assert user(0) == f"user {pwd.getpwuid(0).pw_name}"
    assert user(4_000_000) == "user number 4000000"


def refused(process) -> Refused:
    found = way(proc.facts(process.pid))
    assert isinstance(found, Refused), found
    assert found.remedy
    assert found.failure().exit_code == 3
    assert process.alive()
    return found
