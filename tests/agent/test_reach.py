"""Targets whose loopback, pids or files are not ours."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from agent import proc, reach
from agent.leaving import detach
from agent.reach import HERE
from agent.target import by_pid, resolve
from rewriter.syntax.client import Syntax
from store.errors import NoTarget
from tests.agent.live import APP, attached, get, named
from tests.agent.namespaces import possible, unshared

NET = ("-n",)
PIDS = ("-pf", "--mount-proc", "--kill-child")
ALL = ("-n", *PIDS, "-m")


@contextlib.contextmanager
def asking(inside, port):
    """Requests from in there, one after the other."""
    enough = threading.Event()

    def ask():
        while not enough.wait(0.01):
            inside.call(lambda: get(port, "/one"))

    client = threading.Thread(target=ask)
    client.start()
    try:
        yield
    finally:
        enough.set()
        client.join()


@pytest.fixture
def script(tmp_path):
    file = tmp_path / "app.js"
    file.write_text(APP, "utf-8")
    return file


def test_here_is_here(start_app):
    process, port = start_app()
    assert reach.of(process.pid) is HERE
    assert reach.same(process.pid, "pid")
    assert reach.root(process.pid) is None
    with HERE.connect("127.0.0.1", port, 2.0, socket.socket) as made:
        assert made.getpeername() == ("127.0.0.1", port)


@pytest.mark.parametrize("flags", [NET, PIDS, ALL], ids=["net", "pid", "all"])
def test_a_process_apart_is_attached_traced_and_left(flags, node_version, script):
    if not possible(*flags):
        return
    with (
        unshared(flags, node_version, script, "--inspect-port=0") as (app, pid, port),
        Syntax() as syntax,
    ):
        inside = reach.Reach(pid)
        assert inside.call(lambda: get(port, "/one")).startswith(b"one 1")
        before = proc.listeners(pid)
        assert [one.port for one in before] == [port]
        with attached(pid, syntax) as (observed, seen):
            assert observed.process.pid == pid
            found = named(observed.walk(), "greet")
            with asking(inside, port):
                results = observed.trace(found)
            assert any(getattr(one, "name", "") == "greet" for one in results), results
            inside.call(lambda: get(port, "/one"))
            assert observed.status().alive
        assert seen.records()
        assert proc.listeners(pid) == before, "nothing listens that did not before"
        assert app.alive()
        assert inside.call(lambda: get(port, "/one")).startswith(b"one ")
        assert detach(by_pid(pid)) is False


def test_its_own_number_is_told_from_ours(node, script):
    if not possible(*PIDS):
        return
    with unshared(PIDS, node, script) as (_, pid, _):
        facts = proc.facts(pid)
        assert (facts.pid, facts.inside) == (pid, 1)
        assert not reach.same(pid, "pid")


def test_its_files_are_where_it_sees_them(node, tmp_path):
    if not possible("-m"):
        return
    file = tmp_path / "app.js"
    file.write_text(APP, "utf-8")
    (tmp_path / "mount.sh").write_text(
        f"mount -t tmpfs none {tmp_path}\n"
        f"echo '{{}}' > {tmp_path}/package.json\n"
        f"cat > {file}\n"
        'exec "$@"\n'
    )
    command = ["unshare", "-m", "sh", str(tmp_path / "mount.sh"), str(node), str(file)]
    running = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert running.stdin
        assert running.stdout
        running.stdin.write(APP)
        running.stdin.close()
        assert running.stdout.readline().startswith("port")
        root = reach.root(running.pid)
        assert root is not None
        assert not (tmp_path / "package.json").exists()
        assert (root / file.relative_to("/")).read_text("utf-8") == APP
        with attached(running.pid) as (observed, _):
            assert named(observed.walk(), "greet"), "the package is found in there"
    finally:
        running.kill()
        running.wait()
        assert running.stdout
        running.stdout.close()


def test_the_same_port_number_here_is_another_port(node, script, start_app):
    """The classic of containers: 9229 is open on both sides."""
    if not possible(*NET):
        return
    _, here = start_app(flags=())
    option = f"--inspect=127.0.0.1:{here}"
    with unshared(NET, node, script, option) as (_, pid, _):
        with attached(pid) as (observed, _):
            assert observed.process.pid == pid
        with pytest.raises(NoTarget, match="no inspector answers"):
            detach(resolve(f":{here}"))


def test_who_may_not_enter_is_told_what_to_do(node):
    if not possible(*NET) or os.geteuid() != 0:
        print("not shown here: it takes root to become somebody else")
        return
    code = (
        "import sys\n"
        f"sys.path[:0] = {sys.path!r}\n"
        "from agent import reach\n"
        "from store.errors import NoTarget\n"
        "try:\n    reach.of(int(sys.argv[1]))\n"
        "except NoTarget as e:\n    print(e.message, '|', e.hint)\n"
    )
    nobody = ("--reuid=65534", "--regid=65534", "--clear-groups")
    setpriv = Path(shutil.which("setpriv") or "")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        (Path(folder) / "app.js").write_text(APP, "utf-8")
        (Path(folder) / "app.js").chmod(0o644)
        options = (*nobody, str(node))
        with unshared(NET, setpriv, Path(folder) / "app.js", *options) as (_, pid, _):
            told = subprocess.run(
                [str(setpriv), *nobody, sys.executable, "-c", code, str(pid)],
                capture_output=True,
                text=True,
                check=True,
            ).stdout
    assert "another network namespace" in told
    assert f"nsenter -t {pid} -n fluxion" in told


def test_a_process_that_has_gone_leaves_no_way(start_app):
    process, _ = start_app()
    way = reach.Reach(process.pid)
    process.stop()
    with pytest.raises(OSError, match="ns/net"):
        way.listen()
