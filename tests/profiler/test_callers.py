"""Called by name or called back: judged by who stands above."""

from __future__ import annotations

import pytest

from profiler.callers import Callers, simple_name
from profiler.places import script_numbers
from profiler.stacks import parse_stack
from store.facts import FunctionRef, Script
from tests.profiler.telling import APP, EXPRESS, function

PARSER = Script(
    3, "file:///app/node_modules/parser/index.js", None, "cc", 99, "commonjs"
)
HANDLER = function(10, "handler")
HELPER = function(60, "helper")
LAYER = function(50, "handleRequest", script=2)
PARSE = function(5, "parse", script=3)
SCRIPTS = (APP, EXPRESS, PARSER)
CALLERS = Callers(
    {script.number: script for script in SCRIPTS},
    script_numbers(SCRIPTS),
    (HANDLER, HELPER, LAYER, PARSE),
)

FROM_NODE = "at emit (node:events:5:6)"
FROM_EXPRESS = "at next (/app/node_modules/express/lib/router.js:9:9)"
FROM_LAYER = "at Layer.handleRequest (/app/node_modules/express/lib/router.js:52:9)"
FROM_HANDLER = "at handler (/app/server.js:12:40)"
FROM_APP = "at other (/app/server.js:5:40)"
FROM_FILE = "at Object.<anonymous> (/app/server.js:90:1)"
LOADING = "at Module._compile (node:internal/modules/cjs/loader:1521:14)"
NATIVE = "at Array.forEach (<anonymous>)"


@pytest.mark.parametrize(
    ("callee", "parent", "stack", "verdict"),
    [
        (HANDLER.ref, None, "", "back"),
        (HANDLER.ref, None, FROM_NODE, "back"),
        (HANDLER.ref, HELPER.ref, FROM_EXPRESS, "back"),
        (HANDLER.ref, LAYER.ref, FROM_LAYER, "back"),
        (HANDLER.ref, HELPER.ref, FROM_NODE, "back"),
        (HELPER.ref, HANDLER.ref, FROM_HANDLER, "direct"),
        (HELPER.ref, HANDLER.ref, f"{NATIVE}\n{FROM_HANDLER}", "direct"),
        (HELPER.ref, None, FROM_HANDLER, "direct"),
        (HELPER.ref, HANDLER.ref, FROM_APP, "direct"),
        (HELPER.ref, None, FROM_APP, "back"),
        (HELPER.ref, None, FROM_FILE, "back"),
        (HELPER.ref, None, f"{FROM_FILE}\n{LOADING}", "direct"),
        (HELPER.ref, None, f"{FROM_NODE}\n{FROM_FILE}\n{LOADING}", "back"),
        (PARSE.ref, HANDLER.ref, FROM_HANDLER, "direct"),
        (PARSE.ref, None, FROM_APP, "direct"),
        (PARSE.ref, LAYER.ref, FROM_LAYER, "direct"),
        (PARSE.ref, LAYER.ref, FROM_EXPRESS, "back"),
    ],
)
def test_who_stands_above_decides(
    callee: FunctionRef, parent: FunctionRef | None, stack: str, verdict: str
) -> None:
    assert CALLERS.verdict(callee, parent, [parse_stack(stack)]) == verdict


def test_one_call_back_is_enough() -> None:
    stacks = [parse_stack(FROM_HANDLER), parse_stack(FROM_EXPRESS)]
    assert CALLERS.verdict(HELPER.ref, HANDLER.ref, stacks) == "back"


def test_without_a_stack_only_the_order_of_code_tells() -> None:
    assert CALLERS.verdict(HANDLER.ref, None, []) == "back"
    assert CALLERS.verdict(HANDLER.ref, LAYER.ref, []) == "back"
    assert CALLERS.verdict(HELPER.ref, HANDLER.ref, []) is None


@pytest.mark.parametrize(
    ("shown", "name"),
    [
        ("handler", "handler"),
        ("Object.handler", "handler"),
        ("Layer.handle [as handle_request]", "handle"),
        ("new Shop", "Shop"),
        ("Object.<anonymous>", ""),
        ("async load", "load"),
        ("", ""),
    ],
)
def test_names_as_v8_shows_them(shown: str, name: str) -> None:
    assert simple_name(shown) == name
