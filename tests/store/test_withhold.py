"""No secret in the facts that are not blocks."""

from __future__ import annotations

import json
from dataclasses import replace

from store import withhold
from store.facts import Function, FunctionRef, Refusal, Script
from tests.store.samples import PROCESS

KEY = "ghp_" + "a1B2c3D4e5" * 3


def test_command_lines():
    process = replace(
        PROCESS,
        argv=("node", "app.js", "--token", "abc", "--api-key=def", "--port=80"),
        exec_argv=(f"--title={KEY}",),
    )
    clean = withhold.of_process(process)
    assert clean.argv[3:] == ("[redacted]", "--api-key=[redacted]", "--port=80")
    assert clean.exec_argv == ("--title=[redacted]",)


def test_a_source_is_kept_whole_or_not_at_all():
    script = Script(1, "file:///a.mjs?token=abc&v=1", "/a.mjs", "0", 3, "module", "ok")
    clean = withhold.of_script(script)
    assert clean.url == "file:///a.mjs?token=[redacted]&v=1"
    assert (clean.path, clean.text) == ("/a.mjs", "ok")
    assert withhold.of_script(replace(script, text=f"k = '{KEY}'")).text is None


def test_names_reasons_and_plans():
    function = Function(FunctionRef(1, 0), 9, KEY, 1, 1, ())
    assert withhold.of_function(function).name == "[redacted]"
    refusal = Refusal("FX1", None, None, f"said {KEY}", ("password=x",), "")
    clean = withhold.of_refusal(refusal)
    assert (clean.reason, clean.evidence) == (
        "said [redacted]",
        ("password=[redacted]",),
    )
    plan = {"stays": [{"reason": KEY, "line": 3}], "token": "a name"}
    assert withhold.of_plan(plan) == {
        "stays": [{"reason": "[redacted]", "line": 3}],
        "token": "a name",
    }


def test_profiles():
    frame = {"functionName": KEY, "url": "file:///a.js?password=x", "lineNumber": 3}
    text = json.dumps({"nodes": [{"id": 1, "callFrame": frame}], "samples": [1]})
    clean = json.loads(withhold.of_profile(text))
    assert clean["nodes"][0]["callFrame"] == {
        "functionName": "*",
        "url": "file:///a.js?password=[redacted]",
        "lineNumber": 3,
    }
    assert clean["samples"] == [1]
    plain = json.dumps({"nodes": []})
    assert withhold.of_profile(plain) is plain
