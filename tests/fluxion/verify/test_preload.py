"""The lines that keep a verified app on one loopback port change nothing else."""

from __future__ import annotations

import json

import pytest

from fluxion.verify.preload import PRELOAD
from tests.processes import unused_port

SHOW = """\
const server = require('net').createServer()
server.listen(%s, () => {
  console.log(JSON.stringify(server.address()))
  server.close()
})
"""


@pytest.mark.parametrize(
    ("listens", "fixed", "free"),
    [
        ("8080", [8080], True),
        ("'8080'", [8080], True),
        ("8080, '::'", [8080], True),
        ("{ port: 8080 }", [8080], True),
        ("9999", [8080], False),
        ("9999", [], True),
        ("0", [], False),
    ],
)
def test_ports(tmp_path, spawn_node, listens, fixed, free):
    (tmp_path / "preload.cjs").write_text(PRELOAD)
    (tmp_path / "app.js").write_text(SHOW % listens)
    port = unused_port()
    process = spawn_node(
        tmp_path / "app.js",
        flags=("-r", str(tmp_path / "preload.cjs")),
        env={
            "FLUXION_VERIFY_PORT": str(port),
            "FLUXION_VERIFY_FIXED": json.dumps(fixed),
        },
    )
    process.wait()
    address = json.loads(process.out[0])
    assert address["address"] == "127.0.0.1"
    assert (address["port"] == port) is free


def test_a_socket_file_stays_one(tmp_path, spawn_node):
    (tmp_path / "preload.cjs").write_text(PRELOAD)
    place = tmp_path / "socket"
    (tmp_path / "app.js").write_text(SHOW % json.dumps(str(place)))
    process = spawn_node(
        tmp_path / "app.js",
        flags=("-r", str(tmp_path / "preload.cjs")),
        env={"FLUXION_VERIFY_PORT": "1", "FLUXION_VERIFY_FIXED": "[]"},
    )
    process.wait()
    assert json.loads(process.out[0]) == str(place)
