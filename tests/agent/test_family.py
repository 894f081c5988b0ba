"""The Node processes that a target has started."""

from __future__ import annotations

import os
import signal

from agent.family import Family, Kin
from tests.processes import eventually, family

APP = """
const cluster = require('cluster');
const { fork, spawn } = require('child_process');
const path = require('path');
if (cluster.isPrimary) {
  cluster.fork(); cluster.fork();
  fork(path.join(__dirname, 'child.js'));
  const command = `"${process.execPath}" "${path.join(__dirname, 'leaf.js')}"; true`;
  spawn('/bin/sh', ['-c', command], { stdio: 'ignore' });
  spawn('/bin/sleep', ['60']);
  console.log('port 1');
}
setInterval(() => {}, 1000);
"""
CHILD = """
require('child_process').fork(require('path').join(__dirname, 'leaf.js'));
setInterval(() => {}, 1000);
"""
LEAF = "setInterval(() => {}, 1000);"


def started(start_app, tmp_path):
    (tmp_path / "child.js").write_text(CHILD)
    (tmp_path / "leaf.js").write_text(LEAF)
    return start_app(APP, flags=())[0]


def told(looking: Family, count: int) -> list[Kin]:
    """What a family tells until it is so many."""
    found: list[Kin] = []

    def enough() -> bool:
        found.extend(looking.look())
        return len(found) >= count

    eventually(enough, f"{count} are told")
    return found


def test_children_of_children_and_through_a_shell(start_app, tmp_path):
    process = started(start_app, tmp_path)
    looking = Family(process.pid)
    found = told(looking, 5)
    assert looking.look() == []
    assert sorted(one.role for one in found) == ["child"] * 3 + ["cluster"] * 2
    assert all(one.ready for one in found)
    below = {one.pid for one in family(process.pid)}
    assert {one.pid for one in found} < below
    parents = {one.parent for one in found}
    (child,) = parents - {process.pid}
    assert [one.role for one in found if one.pid == child] == ["child"]
    # The leaf below the shell belongs to the primary; the shell is no member.
    assert sum(one.parent == process.pid for one in found) == 4


def test_one_that_starts_later_and_one_that_ended(spawn_node, tmp_path):
    (tmp_path / "leaf.js").write_text(LEAF)
    file = tmp_path / "app.js"
    file.write_text(
        "process.stdin.resume(); process.on('SIGHUP', () =>"
        " require('child_process').fork(__dirname + '/leaf.js'));"
        "setInterval(() => {}, 1000); console.log('port 1')"
    )
    process = spawn_node(file, line="port")
    looking = Family(process.pid)
    assert looking.look() == []
    process.popen.send_signal(signal.SIGHUP)
    (first,) = told(looking, 1)
    os.kill(first.pid, signal.SIGKILL)
    process.popen.send_signal(signal.SIGHUP)
    (second,) = told(looking, 1)
    assert second.pid != first.pid


def test_what_we_started_ourselves_is_not_of_the_family(spawn_node, tmp_path):
    (tmp_path / "leaf.js").write_text(LEAF)
    spawn_node(tmp_path / "leaf.js")
    assert Family(os.getppid()).look() == []
