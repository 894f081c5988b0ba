"""A driver's words, and a program's, compared over three runs."""

from __future__ import annotations

import json
import sys

import pytest

from fluxion.build import read_build
from fluxion.verify.driver import addressed
from fluxion.verify.proof import verify
from store.errors import FluxionError
from tests.fluxion.verify.seeded import QUICK, make_build

ASK = (
    "import os, urllib.request as u, time\n"
    "base = os.environ['BASE_URL']\n"
    "assert base.endswith(os.environ['PORT'])\n"
    "print(u.urlopen(base + '/heavy?n=3').read().decode())\n"
    "print('asked at', time.time_ns())\n"
)


def prove(build, driver=(), reset=None):
    return verify(
        build,
        requests=(),
        loaded=(),
        driver=driver,
        reset=reset,
        say=lambda _: None,
        patience=QUICK,
    )


def program(folder, source, compiled):
    build = make_build(folder)
    build.entry.script.write_text(source)
    (build.folder / "overlay/server.js").write_text(compiled)
    manifest = json.loads((build.folder / "manifest.json").read_text())
    manifest["entry"]["ports"] = []
    manifest["files"][0]["sha256"] = (
        __import__("hashlib").sha256(source.encode()).hexdigest()
    )
    (build.folder / "manifest.json").write_text(json.dumps(manifest))
    return read_build(build.folder)


def test_the_same_words_pass_and_the_clock_is_noise(tmp_path):
    outcome = prove(make_build(tmp_path), (sys.executable, "-c", ASK))
    assert (outcome.requests, outcome.identical) == (1, 1)
    assert list(outcome.masked) == ["stdout"]


def test_the_address_is_put_into_the_command(tmp_path):
    code = "import sys; print([a.split(':')[0] for a in sys.argv[1:]])"
    outcome = prove(
        make_build(tmp_path), (sys.executable, "-c", code, "$BASE_URL", "x$PORT")
    )
    assert outcome.different == []
    env = {"BASE_URL": "http://127.0.0.1:5", "PORT": "5"}
    assert addressed("$BASE_URL/x?p=$PORT", env) == "http://127.0.0.1:5/x?p=5"


def test_other_words_are_different(tmp_path):
    build = make_build(tmp_path, "n, value,", "n, value: value + 1,")
    outcome = prove(build, (sys.executable, "-c", ASK))
    assert [f.phase for f in outcome.different] == ["driver"]
    assert outcome.different[0].where.startswith("stdout byte")


def test_another_exit_code_is_different(tmp_path):
    build = make_build(tmp_path, "res.end(String(balance))", "res.end('9')")
    code = (
        "import os, sys, urllib.request as u\n"
        "sys.exit(int(u.urlopen(os.environ['BASE_URL'] + '/balance').read()))"
    )
    outcome = prove(build, (sys.executable, "-c", "print('x')\n" + code))
    assert [f.where for f in outcome.different] == ["exit code"]


def test_a_driver_that_fails_on_the_original_proves_nothing(tmp_path):
    with pytest.raises(FluxionError, match="failed on the original"):
        prove(make_build(tmp_path), (sys.executable, "-c", "raise SystemExit(3)"))


def test_a_driver_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(FluxionError, match="cannot be started"):
        prove(make_build(tmp_path), ("/no/such/driver",))


def test_a_program_is_run_to_its_end(tmp_path):
    good = program(tmp_path, "console.log('x')\n", "console.log('x') // same\n")
    assert prove(good).different == []


@pytest.mark.parametrize(
    "wrong",
    [
        "console.log('y')\n",
        "console.log('x'); process.exitCode = 1\n",
        "console.log('x'); require('fs').writeFileSync('left.txt', '')\n",
    ],
)
def test_a_program_that_ends_otherwise_is_different(tmp_path, wrong):
    outcome = prove(program(tmp_path, "console.log('x')\n", wrong))
    assert len(outcome.different) == 1


def test_reset_prepares_every_run(tmp_path):
    source = "console.log(require('fs').readFileSync('state.txt', 'utf8'))\n"
    build = program(tmp_path, source, source)
    code = "open('state.txt', 'a').write('fresh')"
    outcome = prove(build, reset=f'{sys.executable} -c "{code}"')
    assert outcome.different == []


def test_a_reset_that_fails_is_an_error(tmp_path):
    build = program(tmp_path, "", "")
    with pytest.raises(FluxionError, match="--reset ended with code 4"):
        prove(build, reset=f'{sys.executable} -c "raise SystemExit(4)"')
