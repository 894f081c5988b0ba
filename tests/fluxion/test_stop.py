"""The first signal asks to finish, the second aborts."""

from __future__ import annotations

import os
import signal

import pytest

from fluxion.stop import SIGNALS, Stop, signals_interrupt


@pytest.mark.parametrize("number", SIGNALS)
def test_the_first_signal_asks_and_the_second_aborts(number):
    said: list[str] = []
    before = signal.getsignal(number)
    with Stop(said.append) as stop:
        assert not stop.wait(0)
        os.kill(os.getpid(), number)
        assert stop.asked
        assert stop.wait(10)
        assert len(said) == 1
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), number)
    assert signal.getsignal(number) is before


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_other_verbs_are_interrupted_by_any_of_them(number):
    before = signal.getsignal(number)
    with pytest.raises(KeyboardInterrupt), signals_interrupt():
        os.kill(os.getpid(), number)
    assert signal.getsignal(number) is before
