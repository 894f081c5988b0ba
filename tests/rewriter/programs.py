"""Small programs, each made to break one condition of a cut.

`hot` is the callback, `heavy` what holds the CPU; a function `mid` lies in between. The
expected value is the shape of the cut, or how the code of the refusal begins.
"""

from __future__ import annotations

from dataclasses import dataclass

HEAVY = (
    "function heavy (n) { let s = 0; "
    "for (let i = 0; i < n; i++) s = (s + i) | 0; return s }\n"
)


@dataclass(frozen=True)
class Case:
    """One program."""

    condition: str
    name: str
    expected: str
    files: dict[str, str]

    @property
    def entry(self) -> str:
        return next(iter(self.files))


CASES = [
    Case(
        "a",
        "plain",
        "call",
        {
            "/app/a.js": HEAVY
            + ("setTimeout(function hot () { const v = heavy(5); console.log(v) }, 1)"),
        },
    ),
    Case(
        "a",
        "process in callee",
        "FX010",
        {
            "/app/a.js": (
                "function heavy (n) { return process.pid + n }\n"
                "setTimeout(function hot () { const v = heavy(5); "
                "console.log(v) }, 1)"
            ),
        },
    ),
    Case(
        "a",
        "console in callee",
        "FX010",
        {
            "/app/a.js": (
                "function heavy (n) { console.log(n) }\n"
                "setTimeout(function hot () { const v = heavy(5); "
                "console.log(v) }, 1)"
            ),
        },
    ),
    Case(
        "a",
        "implicit global",
        "FX010",
        {
            "/app/a.js": (
                "function heavy (n) { leak = n; return n }\n"
                "setTimeout(function hot () { const v = heavy(5); "
                "console.log(v) }, 1)"
            ),
        },
    ),
    Case(
        "a",
        "sloppy this",
        "FX010",
        {
            "/app/a.js": (
                "function put (n) { this.x = n }\n"
                "function heavy (n) { put(n); return n }\n"
                "setTimeout(function hot () { const v = heavy(5); "
                "console.log(v) }, 1)"
            ),
        },
    ),
    Case(
        "a",
        "fs in callee",
        "FX011",
        {
            "/app/a.js": (
                "const fs = require('fs')\n"
                "function heavy (n) { return "
                "fs.readFileSync('/etc/passwd').length + n }\n"
                "setTimeout(function hot () { const v = heavy(5); "
                "console.log(v) }, 1)"
            ),
        },
    ),
    Case(
        "a",
        "init random",
        "FX0",
        {
            "/app/a.js": (
                "const seed = Math.random()\n"
                "function heavy (n) { return seed * n }\n"
                "setTimeout(function hot () { const v = heavy(5); "
                "console.log(v) }, 1)"
            ),
        },
    ),
    Case(
        "a",
        "init random in array",
        "FX0",
        {
            "/app/a.js": (
                "const seed = [Math.random()]\n"
                "function heavy (n) { return seed[0] * n }\n"
                "setTimeout(function hot () { const v = heavy(5); "
                "console.log(v) }, 1)"
            ),
        },
    ),
    Case(
        "a",
        "init random by function",
        "FX012",
        {
            "/app/a.js": (
                "function mk () { return Date.now() }\n"
                "const t = mk()\n"
                "function heavy (n) { return t * n }\n"
                "setTimeout(function hot () { const v = heavy(5); "
                "console.log(v) }, 1)"
            ),
        },
    ),
    Case(
        "a",
        "computed require",
        "FX013",
        {
            "/app/a.js": (
                "const m = 'u' + 'rl'\n"
                "function heavy (n) { return require(m).parse(n) }\n"
                "setTimeout(function hot () { const v = heavy('5'); "
                "console.log(v) }, 1)"
            ),
        },
    ),
    Case(
        "a",
        "eval",
        "FX015",
        {
            "/app/a.js": (
                "function heavy (n) { return eval('n') }\n"
                "setTimeout(function hot () { const v = heavy(5); "
                "console.log(v) }, 1)"
            ),
        },
    ),
    Case(
        "a",
        "new Function",
        "FX015",
        {
            "/app/a.js": (
                "function heavy (n) { return new Function('return ' + n)() }\n"
                "setTimeout(function hot () { const v = heavy(5); "
                "console.log(v) }, 1)"
            ),
        },
    ),
    Case(
        "a",
        "circle",
        "FX016",
        {
            "/app/a.js": (
                "const b = require('./b')\n"
                "setTimeout(function hot () { const v = b.heavy(5); "
                "console.log(v) }, 1)"
            ),
            "/app/b.js": (
                "const c = require('./c')\n"
                "exports.heavy = function heavy (n) { return c.g(n) }"
            ),
            "/app/c.js": (
                "const b = require('./b')\n"
                "exports.g = function (n) { return n > 1e6 ? b.heavy(n) : n }"
            ),
        },
    ),
    Case(
        "a",
        "patched native",
        "FX017",
        {
            "/app/a.js": (
                "Array.prototype.sum = function () { return 1 }\n"
                "function heavy (n) { return new Array(n).sum() }\n"
                "setTimeout(function hot () { const v = heavy(5); "
                "console.log(v) }, 1)"
            ),
        },
    ),
    Case(
        "a",
        "patched native elsewhere",
        "FX017",
        {
            "/app/a.js": (
                "require('./p')\n"
                "function heavy (n) { return Math.max(n, 1) }\n"
                "setTimeout(function hot () { const v = heavy(5); "
                "console.log(v) }, 1)"
            ),
            "/app/p.js": ("Math.max = () => 42"),
        },
    ),
    Case(
        "a",
        "patched native by define",
        "FX017",
        {
            "/app/a.js": (
                "require('./p')\n"
                "function heavy (n) { return Math.max(n, 1) }\n"
                "setTimeout(function hot () { const v = heavy(5); "
                "console.log(v) }, 1)"
            ),
            "/app/p.js": ("Object.defineProperty(Math, 'max', { value: () => 42 })"),
        },
    ),
    Case(
        "a",
        "monkey-patched export",
        "FX018",
        {
            "/app/a.js": (
                "const b = require('./b')\n"
                "b.heavy = n => n\n"
                "setTimeout(function hot () { const v = b.heavy(5); "
                "console.log(v) }, 1)"
            ),
            "/app/b.js": ("exports.heavy = function heavy (n) { return n }"),
        },
    ),
    Case(
        "a",
        "export escapes",
        "FX018",
        {
            "/app/a.js": (
                "const b = require('./b')\n"
                "require('./w')(b)\n"
                "setTimeout(function hot () { const v = b.heavy(5); "
                "console.log(v) }, 1)"
            ),
            "/app/b.js": ("exports.heavy = function heavy (n) { return n }"),
            "/app/w.js": (
                "module.exports = o => { for (const k in o) o[k] = () => 1 }"
            ),
        },
    ),
    Case(
        "a",
        "export patched by third",
        "FX018",
        {
            "/app/a.js": (
                "const b = require('./b'); require('./w')\n"
                "setTimeout(function hot () { const v = b.heavy(5); "
                "console.log(v) }, 1)"
            ),
            "/app/b.js": ("exports.heavy = function heavy (n) { return n }"),
            "/app/w.js": (
                "const b = require('./b'); setTimeout(() => { b.heavy = () => 1 }, 5)"
            ),
        },
    ),
    Case(
        "a",
        "callee reassigned",
        "FX018",
        {
            "/app/a.js": (
                "let heavy = function heavy (n) { return n }\n"
                "setTimeout(() => { heavy = n => n + 1 }, 3)\n"
                "setTimeout(function hot () { const v = heavy(5); "
                "console.log(v) }, 1)"
            ),
        },
    ),
    Case(
        "a",
        "conditional callee",
        "FX018",
        {
            "/app/a.js": (
                "function heavy (n) { return n }\n"
                "function light (n) { return 1 }\n"
                "const f = process.env.X ? heavy : light\n"
                "setTimeout(function hot () { const v = f(5); console.log(v) },"
                " 1)"
            ),
        },
    ),
    Case(
        "a",
        "inner patched export",
        "FX018",
        {
            "/app/a.js": (
                "const b = require('./b'); const c = require('./c'); c.g = n =>"
                " 7\n"
                "setTimeout(function hot () { const v = b.heavy(5); "
                "console.log(v) }, 1)"
            ),
            "/app/b.js": (
                "const c = require('./c')\n"
                "exports.heavy = function heavy (n) { return c.g(n) }"
            ),
            "/app/c.js": ("exports.g = function (n) { return n }"),
        },
    ),
    Case(
        "a",
        "timer in call",
        "FX019",
        {
            "/app/a.js": (
                "function heavy (o) { setTimeout(() => { o.done = true }, 1); "
                "return 1 }\n"
                "setTimeout(function hot () { const v = heavy('x'); "
                "console.log(v) }, 1)"
            ),
        },
    ),
    Case(
        "b",
        "shared table pure",
        "call",
        {
            "/app/a.js": (
                "const T = [1, 2, 3]\n"
                "function heavy (n) { return T[n] }\n"
                "setTimeout(function hot () { const v = heavy(1); "
                "console.log(v, T[0]) }, 1)"
            ),
        },
    ),
    Case(
        "b",
        "shared table mutated elsewhere",
        "FX020",
        {
            "/app/a.js": (
                "const T = [1, 2, 3]\n"
                "function heavy (n) { return T[n] }\n"
                "setTimeout(() => T.push(4), 1)\n"
                "setTimeout(function hot () { const v = heavy(1); "
                "console.log(v) }, 1)"
            ),
        },
    ),
    Case(
        "b",
        "shared table mutated by alias",
        "FX020",
        {
            "/app/a.js": (
                "const T = [1, 2, 3]\n"
                "function heavy (n) { return T[n] }\n"
                "const A = T\n"
                "setTimeout(() => { A[0] = 4 }, 1)\n"
                "setTimeout(function hot () { const v = heavy(1); "
                "console.log(v) }, 1)"
            ),
        },
    ),
    Case(
        "b",
        "exported table mutated by importer",
        "FX020",
        {
            "/app/a.js": (
                "const b = require('./b')\n"
                "setTimeout(() => b.T.push(9), 1)\n"
                "setTimeout(function hot () { const v = b.heavy(5); "
                "console.log(v) }, 1)"
            ),
            "/app/b.js": (
                "const T = [1]\n"
                "exports.T = T\n"
                "exports.heavy = function heavy (n) { return T.length + n }"
            ),
        },
    ),
    Case(
        "b",
        "exported table aliased by importer",
        "FX020",
        {
            "/app/a.js": (
                "const { T, heavy } = require('./b')\n"
                "setTimeout(() => { const q = T; q[0] = 2 }, 5)\n"
                "setTimeout(function hot () { const v = heavy(5); "
                "console.log(v) }, 1)"
            ),
            "/app/b.js": (
                "const T = [1]\n"
                "function heavy (n) { return T[0] + n }\n"
                "module.exports = { T, heavy }"
            ),
        },
    ),
    Case(
        "b",
        "nested table handed out",
        "FX020",
        {
            "/app/a.js": (
                "const T = { a: { n: 1 } }\n"
                "function heavy (n) { return T.a.n + n }\n"
                "setTimeout(() => { const a = T.a; a.n++ }, 1)\n"
                "setTimeout(function hot () { const v = heavy(1); "
                "console.log(v) }, 1)"
            ),
        },
    ),
    Case(
        "b",
        "constant returned then changed",
        "FX022",
        {
            "/app/a.js": (
                "const D = { n: 1 }\n"
                "function heavy (n) { return D }\n"
                "setTimeout(function hot () { const v = heavy(1); v.n++; "
                "console.log(v) }, 1)"
            ),
        },
    ),
    Case(
        "b",
        "function property counter",
        "FX020",
        {
            "/app/a.js": (
                "function heavy (n) { heavy.count = (heavy.count || 0) + 1; "
                "return n }\n"
                "setTimeout(() => console.log(heavy.count), 9)\n"
                "setTimeout(function hot () { const v = heavy(1); "
                "console.log(v) }, 1)"
            ),
        },
    ),
    Case(
        "b",
        "private counter kept",
        "FX022",
        {
            "/app/a.js": (
                "let c = 0\n"
                "function heavy (n) { return { n: ++c } }\n"
                "let last\n"
                "setTimeout(function hot () { const v = heavy(1); last = v }, "
                "1)"
            ),
        },
    ),
    Case(
        "b",
        "private counter printed",
        "call",
        {
            "/app/a.js": (
                "let c = 0\n"
                "function heavy (n) { return ++c + n }\n"
                "setTimeout(function hot () { const v = heavy(1); "
                "console.log('' + v) }, 1)"
            ),
        },
    ),
    Case(
        "b",
        "global regex",
        "FX020",
        {
            "/app/a.js": (
                "const R = /a/g\n"
                "function heavy (s) { return R.test(s) }\n"
                "setTimeout(() => R.test('a'), 1)\n"
                "setTimeout(function hot () { const v = heavy('a'); "
                "console.log(v) }, 1)"
            ),
        },
    ),
    Case(
        "b",
        "exported map inline",
        "FX020",
        {
            "/app/a.js": (
                "const b = require('./b')\n"
                "setTimeout(() => b.cache.clear(), 1)\n"
                "setTimeout(function hot () { const v = b.heavy('5'); "
                "console.log(v) }, 1)"
            ),
            "/app/b.js": (
                "exports.cache = new Map()\n"
                "exports.heavy = function heavy (n) { exports.cache.set(n, 1); "
                "return 1 }"
            ),
        },
    ),
    Case(
        "b",
        "static class field",
        "FX020",
        {
            "/app/a.js": (
                "class C { static n = new Map(); static put (k) { C.n.set(k, "
                "1); return C.n.size } }\n"
                "function heavy (n) { return C.put(n) }\n"
                "setTimeout(() => console.log(C.n.size), 1)\n"
                "setTimeout(function hot () { const v = heavy('5'); "
                "console.log(v) }, 1)"
            ),
        },
    ),
    Case(
        "b",
        "escape of callee",
        "FX020",
        {
            "/app/a.js": (
                "let c = 0\n"
                "function heavy (n) { return ++c + n }\n"
                "const table = { heavy }\n"
                "setTimeout(() => table.heavy(3), 5)\n"
                "setTimeout(function hot () { const v = heavy(1); "
                "console.log('' + v) }, 1)"
            ),
        },
    ),
    Case(
        "b",
        "third parameter",
        "FX020",
        {
            "/app/a.js": (
                "const T = [1, 2]\n"
                "function heavy (n) { return T[0] + n }\n"
                "setTimeout(() => T.forEach((x, i, a) => { a[i] = 5 }), 1)\n"
                "setTimeout(function hot () { const v = heavy(1); "
                "console.log(v) }, 1)"
            ),
        },
    ),
    Case(
        "b",
        "importer adds while loading",
        "FX020",
        {
            "/app/a.js": (
                "const b = require('./b')\n"
                "b.T.push(9)\n"
                "setTimeout(function hot () { const v = b.heavy(5); "
                "console.log('' + v) }, 1)"
            ),
            "/app/b.js": (
                "const T = [1]\n"
                "exports.T = T\n"
                "exports.heavy = function heavy (n) { return T.length + n }"
            ),
        },
    ),
    Case(
        "c",
        "captured variable",
        "FX021",
        {
            "/app/a.js": (
                "function make (k) { function heavy (n) { return n * k } return"
                " function hot () { const v = heavy(5); console.log(v) } }\n"
                "setTimeout(make(3), 1)"
            ),
        },
    ),
    Case(
        "d",
        "argument written and shared",
        "FX0",
        {
            "/app/a.js": (
                "const o = { n: 0 }\n"
                "function heavy (x) { x.n++; return 1 }\n"
                "setTimeout(() => console.log(o.n), 2)\n"
                "setTimeout(function hot () { const v = heavy(o); "
                "console.log(v) }, 1)"
            ),
        },
    ),
    Case(
        "d",
        "argument written, own",
        "call",
        {
            "/app/a.js": (
                "function heavy (x) { x.n++; return 1 }\n"
                "setTimeout(function hot () { const o = { n: 0 }; const v = "
                "heavy(o); console.log(v + o.n) }, 1)"
            ),
        },
    ),
    Case(
        "d",
        "argument sorted param",
        "FX030",
        {
            "/app/a.js": (
                "function heavy (x) { x.sort(); return 1 }\n"
                "function mid (list) { const v = heavy(list); console.log(v) }\n"
                "setTimeout(function hot () { mid(globalThis.l) }, 1)"
            ),
        },
    ),
    Case(
        "d",
        "argument written through alias",
        "FX030",
        {
            "/app/a.js": (
                "function heavy (x) { const y = x.inner; const z = [y]; z[0].n "
                "= 1; return 1 }\n"
                "function mid (o) { const v = heavy(o); console.log(v) }\n"
                "setTimeout(function hot () { mid(globalThis.l) }, 1)"
            ),
        },
    ),
    Case(
        "d",
        "argument returned",
        "FX030",
        {
            "/app/a.js": (
                "function heavy (x) { return { x } }\n"
                "function mid (o) { const v = heavy(o); console.log(v.x === o) "
                "}\n"
                "setTimeout(function hot () { mid(globalThis.l) }, 1)"
            ),
        },
    ),
    Case(
        "d",
        "spread",
        "FX032",
        {
            "/app/a.js": HEAVY
            + (
                "function mid (a) { const v = heavy(...a); console.log(v) }\n"
                "setTimeout(function hot () { mid([1]) }, 1)"
            ),
        },
    ),
    Case(
        "d",
        "callback returns",
        "FX032",
        {
            "/app/a.js": (
                "function heavy (n, cb) { return cb(n) }\n"
                "let k = 0\n"
                "setTimeout(function hot () { heavy(5, x => x + 1); k++; "
                "console.log(k) }, 1)"
            ),
        },
    ),
    Case(
        "d",
        "receiver",
        "FX0",
        {
            "/app/a.js": (
                "const o = { k: 2, heavy (n) { return this.k * n } }\n"
                "setTimeout(function hot () { const v = o.heavy(5); "
                "console.log(v) }, 1)"
            ),
        },
    ),
    Case(
        "d",
        "part escapes",
        "FX0",
        {
            "/app/a.js": (
                "const log = []\n"
                "function heavy (x) { x.a.n++; return 1 }\n"
                "setTimeout(function hot () { const o = { a: { n: 1 } }; const "
                "y = o.a; setTimeout(() => console.log(y.n), 0); const v = "
                "heavy(o); console.log(v) }, 1)"
            ),
        },
    ),
    Case(
        "d",
        "pattern write",
        "FX030",
        {
            "/app/a.js": (
                "function heavy (x) { [x.n] = [1]; return 1 }\n"
                "function mid (o) { const v = heavy(o); console.log(v) }\n"
                "setTimeout(function hot () { mid(globalThis.l) }, 1)"
            ),
        },
    ),
    Case(
        "d",
        "reduce write",
        "FX030",
        {
            "/app/a.js": (
                "function heavy (x) { return [1].reduce((a, b) => { a.n = b; "
                "return b }, x) }\n"
                "function mid (o) { const v = heavy(o); console.log(v) }\n"
                "setTimeout(function hot () { mid(globalThis.l) }, 1)"
            ),
        },
    ),
    Case(
        "d",
        "native calls back with parts",
        "FX030",
        {
            "/app/a.js": (
                "function mark (o) { o.seen = true }\n"
                "function heavy (x) { x.forEach(mark); return 1 }\n"
                "function mid (o) { const v = heavy(o); console.log(v) }\n"
                "setTimeout(function hot () { mid(globalThis.l) }, 1)"
            ),
        },
    ),
    Case(
        "d",
        "native maps parts",
        "FX030",
        {
            "/app/a.js": (
                "function heavy (x) { return Array.from(x, o => { o.n = 1; "
                "return 2 }) }\n"
                "function mid (o) { const v = heavy(o); console.log(v) }\n"
                "setTimeout(function hot () { mid(globalThis.l) }, 1)"
            ),
        },
    ),
    Case(
        "d",
        "this of a module object",
        "FX",
        {
            "/app/a.js": (
                "const lib = require('./b')\n"
                "setTimeout(function hot () { const v = lib.heavy(5); "
                "console.log(v) }, 1)"
            ),
            "/app/b.js": (
                "exports.k = 2\n"
                "exports.heavy = function heavy (n) { return this.k * n }"
            ),
        },
    ),
    Case(
        "e",
        "write before",
        "FX040",
        {
            "/app/a.js": HEAVY
            + (
                "let busy = false\n"
                "setTimeout(function hot () { busy = true; const v = heavy(5); "
                "busy = false; console.log(v) }, 1)"
            ),
        },
    ),
    Case(
        "e",
        "write before by function",
        "FX04",
        {
            "/app/a.js": HEAVY
            + (
                "let busy = 0\n"
                "function begin () { busy++ }\n"
                "setTimeout(() => console.log(busy), 1)\n"
                "setTimeout(function hot () { begin(); const v = heavy(5); "
                "busy--; console.log(v) }, 1)"
            ),
        },
    ),
    Case(
        "e",
        "write before on argument",
        "FX04",
        {
            "/app/a.js": HEAVY
            + (
                "const st = {}\n"
                "function mid (o) { o.busy = true; const v = heavy(5); o.busy ="
                " false; console.log(v) }\n"
                "setTimeout(function hot () { mid(st) }, 1)"
            ),
        },
    ),
    Case(
        "e",
        "read before",
        "FX041",
        {
            "/app/a.js": HEAVY
            + (
                "let total = 0\n"
                "setTimeout(function hot () { const before = total; const v = "
                "heavy(5); total = before + v }, 1)"
            ),
        },
    ),
    Case(
        "e",
        "read before in arguments",
        "FX041",
        {
            "/app/a.js": HEAVY
            + (
                "let total = 0\n"
                "setTimeout(function hot () { total += heavy(total) }, 1)"
            ),
        },
    ),
    Case(
        "e",
        "compound read",
        "FX041",
        {
            "/app/a.js": HEAVY
            + ("let total = 0\nsetTimeout(function hot () { total += heavy(3) }, 1)"),
        },
    ),
    Case(
        "e",
        "read length before",
        "FX041",
        {
            "/app/a.js": HEAVY
            + (
                "const list = []\n"
                "setTimeout(() => list.push(1), 1)\n"
                "setTimeout(function hot () { const n = list.length; const v = "
                "heavy(3); list.push(n + v) }, 1)"
            ),
        },
    ),
    Case(
        "e",
        "method before",
        "FX04",
        {
            "/app/a.js": HEAVY
            + (
                "const list = []\n"
                "setTimeout(function hot () { list.push('start'); const v = "
                "heavy(3); list.push(v) }, 1)"
            ),
        },
    ),
    Case(
        "e",
        "loop",
        "FX042",
        {
            "/app/a.js": HEAVY
            + (
                "setTimeout(function hot () { for (let i = 0; i < 3; i++) { "
                "const v = heavy(5); console.log(v) } }, 1)"
            ),
        },
    ),
    Case(
        "e",
        "early return ok",
        "call",
        {
            "/app/a.js": HEAVY
            + (
                "let n = 0\n"
                "setTimeout(function hot (x) { if (x) { n++; return } const v ="
                " heavy(5); console.log(v) }, 1)"
            ),
        },
    ),
    Case(
        "e",
        "nested call in expression",
        "call",
        {
            "/app/a.js": HEAVY
            + (
                "const out = []\n"
                "setTimeout(function hot () { console.log(1 + heavy(5) * 2) }, "
                "1)"
            ),
        },
    ),
    Case(
        "e",
        "conditional call",
        "call",
        {
            "/app/a.js": HEAVY
            + (
                "setTimeout(function hot (x) { const v = x ? heavy(5) : 0; "
                "console.log(v) }, 1)"
            ),
        },
    ),
    Case(
        "e",
        "region private",
        "call",
        {
            "/app/a.js": HEAVY
            + (
                "const d = require('./d')\n"
                "d.load()\n"
                "let frames = 0\n"
                "setTimeout(function hot () { const p = d.draw('x'); const v = "
                "heavy(5); frames += v }, 1)"
            ),
            "/app/d.js": (
                "let font = null\n"
                "exports.load = () => { font = ['f'] }\n"
                "exports.draw = t => { font.push(t); return { n: 1 } }"
            ),
        },
    ),
    Case(
        "e",
        "region shared with handler",
        "FX040",
        {
            "/app/a.js": HEAVY
            + (
                "const d = require('./d')\n"
                "let frames = 0\n"
                "setInterval(() => console.log(d.count(), frames), 1)\n"
                "setTimeout(function hot () { d.draw('x'); const v = heavy(5); "
                "frames += v }, 1)"
            ),
            "/app/d.js": (
                "let n = 0\nexports.draw = t => { n++ }\nexports.count = () => n"
            ),
        },
    ),
    Case(
        "e",
        "region learned through third",
        "FX040",
        {
            "/app/a.js": HEAVY
            + (
                "const d = require('./d')\n"
                "let frames = 0, seen = 0\n"
                "setInterval(() => { seen = d.count() }, 1)\n"
                "setInterval(() => console.log(seen, frames), 1)\n"
                "setTimeout(function hot () { d.draw('x'); const v = heavy(5); "
                "frames += v }, 1)"
            ),
            "/app/d.js": (
                "let n = 0\nexports.draw = t => { n++ }\nexports.count = () => n"
            ),
        },
    ),
    Case(
        "e",
        "generator host",
        "FX0",
        {
            "/app/a.js": HEAVY
            + (
                "function * gen () { const v = heavy(5); yield v }\n"
                "setTimeout(function hot () { for (const x of gen()) "
                "console.log(x) }, 1)"
            ),
        },
    ),
    Case(
        "e",
        "arguments in arrow host",
        "FX043",
        {
            "/app/a.js": HEAVY
            + (
                "function outer () { return () => { const v = "
                "heavy(arguments.length); console.log(v) } }\n"
                "const hot = outer()\n"
                "setTimeout(hot, 1)"
            ),
        },
    ),
    Case(
        "e",
        "two in flight region arg",
        "FX04",
        {
            "/app/a.js": HEAVY
            + (
                "function begin (o) { o.busy = true }\n"
                "function mid (o) { begin(o); const v = heavy(5); o.busy = "
                "false }\n"
                "const st = {}\n"
                "setTimeout(function hot () { mid(st) }, 1)"
            ),
        },
    ),
    Case(
        "e",
        "for-of over shared",
        "FX041",
        {
            "/app/a.js": HEAVY
            + (
                "function mid (list) { let n = 0; for (const x of list) n += x;"
                " const v = heavy(5); list.push(n + v) }\n"
                "const st = []\n"
                "setTimeout(function hot () { mid(st) }, 1)"
            ),
        },
    ),
    Case(
        "e",
        "request app state",
        "FX041",
        {
            "/app/a.js": HEAVY
            + (
                "require('http').createServer(function hot (req, res) { const t"
                " = req.app.locals.total; const v = heavy(5); "
                "req.app.locals.total = t + v; res.end() })"
            ),
        },
    ),
    Case(
        "e",
        "async host",
        "call",
        {
            "/app/a.js": HEAVY
            + (
                "setTimeout(async function hot () { const v = heavy(5); "
                "console.log(v) }, 1)"
            ),
        },
    ),
    Case(
        "e",
        "sync callback of a native",
        "FX040",
        {
            "/app/a.js": HEAVY
            + (
                "let busy = 0\n"
                "function begin () { busy++ }\n"
                "setTimeout(() => console.log(busy), 1)\n"
                "setTimeout(function hot () { [1].forEach(begin); const v = "
                "heavy(5); busy--; console.log(v) }, 1)"
            ),
        },
    ),
    Case(
        "e",
        "read before an await",
        "call",
        {
            "/app/a.js": HEAVY
            + (
                "let total = 0\n"
                "const sleep = () => new Promise(ok => setTimeout(ok, 1))\n"
                "setTimeout(async function hot () { const before = total; await"
                " sleep(); const v = heavy(5); total = before + v; "
                "console.log(total) }, 1)"
            ),
        },
    ),
    Case(
        "e",
        "read after an await",
        "FX041",
        {
            "/app/a.js": HEAVY
            + (
                "let total = 0\n"
                "const sleep = () => new Promise(ok => setTimeout(ok, 1))\n"
                "setTimeout(async function hot () { await sleep(); const before"
                " = total; const v = heavy(5); total = before + v; "
                "console.log(total) }, 1)"
            ),
        },
    ),
    Case(
        "e",
        "write before an await in a branch",
        "FX040",
        {
            "/app/a.js": HEAVY
            + (
                "let busy = 0\n"
                "const sleep = () => new Promise(ok => setTimeout(ok, 1))\n"
                "setTimeout(async function hot (x) { busy = 1; if (x) await "
                "sleep(); const v = heavy(5); busy = 0; console.log(v) }, 1)"
            ),
        },
    ),
    Case(
        "f",
        "host called elsewhere",
        "FX051",
        {
            "/app/a.js": HEAVY
            + (
                "let n = 0\n"
                "function mid () { const v = heavy(5); n = v; console.log(1) }\n"
                "setInterval(() => { mid(); console.log(n) }, 9)\n"
                "setTimeout(function hot () { mid() }, 1)"
            ),
        },
    ),
    Case(
        "f",
        "callback called directly",
        "FX051",
        {
            "/app/a.js": HEAVY
            + (
                "let n = 0\n"
                "function hot () { const v = heavy(5); n = v }\n"
                "setInterval(() => { hot(); console.log(n) }, 9)\n"
                "setTimeout(hot, 1)"
            ),
        },
    ),
    Case(
        "f",
        "host handed on",
        "FX051",
        {
            "/app/a.js": HEAVY
            + (
                "let n = 0\n"
                "function mid () { const v = heavy(5); n = v; console.log(1) }\n"
                ";[1].forEach(mid)\n"
                "setTimeout(function hot () { mid() }, 1)"
            ),
        },
    ),
    Case(
        "f",
        "code after in path",
        "FX050",
        {
            "/app/a.js": HEAVY
            + (
                "let n = 0\n"
                "function mid () { const v = heavy(5); n = v; console.log(1) }\n"
                "setTimeout(function hot () { mid(); console.log(n) }, 1)"
            ),
        },
    ),
    Case(
        "f",
        "value used in path",
        "FX05",
        {
            "/app/a.js": HEAVY
            + (
                "function mid () { const v = heavy(5); console.log(1); return v"
                " }\n"
                "setTimeout(function hot () { const r = mid(); console.log(r) "
                "}, 1)"
            ),
        },
    ),
    Case(
        "f",
        "finally in path",
        "FX05",
        {
            "/app/a.js": HEAVY
            + (
                "let n = 0\n"
                "function mid () { const v = heavy(5); n = v; console.log(1) }\n"
                "setTimeout(function hot () { try { mid() } finally { n = 2 } "
                "}, 1)"
            ),
        },
    ),
    Case(
        "f",
        "sync in async caller",
        "FX055",
        {
            "/app/a.js": HEAVY
            + (
                "let n = 0\n"
                "function mid () { const v = heavy(5); n = v; console.log(1) }\n"
                "setTimeout(async function hot () { mid() }, 1)"
            ),
        },
    ),
    Case(
        "f",
        "value decides in path",
        "FX054",
        {
            "/app/a.js": HEAVY
            + (
                "let n = 0\n"
                "function mid () { const v = heavy(5); console.log(v); return "
                "true }\n"
                "setTimeout(function hot () { if (mid()) { n = 1; "
                "console.log(n) } }, 1)"
            ),
        },
    ),
    Case(
        "f",
        "caller resets what the remainder reads",
        "FX050",
        {
            "/app/a.js": HEAVY
            + (
                "function make () { let depth = 1\n"
                "  const tell = () => console.log(depth)\n"
                "  return function hot () { mid(tell); depth = 0 } }\n"
                "function mid (tell) { const v = heavy(5); console.log(v); "
                "tell() }\n"
                "setTimeout(make(), 1)"
            ),
        },
    ),
    Case(
        "f",
        "caller resets what nobody reads",
        "call",
        {
            "/app/a.js": HEAVY
            + (
                "function make () { let depth = 1\n"
                "  const tell = () => console.log(depth)\n"
                "  return function hot () { mid(tell); depth = 0 } }\n"
                "function mid (tell) { const v = heavy(5); console.log(v) }\n"
                "setTimeout(make(), 1)"
            ),
        },
    ),
]
