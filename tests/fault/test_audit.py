"""Every command that a target got is in the audit: a proxy between us listens in."""

from __future__ import annotations

import sqlite3
from collections import Counter

import pytest

from tests.agent.live import APP, Load
from tests.agent.proxy import Proxy
from tests.agent.test_ledger import inspector_port, methods


@pytest.mark.parametrize("mode", ["watch", "trace"])
def test_a_whole_recording(mode, start, agent, tmp_path):
    file = tmp_path / "app.js"
    file.write_text(APP, "utf-8")
    target = start(file, flags=("--inspect=127.0.0.1:0",))
    store = tmp_path / "app.db"
    with (
        Proxy(inspector_port(target.process)) as proxy,
        Load(target.port, "/one", "/echo"),
    ):
        words = ("-o", store, "-d", "5s", "--mode", mode, "--max-overhead", 50)
        one = agent("record", f":{proxy.port}", *words)
        assert one.popen.wait(60) == 0, one.told()
        heard = Counter(proxy.methods())
    connection = sqlite3.connect(store)
    lines = [row[0] for row in connection.execute("SELECT what FROM audit")]
    connection.close()
    assert methods(lines) == heard
    assert sum(heard.values()) > 20
    if mode == "watch":
        assert not any(method.startswith("Debugger.") for method in heard)
