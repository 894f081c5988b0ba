"""What a recording never saw of a candidate, attached and launched, on two Nodes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from store.database import open_store
from tests.acceptance.flow import ask, fluxion, record_enough, told, traffic

if TYPE_CHECKING:
    from tests.conftest import SpawnNode

SERVER = """\
'use strict';
const http = require('node:http');
const { answer } = require('./answer.js');

const server = http.createServer(function handle(req, res) {
  if (req.url === '/nothing') {
    res.statusCode = 400;
    res.end('nothing');
    return;
  }
  const total = answer(req.url === '/2' ? 2 : 3);
  res.end(String(total));
});
server.listen(0, '127.0.0.1', () => console.log(`port ${server.address().port}`));
"""
ANSWER = """\
'use strict';

function answer(n) {
  if (n < 0) {
    const why = `there is no ${n}`;
    throw new Error(why);
  }
  return n % 2 === 0 ? burn(n, 3) : burn(n, 5);
}

function burn(n, step) {
  let total = n;
  for (let i = 0; i < 800000; i += 1) {
    total = (total * step + i) % 1000003;
    if (total < 0) {
      total = 0;
    }
  }
  return total;
}

exports.answer = answer;
"""
DRIVE = """\
const http = require('node:http');
const paths = '/2 /3 /2 /3 /2 /3 /nothing'.split(' ');
(function next() {
  const path = paths.shift();
  if (path === undefined) return;
  http.get({ host: '127.0.0.1', port: process.env.PORT, path }, (answer) => {
    answer.resume().on('end', next);
  });
}());
"""


@pytest.fixture
def app(tmp_path: Path) -> Path:
    (tmp_path / "server.js").write_text(SERVER)
    (tmp_path / "answer.js").write_text(ANSWER)
    return tmp_path


def moving(folder: Path) -> dict[str, Any]:
    (fluxion,) = told("plan", "app.db", cwd=folder)["fluxions"]
    return fluxion


def places(folder: Path, row: dict[str, Any]) -> list[str]:
    return [place.removeprefix(f"{folder}/") for place in row["unseen"]]


def traced(folder: Path) -> bool:
    """Tell whether blocks of both functions were seen, at all."""
    with open_store(folder / "app.db") as store:
        recording = store.recording()
    names = {one.number: Path(one.path or "").name for one in recording.scripts}
    covered = {names[one.script] for one in recording.coverage if one.basis == "block"}
    return {"server.js", "answer.js"} <= covered


@pytest.mark.timeout(300)
@pytest.mark.parametrize("version", ["20", "24"])
def test_of_a_running_app(
    app: Path, spawn_node: SpawnNode, nodes: dict[str, Path], version: str
) -> None:
    server = spawn_node("server.js", cwd=app, node=nodes[version])
    port = int(server.wait_for_line(r"port (\d+)")[1])

    def one_round(n: int) -> None:
        ask(port, "GET", f"/{2 + n % 2}")

    with traffic(one_round):
        record_enough(server, app, 10, lambda _: traced(app))
    assert ask(port, "GET", "/nothing") == 400, "left as it was"
    row = moving(app)
    assert "server.js:6:31-10:4 (if req.url === '/nothing')" in places(app, row)
    assert "answer.js:4:14-7:4 (if n < 0)" in places(app, row)
    assert not any(place.startswith("answer.js:8") for place in places(app, row))
    assert 0.3 < row["confidence"] < 1
    shown = fluxion("plan", "app.db", cwd=app).stdout
    assert f"never ran: {app}/answer.js:4:14-7:4 (if n < 0)" in shown


def test_of_a_launched_app_and_what_ran_is_not_said_never_to_have(
    app: Path, nodes: dict[str, Path]
) -> None:
    (app / "drive.js").write_text(DRIVE)
    node = nodes["24"]
    record = ("record", "-o", "app.db", "--on-port", f"{node} drive.js")
    fluxion(*record, "--", str(node), "server.js", cwd=app)
    row = moving(app)
    assert places(app, row) == [
        "answer.js:4:14-7:4 (if n < 0)",
        "answer.js:15:20-17:6 (if total < 0)",
    ]
    assert row["unwatched"] == []
    assert 0.5 < row["confidence"] < 1
