"""A library's own log."""

from __future__ import annotations

from agent import quiet


def test_nothing_is_printed_and_nobody_is_told(capsys, caplog):
    log = quiet.logger()
    log.error("unexpected internal error")
    assert capsys.readouterr() == ("", "")
    assert caplog.text == ""
