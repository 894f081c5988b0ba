"""Worker threads of an app that we start."""

from __future__ import annotations

from agent.launch import launch
from store.abi import Event
from store.facts import Process
from tests.agent.live import Seen, rewriter

APP = """
const { Worker, isMainThread, parentPort, threadId } = require('node:worker_threads');
function work(text) {
  if (text === 'end') parentPort.close();
  else parentPort.postMessage(text + '!');
}
if (isMainThread) {
  const ends = new Worker(__filename);
  ends.on('message', (text) => ends.postMessage(text === 'a!' ? 'end' : text));
  ends.on('exit', (code) => console.log('ended', code));
  ends.postMessage('a');
  const killed = new Worker(__filename);
  killed.on('message', () => killed.terminate());
  killed.on('exit', (code) => console.log('killed', code));
  killed.postMessage('b');
} else parentPort.on('message', work);
"""


def test_each_thread_is_an_isolate_and_one_that_is_killed_is_cut_off(
    node_version, syntax, tmp_path, capfd
):
    (tmp_path / "app.js").write_text(APP)
    seen = Seen()
    threads: dict[int, list[bytes]] = {}
    processes: list[Process] = []
    app = launch(
        [str(tmp_path / "app.js")],
        node=str(node_version),
        rewrite=rewriter(syntax),
        on_block=seen.blocks.append,
        on_thread=lambda number, block: threads.setdefault(number, []).append(block),
        on_process=processes.append,
    )
    assert app.wait(60) == 0
    assert len(app.scripts()) == 1
    cut = app.cut_off()
    app.detach()
    assert sorted(capfd.readouterr().out.split("\n")) == ["", "ended 0", "killed 1"]
    assert sorted(one.number for one in processes) == [2, 3]
    assert {(one.role, one.parent, one.pid) for one in processes} == {
        ("thread", 1, app.pid)
    }
    assert len({one.thread for one in processes}) == 2
    assert len(cut) == 1
    whole = Seen()
    whole.blocks = threads[({2, 3} - set(cut)).pop()]
    assert len(whole.records(Event.ENTER)) == len(whole.records(Event.EXIT)) == 2
    assert len(whole.records(Event.COUNT)) > 0


def test_without_anybody_to_take_them_threads_are_left_alone(
    nodes, syntax, tmp_path, capfd
):
    (tmp_path / "app.js").write_text(APP)
    seen = Seen()
    app = launch(
        [str(tmp_path / "app.js")],
        node=str(nodes["22"]),
        rewrite=rewriter(syntax),
        on_block=seen.blocks.append,
    )
    assert app.wait(60) == 0
    assert app.cut_off() == []
    app.detach()
    assert "ended 0" in capfd.readouterr().out
