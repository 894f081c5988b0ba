"""Plans have the JSON keys that other programs rely on."""

from __future__ import annotations

from store.facts import FunctionRef, Refusal
from store.plans import Cut, Fluxion, Plan, Stay, Stream, Where

WHERE = Where("/app/routes.js", 3, 7, "draw", FunctionRef(1, 40))
CUT = Cut(FunctionRef(1, 40), 60, 90, None, "encode", ("value",), "none", (), (), False)


def fluxion() -> Fluxion:
    return Fluxion(
        id="draw",
        shape="call",
        function=WHERE,
        kind="start",
        tags=("isolated",),
        context=("cache",),
        streams=(Stream("->", "main", ("frame",)),),
        decision="guarded",
        guards=("callee",),
        group="",
        bytes=912_000,
        gain_ms=412.34567,
        confidence=0.98765,
        unseen=(),
        cut=CUT,
    )


def test_a_plan_has_the_documented_keys() -> None:
    refusal = Refusal("FX012", WHERE.ref, None, "it is shared", ("db",), "move it")
    told = Plan((fluxion(),), (Stay(WHERE, refusal),)).json()
    assert set(told) == {"fluxions", "stays"}
    assert list(told["fluxions"][0]) == [
        "id",
        "shape",
        "function",
        "kind",
        "tags",
        "context",
        "streams",
        "decision",
        "guards",
        "group",
        "bytes",
        "gain_ms",
        "confidence",
        "unseen",
        "unwatched",
    ]
    assert told["fluxions"][0]["function"] == {
        "file": "/app/routes.js",
        "line": 3,
        "column": 7,
        "name": "draw",
    }
    assert told["fluxions"][0]["streams"] == [
        {"type": "->", "to": "main", "message": ["frame"]}
    ]
    assert told["stays"][0]["code"] == "FX012"
    assert told["stays"][0]["evidence"] == ["db"]
