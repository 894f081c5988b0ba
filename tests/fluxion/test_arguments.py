"""What the verbs take."""

from __future__ import annotations

from pathlib import Path

from fluxion.cli import parser


def parsed(line: str):
    return parser().parse_args(line.split())


def test_record_has_the_documented_defaults():
    got = parsed("record 4711 -o app.db")
    assert (got.target, got.output) == ("4711", Path("app.db"))
    assert (got.max_overhead, got.max_stall) == (2.0, 250.0)
    assert (got.duration, got.capture_requests, got.force) == (None, 0, False)
    assert (got.mode, got.ttl) == ("trace", None)


def test_record_reads_units():
    got = parsed(
        "record :9229 -o x -d 2m --max-overhead 5% --max-stall 1s --max-store 1GB "
        "--trace a/* --trace b/* --capture-requests 50 --with-sources --json -f "
        "--mode watch --ttl 1h"
    )
    assert (got.duration, got.max_overhead, got.max_stall) == (120, 5, 1000)
    assert (got.max_store, got.trace) == (10**9, ["a/*", "b/*"])
    assert (got.mode, got.ttl) == ("watch", 3600)
    assert got.capture_requests == 50
    assert got.with_sources
    assert got.json
    assert got.force


def test_a_view_has_the_documented_defaults():
    for verb in ("top", "dump"):
        got = parsed(f"{verb} 4711")
        assert (got.target, got.duration, got.max_overhead) == ("4711", None, 2.0)
        assert not got.json
    assert parsed("top :9229 -d 10s --json --max-overhead 1%").duration == 10


def test_what_is_compiled_is_chosen():
    got = parsed("compile app.db -o build --only a --only b --min-gain 0 --root /srv")
    assert (got.only, got.min_gain, got.root) == (["a", "b"], 0.0, Path("/srv"))
    assert parsed("plan app.db").min_gain is None


def test_verify_takes_a_store_and_a_reset():
    got = parsed("verify build --against app.db --reset make")
    assert (got.build, got.against, got.reset) == (
        Path("build"),
        Path("app.db"),
        "make",
    )
