"""The command line as a user meets it: words, streams, and every exit code."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys

import pytest

from fluxion import cli, exits
from fluxion.cli import main
from fluxion.verbs import VERBS
from store import errors

NAMES = [verb.name for verb in VERBS]


def fluxion(*args, cwd=None, env=None, **more):
    return subprocess.run(
        [sys.executable, "-m", "fluxion", *map(str, args)],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
        **more,
    )


@pytest.fixture
def failing(monkeypatch):
    """Let `doctor` end in whatever the test wants."""

    def install(outcome):
        def run(arguments, terminal):
            if isinstance(outcome, BaseException):
                raise outcome
            return outcome

        monkeypatch.setattr(cli, "_runner", lambda verb: run)

    return install


def test_the_version_is_the_distributions(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == "fluxion 0.1.0\n"


@pytest.mark.parametrize("name", NAMES)
def test_every_verb_says_what_it_does_with_examples(name, capsys):
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    told = capsys.readouterr().out
    verb = next(v for v in VERBS if v.name == name)
    assert ended.value.code == 0
    assert verb.summary.split(".")[0].split(",")[0] in " ".join(told.split())
    assert "examples:" in told
    assert all(example in told for example in verb.examples)
    assert all(f"fluxion {name}" in example for example in verb.examples)


@pytest.mark.parametrize("name", NAMES)
def test_every_example_is_a_command_line_that_is_understood(name):
    verb = next(v for v in VERBS if v.name == name)
    for example in verb.examples:
        words = shlex.split(example)
        own, _ = cli._split(words[words.index("fluxion") + 1 :])
        assert cli.parser().parse_args(own).verb == name


def test_verbs_that_are_not_built_do_not_appear(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    told = capsys.readouterr().out
    for absent in ("nats", "live", "serve", "clean"):
        assert not re.search(rf"^\s+{absent}\b", told, re.MULTILINE)


@pytest.mark.parametrize(
    "line",
    [
        ["--no-such-option"],
        ["no-such-verb"],
        [],
        ["record", "1"],
        ["record", "1", "-o", "x", "-d", "soon"],
        ["record", "1", "-o", "x", "--max-overhead", "0"],
        ["record", "-o", "x"],
        ["record", "1", "-o", "x", "--", "node", "app.js"],
        ["plan", "x", "--min-gain", "much"],
        ["report", "x", "--", "node"],
        ["explain", "FX999"],
    ],
)
def test_bad_usage_ends_with_2(line, capsys):
    try:
        code: object = main(line)
    except SystemExit as ended:
        code = ended.code
    told = capsys.readouterr()
    assert code == exits.USAGE
    assert told.out == ""
    assert told.err


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (0, exits.DONE),
        (errors.FluxionError("x", "y"), exits.ERROR),
        (errors.ProtocolError("x", "y"), exits.ERROR),
        (errors.UsageError("x", "y"), exits.USAGE),
        (errors.NoTarget("x", "y"), exits.NO_TARGET),
        (errors.TargetGone("x", "y"), exits.TARGET_GONE),
        (errors.StoreError("x", "y"), exits.STORE),
        (errors.NothingDone("x", "y"), exits.NOTHING_DONE),
        (errors.Different("x", "y"), exits.DIFFERENT),
        (KeyboardInterrupt(), exits.INTERRUPTED),
        (ZeroDivisionError("oops"), exits.ERROR),
    ],
)
def test_every_exit_code(outcome, code, failing, capsys):
    failing(outcome)
    assert main(["doctor"]) == code
    told = capsys.readouterr()
    assert told.out == ""
    assert "Traceback" not in told.err
    if isinstance(outcome, errors.FluxionError):
        assert told.err == "error: x\n  hint: y\n"


def test_a_traceback_only_on_request(failing, monkeypatch, capsys):
    failing(ZeroDivisionError("oops"))
    monkeypatch.setenv("FLUXION_DEBUG", "1")
    assert main(["doctor"]) == exits.ERROR
    assert "Traceback" in capsys.readouterr().err


def test_hostile_words_in_an_error_are_inert(failing, capsys):
    failing(errors.FluxionError("\x1b[2J\nname", "\x07"))
    main(["doctor"])
    assert "\x1b" not in (told := capsys.readouterr().err)
    assert "␛[2J␊name" in told


def test_a_reader_that_leaves_is_no_error():
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "fluxion", "explain", "FX001"],
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupt_before_anything_was_written_ends_with_130(number, tmp_path):
    fifo = tmp_path / "never.db"
    os.mkfifo(fifo)
    code = (
        "import sys, time; from fluxion import cli\n"
        "cli._runner = lambda verb: lambda a, t: (t.data('in'), time.sleep(30))\n"
        "sys.exit(cli.main(['doctor']))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "in\n"
    process.send_signal(number)
    _, told = process.communicate(timeout=10)
    assert process.returncode == exits.INTERRUPTED
    assert told.startswith("error: interrupted")
