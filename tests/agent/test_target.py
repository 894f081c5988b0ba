"""The words that name a target."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from agent import proc
from agent.binary import OTHERS
from agent.target import resolve, same_process
from store.errors import NoTarget
from tests.processes import NodeProcess, eventually


def test_a_pid(start_app):
    process, _ = start_app()
    target = resolve(str(process.pid))
    assert target.pid == process.pid
    assert same_process(target)
    process.stop()
    assert not same_process(target)


def test_no_such_pid():
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    with pytest.raises(NoTarget, match="no process") as failure:
        resolve(str(ended.pid))
    assert failure.value.exit_code == 3
    assert failure.value.hint


def test_a_pid_that_is_not_node_gets_no_signal():
    running = subprocess.Popen(["sleep", "60"])
    try:
        # On a busy machine it has no command line yet.
        eventually(lambda: psutil.Process(running.pid).cmdline(), "it is sleep")
        with pytest.raises(NoTarget, match=r"not Node\.js \(sleep 60\)"):
            resolve(str(running.pid))
        assert running.poll() is None
    finally:
        running.kill()
        running.wait()


def test_a_zombie():
    ended = subprocess.Popen([sys.executable, "-c", ""])
    eventually(lambda: proc.started(ended.pid) is None, "it is a zombie")
    with pytest.raises(NoTarget, match=rf"a zombie: its parent {os.getpid()}"):
        resolve(str(ended.pid))
    ended.wait()


@pytest.mark.parametrize(
    ("runtime", "name"), [("bun", "Bun"), ("deno", "Deno"), ("electron", "Electron")]
)
def test_another_runtime_is_refused_by_name(runtime, name, tmp_path):
    file = tmp_path / "server"
    file.write_bytes(Path("/bin/sleep").read_bytes() + dict(OTHERS)[runtime])
    file.chmod(0o755)
    running = subprocess.Popen([file, "60"])
    try:
        with pytest.raises(NoTarget, match=rf"is {name}, not Node\.js") as failure:
            resolve(str(running.pid))
        assert failure.value.exit_code == 3
        assert running.poll() is None
    finally:
        running.kill()
        running.wait()


def test_a_process_of_another_user(node, tmp_path):
    if os.geteuid() != 0:
        print("not shown here: it takes root to become somebody else")
        return
    app = subprocess.Popen(
        [node, "-e", "console.log(1); setTimeout(() => {}, 9e6)"],
        stdout=subprocess.PIPE,
    )
    code = (
        f"import sys; sys.path[:0] = {sys.path!r}\n"
        "from agent.target import resolve\nfrom store.errors import NoTarget\n"
        "try: resolve(sys.argv[1])\n"
        "except NoTarget as e: print(e.message, '|', e.hint)\n"
    )
    try:
        assert app.stdout
        app.stdout.readline()
        user = ("--reuid=65534", "--regid=65534", "--clear-groups")
        told = subprocess.run(
            ["setpriv", *user, sys.executable, "-c", code, str(app.pid)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert f"process {app.pid} belongs to somebody else" in told
        assert f"sudo -u '#0' fluxion record {app.pid}" in told
        assert app.poll() is None
    finally:
        app.kill()
        app.communicate()


def test_no_permission(monkeypatch, start_app):
    process, _ = start_app()

    def denied(pid: int) -> None:
        raise PermissionError(pid)

    # Root may do everything, so the kernel's answer is put here.
    monkeypatch.setattr(proc, "facts", denied)
    with pytest.raises(NoTarget, match="lets nobody look") as failure:
        resolve(str(process.pid))
    assert f"sudo fluxion record {process.pid}" in failure.value.hint


@pytest.mark.parametrize(
    ("spec", "host", "port"),
    [
        (":9300", "127.0.0.1", 9300),
        ("localhost:9300", "127.0.0.1", 9300),
        ("127.0.0.1:9300", "127.0.0.1", 9300),
        ("[::1]:9300", "::1", 9300),
    ],
)
def test_addresses(spec, host, port):
    target = resolve(spec)
    assert (target.host, target.port, target.pid) == (host, port, None)


def test_an_inspector_url():
    target = resolve("ws://127.0.0.1:9300/abc-def")
    assert target.url == "ws://127.0.0.1:9300/abc-def"


@pytest.mark.parametrize(
    "spec",
    ["example.com:9229", "10.0.0.1:9229", "ws://10.0.0.1:1/x", "ws://127.0.0.1:1/"],
)
def test_only_this_machine_and_whole_urls(spec):
    with pytest.raises(NoTarget) as failure:
        resolve(spec)
    assert failure.value.hint


@pytest.mark.parametrize("spec", ["", ":", ":99999999", "-1", "wss://127.0.0.1/x"])
def test_nonsense(spec):
    with pytest.raises(NoTarget):
        resolve(spec)


def test_a_name_names_one_process(start_app):
    process, _ = start_app(name="shop-front.js")
    assert resolve("shop-front").pid == process.pid
    start_app(name="shop-front.js")
    with pytest.raises(NoTarget, match=rf"2 Node.js .*{process.pid}"):
        resolve("shop-front.js")
    with pytest.raises(NoTarget, match=r"no Node\.js process"):
        resolve("nobody-is-called-so")


def test_a_name_that_a_whole_cluster_has_is_its_primary(start_app):
    process, _ = start_app(
        "const cluster = require('cluster');"
        "if (cluster.isPrimary) { cluster.fork(); cluster.fork(); }"
        "else process.send('up');"
        "let up = 0;"
        "cluster.on('message', () => { if (++up === 2) console.log('port 1') });"
        "setInterval(() => {}, 1000);",
        flags=(),
        name="many-hands.js",
    )
    assert resolve("many-hands").pid == process.pid


def test_below_a_shell_is_the_app(node, tmp_path):
    (tmp_path / "shop.js").write_text("console.log('up'); setInterval(() => {}, 1000)")
    shell = NodeProcess(
        ["sh", "-c", f"{node} shop.js; true"], dict(os.environ), tmp_path
    )
    try:
        shell.wait_for_line("up")
        with pytest.raises(NoTarget, match=r"not Node\.js") as failure:
            resolve(str(shell.pid))
        assert "below it runs Node.js: " in failure.value.hint
        assert "shop.js)" in failure.value.hint
    finally:
        shell.stop()
