"""A session that keeps nothing: pictures while it goes on, and the last one after."""

from __future__ import annotations

import threading
import urllib.request

import pytest

from agent.leaving import detach
from agent.target import by_pid
from fluxion.looking import Looking
from fluxion.observe import Session
from fluxion.picture import json_of
from fluxion.stop import Stop
from rewriter.syntax.client import Syntax
from tests.agent.live import ports
from tests.processes import eventually

APP = """
const http = require('http');
function served(req, res) { res.end('yes'); }
http.createServer(served).listen(0, '127.0.0.1', function () {
  console.log('port ' + this.address().port);
});
//# sourceMappingURL=data:application/json;base64,MAP
"""
# {"version":3,"sources":["src/app.ts"],"names":["answer"],"mappings":";;AAIEA"}
MAP = (
    "eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpbInNyYy9hcHAudHMiXSwibmFtZXMiOlsiYW5zd2VyIl0s"
    "Im1hcHBpbmdzIjoiOztBQUlFQSJ9"
)


@pytest.fixture
def app(spawn_node, tmp_path):
    file = tmp_path / "app.js"
    file.write_text(APP.replace("MAP", MAP), "utf-8")
    process = spawn_node(file, flags=("--inspect-port=0",), line=r"^port")
    process.port = int(process.wait_for_line(r"port (\d+)")[1])
    return process


@pytest.fixture
def syntax():
    with Syntax() as syntax:
        yield syntax


def look(app, syntax, **more) -> Looking:
    return Looking(by_pid(app.pid), syntax, Stop(lambda _: None), **more)


def ask(app, times: int = 5) -> None:
    for _ in range(times):
        urllib.request.urlopen(f"http://127.0.0.1:{app.port}/").read()


def until_seen(view: Looking, app) -> None:
    def seen() -> bool:
        ask(app)
        return bool(view.picture().lines)

    eventually(seen, "a callback is seen")


def test_pictures_name_callbacks_as_the_user_wrote_them(app, syntax):
    with look(app, syntax) as view:
        until_seen(view, app)
        [line] = view.picture().lines
        assert line.function["file"].endswith("src/app.ts")
        assert (line.function["line"], line.function["column"]) == (5, 3)
        assert line.function["generated"]["name"] == "served"
        assert view.picture().watched.process.pid == app.pid
        assert not view.gone
        assert not view.ended.is_set()
    assert ports(app.pid) == {app.port}


def test_the_last_picture_stays(app, syntax):
    with look(app, syntax) as view:
        until_seen(view, app)
        view.leave()
        assert view.ended.is_set()
        assert view.picture().watched.ended.startswith("detached")
        before = json_of(view.picture())
        assert json_of(view.picture()) == before
        assert before["callbacks"]
        view.leave()
    view.check()


def test_the_end_of_the_target_is_told(app, syntax):
    with look(app, syntax) as view:
        until_seen(view, app)
        app.popen.kill()
        assert view.ended.wait(40)
        assert view.gone
        assert view.picture().watched.ended.startswith("the target has ended")
        assert view.picture().lines
    view.check()


def test_a_probe_that_left_is_not_taken_for_a_target_that_ended(app, syntax):
    with look(app, syntax) as view:
        until_seen(view, app)
        assert detach(by_pid(app.pid))
        assert view.ended.wait(40)
        assert view.gone
        assert view.picture().watched.ended.startswith("the probe has left")
    ask(app)


def test_a_duration_ends_it(app, syntax):
    with look(app, syntax, duration=1.0) as view:
        assert view.ended.wait(40)
        assert not view.gone
    assert ports(app.pid) == {app.port}


def test_waiting_for_reports_ends_with_them_or_with_the_view(app, syntax):
    with look(app, syntax) as view:
        assert view.wait(2, 40)
        assert view.reports >= 2
        assert not view.wait(10_000, 0.05)
        ender = threading.Thread(target=view.leave)
        ender.start()
        assert not view.wait(10_000, 40), "the end of the view ends the waiting"
        ender.join()


def test_what_goes_wrong_in_the_session_is_raised_and_the_target_left(
    app, syntax, monkeypatch
):
    def broken(self: Session, mode: object) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr(Session, "run", broken)
    with look(app, syntax) as view:
        assert view.ended.wait(40)
    with pytest.raises(ZeroDivisionError):
        view.check()
    assert ports(app.pid) == {app.port}
