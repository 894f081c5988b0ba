"""What verify found, as JSON and as text."""

from __future__ import annotations

import json

from fluxion.verify.outcome import Finding, Outcome, percentiles

KEYS = {
    *("requests", "identical", "different", "noise_masked", "fallbacks", "latency"),
}


def full() -> Outcome:
    outcome = Outcome(requests=10, identical=9, compared_bytes=1000, redacted=2)
    outcome.mask("header Date", 30)
    outcome.mask("header Date", 30)
    outcome.open = ["GET /live"]
    outcome.order = "commit"
    outcome.different = [Finding("sequential", "GET /\x1b", "body byte 3", "a", "b")]
    outcome.count_fluxions({"fluxions": [{"id": "f", "moved": 3, "fell_back": 1}]})
    outcome.count_fluxions(
        {"fluxions": [{"id": "f", "moved": 4, "aborted": {"guard": 2}}]}
    )
    outcome.latency["original"] = percentiles([1.0, 2.0, 3.0])
    return outcome


def test_json_has_the_documented_keys():
    told = json.loads(json.dumps(full().json()))
    assert told.keys() >= KEYS
    assert told["noise_masked"] == [
        {"where": "header Date", "requests": 2, "bytes": 60}
    ]
    assert (told["moved"], told["fallbacks"]) == (7, 3)
    assert told["masked_share"] == 0.06
    assert told["latency"] == {
        "original": {"p50_ms": 2.0, "p99_ms": 3.0},
        "compiled": {},
    }
    assert told["different"][0]["request"] == "GET /\x1b"


def test_text_says_how_much_moved_beside_how_much_was_right():
    text = full().text()
    assert "masked 6.00% of the bytes as noise: header Date (2)" in text
    assert "f: moved 7 times, fell back 1, aborted 2" in text
    assert "2 requests were redacted: not replayed" in text
    assert "never ended, compared by what came: GET /live" in text
    assert "concurrent answers equal the serial commit order" in text
    assert "sequential: GET /␛: body byte 3 differs" in text
    assert text.endswith("verify: 9/10 identical")
    assert "masked nothing" in Outcome().text()
