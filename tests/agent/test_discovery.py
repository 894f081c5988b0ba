"""What an open inspector lists."""

from __future__ import annotations

import http.server
import threading

import pytest

from agent.discovery import discover
from tests.processes import unused_port


def test_an_inspector(start_app):
    port = unused_port()
    start_app(flags=(f"--inspect=127.0.0.1:{port}",))
    url = discover("127.0.0.1", port)
    assert url is not None
    assert url.startswith(f"ws://127.0.0.1:{port}/")


def test_an_inspector_on_the_other_loopback(start_app):
    port = unused_port()
    start_app(flags=(f"--inspect=[::1]:{port}",))
    assert (discover("::1", port) or "").startswith(f"ws://[::1]:{port}/")


def test_nobody():
    assert discover("127.0.0.1", unused_port()) is None


@pytest.mark.parametrize(
    "answer", [b"", b"[]", b"{}", b"[1]", b"not json", b'[{"a":1}]']
)
def test_something_else(answer):
    class Else(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Else)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        assert discover("127.0.0.1", server.server_port) is None
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
