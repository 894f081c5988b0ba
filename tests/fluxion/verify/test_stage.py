"""The app on a stage: a free port on loopback, a copy of its folder, its counters."""

from __future__ import annotations

import http.client
import json

import psutil
import pytest

from fluxion.build import read_build
from fluxion.verify.stage import Stage
from store.errors import FluxionError
from tests.fluxion.verify.seeded import QUICK, make_build


def restage(build, source: str, **entry):
    build.entry.script.write_text(source)
    manifest = json.loads((build.folder / "manifest.json").read_text())
    manifest["files"] = []
    manifest["entry"].update(entry)
    (build.folder / "manifest.json").write_text(json.dumps(manifest))
    return Stage(read_build(build.folder), patience=QUICK)


def get(port: int, path: str = "/") -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().read()
    finally:
        connection.close()


SERVER = "require('http').createServer((q, s) => s.end(%s)).listen(%s)\n"


@pytest.mark.parametrize(
    "listens",
    [
        "process.env.PORT",
        "8080",
        "8080, '0.0.0.0'",
        "{ port: 8080, host: '::' }",
        "Number(process.argv[2])",
        "process.argv[3].split('=')[1]",
    ],
)
def test_it_listens_on_the_free_port_of_loopback(tmp_path, listens):
    build = make_build(tmp_path)
    argv = ["node", str(build.entry.script), "8080", "--port=8080"]
    source = SERVER % ("'hi'", listens)
    with (
        restage(build, source, argv=argv) as stage,
        stage.serve("one", compiled=False) as server,
    ):
        assert get(server.port) == b"hi"
        process = psutil.Process(server.process.pid)
        hosts = {
            c.laddr.ip
            for c in process.net_connections(kind="tcp")
            if c.status == psutil.CONN_LISTEN
        }
    assert hosts == {"127.0.0.1"}


def test_an_unknown_port_is_that_of_the_first_listener(tmp_path):
    with (
        restage(make_build(tmp_path), SERVER % ("'hi'", "3456"), ports=[]) as stage,
        stage.serve("one", compiled=False) as server,
    ):
        assert get(server.port) == b"hi"


def test_paths_in_answers_are_the_same_for_every_run(tmp_path):
    source = SERVER % ("__filename + process.cwd()", "process.env.PORT")
    seen = set()
    with restage(make_build(tmp_path), source) as stage:
        for name in ("one", "two"):
            with stage.serve(name, compiled=False) as server:
                seen.add(get(server.port))
    assert len(seen) == 1


def test_an_app_that_ends_at_once_is_an_error_with_its_last_words(tmp_path):
    with (
        restage(make_build(tmp_path), "throw new Error('no database')\n") as stage,
        pytest.raises(FluxionError, match=r"ended with code 1 .*no database"),
        stage.serve("one", compiled=False),
    ):
        pass


def test_the_order_and_the_counters_are_read(tmp_path):
    with Stage(make_build(tmp_path), patience=QUICK) as stage:
        with stage.serve("one", compiled=True) as server:
            get(server.port, "/balance")
            get(server.port, "/log")
        (stage.folder / "one.report").write_text('{"fluxions": [{"id": "a"}]}')
        order = stage.order("one")
        assert len(order) == 2
        assert {index for _, index in order} == {0}
        assert stage.report("one") == {"fluxions": [{"id": "a"}]}
        assert stage.report("two") == {}


def test_the_temporary_folder_goes_away(tmp_path):
    with Stage(make_build(tmp_path), patience=QUICK) as stage:
        folder = stage.folder
        assert folder.is_dir()
    assert not folder.exists()
