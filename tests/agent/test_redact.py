"""The probe's rules for secrets are the store's, word for word."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from store import redact

SCRIPT = Path(__file__).parents[2] / "agent" / "probe" / "redact.js"
TEXTS = [
    "",
    "plain words: 12 of 13",
    "password=hunter2 in it",
    "--api-key=abc --port=80",
    '{"apiToken": "x y", "n": 1}',
    "Bearer abcdefghij and Basic dXNlcjpwYXNz",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N",
    "key AKIAIOSFODNN7EXAMPLE.",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIabc\n-----END RSA PRIVATE KEY-----",
    "ghp_" + "a1B2c3D4e5" * 3,
    "github_pat_" + "a1B2c3D4e5" * 3,
    "sk_live_" + "a1B2c3D4e5",
    "sk-proj-" + "a1B2c3D4e5",
    "xoxb-12345678-abcdef",
    "AIza" + "a1B2c3D4e5" * 4,
    "glpat-" + "a1B2c3D4e5" * 2,
    "npm_" + "a1B2c3D4e5" * 3,
    "task-force-of-many-words-here",
    "postgres://me:pass@db/x",
    "4111 1111 1111 1111 and 4111111111111112",
    "4006381333931",
    "at f (file:///a.js?token=x&v=1:1:2)",
    "at f (file:///a.js%3Ftoken=x:1:2)",
    "/a?user[password]=x;sid=4",
    "user@example.com",
    "0123456789abcdef0123456789abcdef",
    "123e4567-e89b-42d3-a456-426614174000",
    "Zk3vB9xQ1mT7pL2wR8yN4cD6fG5hJ0sA",
    "handleUserAuthenticationRequestCallback",
    "convertUtf8ToUtf16WithSurrogatePairs",
    "[redacted] password=[redacted]",
    "päßword=1 🎈 token=ü",
]


@pytest.fixture(scope="module")
def of_the_probe(node) -> dict[str, list[str]]:
    """Every text as redact.js leaves it, by the name of the rule."""
    program = (
        f"const r = require({json.dumps(str(SCRIPT))});"
        "const texts = JSON.parse(require('fs').readFileSync(0, 'utf8'));"
        "console.log(JSON.stringify({ values: texts.map(r.redactValues),"
        "  message: texts.map(r.redactMessage), key: texts.map(r.redactKey),"
        "  words: r.redactWords(texts) }));"
    )
    done = subprocess.run(
        [str(node), "-e", program],
        input=json.dumps(TEXTS),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("values", redact.redact_values),
        ("message", redact.redact_message),
        ("key", redact.redact_key),
    ],
)
def test_each_rule_is_the_same(of_the_probe, name, rule):
    assert of_the_probe[name] == [rule(text) for text in TEXTS]
    assert [rule(text) for text in of_the_probe[name]] == of_the_probe[name]


def test_command_lines(of_the_probe):
    assert tuple(of_the_probe["words"]) == redact.redact_words(TEXTS)
