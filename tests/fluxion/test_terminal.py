"""Data on stdout, words on stderr."""

from __future__ import annotations

import io
import os
import pty

from fluxion.terminal import Terminal


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_data_and_words_do_not_mix():
    out, err = io.StringIO(), io.StringIO()
    terminal = Terminal(out, err)
    terminal.data("result")
    terminal.json({"a": "é"})
    terminal.say("hello")
    terminal.fail("no such thing", "look elsewhere")
    assert out.getvalue() == 'result\n{"a": "é"}\n'
    assert err.getvalue() == ("hello\nerror: no such thing\n  hint: look elsewhere\n")


def test_progress_is_one_line_on_a_screen():
    err = Screen()
    terminal = Terminal(io.StringIO(), err)
    terminal.progress("00:01")
    terminal.progress("00:02")
    terminal.say("done")
    assert err.getvalue().count("\n") == 2
    assert err.getvalue().endswith("\ndone\n")


def test_elsewhere_progress_is_a_line_now_and_then():
    err = io.StringIO()
    terminal = Terminal(io.StringIO(), err)
    for second in range(5):
        terminal.progress(f"00:0{second}")
    assert err.getvalue() == "00:00\n"


def test_quiet_still_tells_errors():
    err = io.StringIO()
    terminal = Terminal(io.StringIO(), err, quiet=True)
    terminal.say("hello")
    terminal.progress("00:01")
    terminal.fail("broken")
    assert err.getvalue() == "error: broken\n"


def test_a_closed_terminal_ends_nothing():
    master, slave = pty.openpty()
    with os.fdopen(slave, "w") as stream:
        terminal = Terminal(stream, stream)
        os.close(master)
        terminal.progress("00:01")
        terminal.say("hello")
        terminal.fail("broken", "mend it")
        terminal.data("result")
        stream.flush()


def test_bytes_go_out_as_they_are_behind_what_was_said_before():
    data = io.BytesIO()
    out = io.TextIOWrapper(data, encoding="ascii")
    terminal = Terminal(out, io.StringIO())
    terminal.data("first")
    terminal.raw("\u00e9\n".encode())
    assert data.getvalue() == b"first\n\xc3\xa9\n"
    assert not terminal.shows_data
    assert Terminal(Screen(), io.StringIO()).shows_data
