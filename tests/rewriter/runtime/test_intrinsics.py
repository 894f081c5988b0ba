# ruff: noqa: E501 - the apps are JavaScript, one thought a line
"""An app that changes what the language or Node comes with runs on main."""

from __future__ import annotations

import pytest

from tests.rewriter.emit.handmade import Spec
from tests.rewriter.runtime.apps import same

HOT = "function hot (n) { const v = heavy(n); console.log(v) }\nfor (let i = 0; i < 3; i++) setTimeout(hot, 1 + 150 * i, i)\n"
SPEC = Spec("hot", call="heavy", callee="heavy", arguments=("primitive",))
CHANGES = {
    "a global": (
        "global['Da' + 'te'] = class extends Date { constructor () { super(0) } }\nfunction heavy (n) { return new Date().getTime() + n }\n",
        SPEC,
    ),
    "a global function": (
        "globalThis['parse' + 'Int'] = () => 42\nfunction heavy (n) { return parseInt('7') + n }\n",
        SPEC,
    ),
    "a getter": (
        "Object.defineProperty(Object.getPrototypeOf(/x/), 'flags', { get: () => 'zz' })\nfunction heavy (n) { return /a/.flags + n }\n",
        SPEC,
    ),
    "a name": (
        "const P = Object.getPrototypeOf(new TypeError('x')); P.name = 'Odd'\nfunction heavy (n) { try { null.x } catch (e) { return String(e) + n } }\n",
        SPEC,
    ),
    "a typed array": (
        "Object.getPrototypeOf(Uint8Array.prototype).fill = () => 'patched'\nfunction heavy (n) { return String(new Uint8Array(2).fill(1)) + n }\n",
        SPEC,
    ),
    "a module of Node": (
        "const path = require('path'); [path][0].join = () => 'patched'\nfunction heavy (n) { return path.join('a', 'b') + n }\n",
        Spec("hot", call="heavy", callee="heavy", arguments=("primitive",), keep=("path",), builtins=("path",)),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_what_the_app_changed_is_seen(what, node, tmp_path) -> None:
    text, spec = CHANGES[what]
    ran = same(node, tmp_path, text + HOT, spec)
    assert ran.moved == [0]
    assert ran.reasons == {"a built-in object was changed": 3}


def test_a_callee_that_changes_one_runs_on_main(node, tmp_path) -> None:
    text = "function heavy (n) { const o = [].constructor; o.n = (o.n || 0) + 1; return o.n + ' ' + n }\n"
    ran = same(node, tmp_path, text + HOT + "setTimeout(() => console.log(Array.n), 500)\n", SPEC)  # fmt: skip
    assert "it changed a built-in object" in ran.reasons


def test_sockets_are_let_go_with_changed_maps(node, tmp_path) -> None:
    text = """
const http = require('http')
function heavy (n) { return n + 1 }
function hot (req, res) { const v = heavy(5); res.end('v' + v); const P = Map.prototype; P['g' + 'et'] = () => 'patched' }
const server = http.createServer(hot).listen(0, '127.0.0.1', () => http.get({ port: server.address().port, agent: false }, (res) => {
  res.on('data', (d) => console.log(String(d))); res.on('end', () => { server.close() }) }))
"""
    spec = Spec("hot", call="heavy", callee="heavy", arguments=("primitive",), holds=("req", "res"))  # fmt: skip
    assert same(node, tmp_path, text, spec).moved == [1]
