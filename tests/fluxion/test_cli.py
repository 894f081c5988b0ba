"""The command line as a user meets it."""

from __future__ import annotations

import pytest

from fluxion.cli import main


def test_the_version_is_the_distributions(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == "fluxion 0.1.0\n"


def test_bad_usage_ends_with_2(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--no-such-option"])
    assert ended.value.code == 2
    assert "--no-such-option" in capsys.readouterr().err
