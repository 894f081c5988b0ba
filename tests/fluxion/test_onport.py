"""The command that runs once the target listens."""

from __future__ import annotations

import sys

import pytest

from fluxion.onport import OnPort
from store.errors import FluxionError, UsageError
from tests.processes import eventually


def test_it_starts_when_there_is_a_port(tmp_path):
    place = tmp_path / "port"
    code = f"import os; open({str(place)!r}, 'w').write(os.environ['PORT'] + ' $PORT')"
    on_port = OnPort(f'{sys.executable} -c "{code}"')
    on_port.look(set())
    assert not on_port.ended
    on_port.look({9000, 8080})
    eventually(lambda: on_port.ended, "it runs to its end")
    assert place.read_text() == "8080 8080"
    on_port.close()


def test_it_is_ended_with_the_recording():
    on_port = OnPort(f'{sys.executable} -c "import time; time.sleep(60)"')
    on_port.look({1})
    assert not on_port.ended
    on_port.close()
    assert on_port.ended


def test_without_a_command_nothing_ends():
    on_port = OnPort(None)
    on_port.look({1})
    assert not on_port.ended
    on_port.close()


@pytest.mark.parametrize("command", ["", "'open"])
def test_a_command_that_is_none_is_bad_usage(command):
    with pytest.raises(UsageError):
        OnPort(command)


def test_a_command_that_is_not_there_is_an_error():
    with pytest.raises(FluxionError, match="cannot be started"):
        OnPort("/no/such/command").look({1})
