"""Playing requests: in order, at once, and with answers that never end."""

from __future__ import annotations

import pytest

from fluxion.verify.client import Job
from fluxion.verify.play import Known, concurrent, serial
from tests.fluxion.verify.seeded import QUICK, asked

SERVER = """\
const http = require('http')
let count = 0
const open = []
http.createServer((req, res) => {
  if (req.url === '/live') { open.push(res); return res.write('live ') }
  if (req.url === '/wait') { open.push(res); return }
  const mine = ++count
  for (const one of open) one.write('saw ' + mine + ' ')
  setTimeout(() => res.end(String(mine)), req.url === '/slow' ? 60 : 1)
}).listen(Number(process.argv[2]), '127.0.0.1')
"""


@pytest.fixture
def port(tmp_path, spawn_node, free_port):
    (tmp_path / "s.js").write_text(SERVER)
    spawn_node(tmp_path / "s.js", str(free_port), port=free_port)
    return free_port


def jobs(*lines: str, lane=lambda n: 0) -> list[Job]:
    return [Job(n, request, lane(n)) for n, request in enumerate(asked(*lines))]


def bodies(transcript) -> list[bytes]:
    return [transcript.answers[n].body for n in sorted(transcript.answers)]


def test_one_after_another(port):
    seen = serial(jobs("GET /slow", "GET /a", "GET /b"), port, QUICK, {})
    assert bodies(seen) == [b"1", b"2", b"3"]
    assert seen.open == []
    assert seen.arrivals == [0, 1, 2]
    assert len(seen.latencies()) == 3


def test_an_answer_that_never_ends_is_collected_until_all_others_are_done(port):
    seen = serial(jobs("GET /live", "GET /a", "GET /b"), port, QUICK, {})
    assert bodies(seen) == [b"live saw 1 saw 2 ", b"1", b"2"]
    assert seen.open == [0]
    again = serial(jobs("GET /live", "GET /a", "GET /b"), port, QUICK, seen.known)
    assert bodies(again)[0] == b"live saw 3 saw 4 "


def test_an_answer_that_does_not_begin_is_not_waited_for_again(port):
    seen = serial(jobs("GET /wait", "GET /a"), port, QUICK, {})
    assert bodies(seen) == [b"saw 1 ", b"1"]
    assert seen.known[0] == Known(ended=False, begun=False, size=0)


def test_lanes_go_on_at_the_same_time(port):
    slow = jobs("GET /slow", "GET /a", "GET /b", lane=lambda n: n > 0)
    known = {n: Known(ended=True, begun=True, size=0) for n in range(3)}
    seen = concurrent(slow, port, QUICK, known)
    assert [n for _, n in seen.completed] == [1, 2, 0]
    assert len(seen.keys) == 3


def test_a_job_can_wait_until_others_are_answered(port):
    first = jobs("GET /a", "GET /a", "GET /a")
    late = Job(3, asked("GET /live")[0], 9, after=2)
    known = {n: Known(ended=n != 3, begun=True, size=0) for n in range(4)}
    seen = concurrent([*first, late], port, QUICK, known)
    assert seen.arrivals.index(3) >= 2
    assert seen.answers[3].ended == "open"
