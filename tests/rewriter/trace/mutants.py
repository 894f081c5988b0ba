"""Faults put into the tracer, for the oracle to find.

In: nothing. Out: (name, file of the probe, old text, new text), and (name, pattern, new
text) for what the rewriter writes. Each makes the tracer miss writes.
"""

from __future__ import annotations

EFFECT = "this.tracer.effect(code, activation, site, cell);\n  }\n\n  "
HELD = EFFECT.replace("cell)", "cell, object, cells.item(key))", 1)
NAMED = "cells.call(value, cell);\n    "
QUIET = EFFECT.replace("this.", "if (code !== EVENT.WRITE) this.", 1)
CALL = "call: (tracer, call) => redirected(tracer, call, call.self,"
APPLIED = "applied: (tracer, call) => spreading(tracer, call, call.self,"
ALSO = "const cell = use(tracer, call, EVENT.WRITE, target, key);\n        if"
GIVEN = "isObject(value) && cells.of(value) === 0) {\n        cells.call"
KNOWN = "    this.opaque(activation, site, what);\n  }\n\n  effect"
ROOM = "if (this.room(activation, site)) this.unknown(activation, site, what);"
AROUND = "around(begins) {\n    const activation = this.current();"
LATE = "else arrival(this.cells, f, how, value);"
ITEMS = "inside(object, (one) => cells.call(one, cell), 1)) {\n      tracer"
SET = "EVENT.WRITE, args.length > 3 ? args[3] : args[0], 1)"
FILLED = "if (cell === 0 || filled(cells, from, cell)) iterators"
NAMES = "cells.call(own(object, keys[i]), cell);"
STICKY = "if (isGlobal(call.self) || isSticky(call.self))"
PATTERN = "if (isGlobal(pattern) || isSticky(pattern))"
PROXY = "this.tracer.unseen(activation, site, 'Proxy');"
PUSH = "['Array.prototype', 'wt k ?a', 'push unshift']"
SORT = "['Array.prototype', 'wt rt f ?aj', 'sort']"
MAP = "['Map.prototype', 'wt k', 'set']"
FILL = "['{TypedArray}.prototype', 'wt f', 'fill"
COPY = "['Buffer.prototype', 'wt', '/^write/']"
VIEW = "['DataView.prototype', 'wt', VIEW_SET]"
TIME = "['Date.prototype', 'wt', DATE_SET]"
STORE = "['Atomics', 'w0 r0', 'add"
SIZE = "this.child(base, counts ? 0 : key)"

COARSE = 4
"""The first ones break nearly every program."""
PROBE = [
    (
        "no property is written",
        "touches.js",
        f"{HELD}/**",
        HELD.replace("this.", "if (code !== EVENT.WRITE) this.", 1) + "/**",
    ),
    (
        "what a property holds has no name",
        "touches.js",
        NAMED + HELD + "/**",
        HELD + "/**",
    ),
    (
        "no variable is written",
        "touches.js",
        EFFECT.rstrip() + "\n}",
        QUIET.rstrip() + "\n}",
    ),
    (
        "what a variable holds has no name",
        "touches.js",
        NAMED + EFFECT.rstrip() + "\n}",
        EFFECT.rstrip() + "\n}",
    ),
    (
        "arguments have no names",
        "tracer.js",
        GIVEN,
        GIVEN.replace("isObject(value) &&", "false &&"),
    ),
    (
        "this has no name",
        "tracer.js",
        "if (isObject(self) && self !==",
        "if (false && self !==",
    ),
    ("what comes late has no name", "touches.js", LATE, ""),
    ("nobody is under way", "tracer.js", AROUND, AROUND.replace("this.current()", "0")),
    (
        "what is not known is not said",
        "tracer.js",
        KNOWN,
        KNOWN.replace("this.opaque(activation, site, what);", ""),
    ),
    ("what cannot be seen is not said", "tracer.js", ROOM, ""),
    (
        "the global object is like any other",
        "cells.js",
        "if (object === globalThis) return",
        "if (false) return",
    ),
    (
        "built-ins do not write",
        "effects.js",
        "for (const part of entry.writes) {",
        "for (const part of []) {",
    ),
    (
        "an element has no name",
        "returned.js",
        "  e({ cells }, call, value, { cell }) {",
        "  e() {}, E({ cells }, call, value, { cell }) {",
    ),
    (
        "copied elements have no names",
        "returned.js",
        "  c({ cells }, call, value, { cell }) {",
        "  c() {}, C({ cells }, call, value, { cell }) {",
    ),
    (
        "what an iterator gives has no name",
        "returned.js",
        "  v({ cells }, call, value, { cell }) {",
        "  v() {}, V({ cells }, call, value, { cell }) {",
    ),
    ("what will be iterated has no names", "returned.js", FILLED, "iterators"),
    ("what comes of nowhere has no name", "returned.js", "  n: gave,", "  n() {},"),
    ("Object.assign writes nothing", "effects.js", ALSO, "const cell = 1;\n        if"),
    ("Reflect.set writes nothing", "effects.js", SET, SET.replace("WRITE", "READ")),
    ("a match moves nothing", "effects.js", STICKY, "if (false)"),
    ("a replacement moves nothing", "effects.js", PATTERN, "if (false)"),
    (
        "call calls nothing",
        "effects.js",
        CALL,
        CALL.replace("call:", "call: () => null, also:", 1),
    ),
    (
        "apply calls nothing",
        "effects.js",
        APPLIED,
        APPLIED.replace("applied:", "applied: () => null, also:"),
    ),
    (
        "items have no names",
        "effects.js",
        ITEMS,
        ITEMS.replace("cells.call(one, cell)", "one"),
    ),
    ("copied properties have no names", "effects.js", NAMES, ""),
    (
        "every object is frozen",
        "effects.js",
        "EVENT.WRITE && isFixed(object)) return",
        "EVENT.WRITE) return",
    ),
    ("a length is a property", "cells.js", SIZE, "this.child(base, key)"),
    (
        "a view is not its buffer",
        "cells.js",
        "if (this.pooled(value, buffer)) return own;",
        "return own;",
    ),
    ("a Proxy is an object", "touches.js", PROXY, ";"),
    (
        "parts of a pattern have no names",
        "taking.js",
        "if (base !== 0) this.touches",
        "if (false) this.touches",
    ),
    ("push reads", "table.js", PUSH, PUSH.replace("wt", "rt")),
    ("sort reads", "table.js", SORT, SORT.replace("wt ", "")),
    ("Map.set reads", "table.js", MAP, MAP.replace("wt", "rt")),
    ("bytes are not filled", "table.js", FILL, FILL.replace("wt", "rt")),
    ("a Buffer is not written", "table.js", COPY, COPY.replace("wt", "rt")),
    ("a view is not written", "table.js", VIEW, VIEW.replace("wt", "rt")),
    ("time stands still", "table.js", TIME, TIME.replace("wt", "rt")),
    ("atoms do not change", "table.js", STORE, STORE.replace("w0 ", "")),
]
REWRITER = [
    ("no assignment is told", r"\$x\w*_fx\.write\(", "((a,s,o,k,v)=>v)("),
    ("no variable is told", r"\$x\w*_fx\.writeCapture\(", "((a,s,n,d,v)=>v)("),
    ("no read variable is told", r"\$x\w*_fx\.readCapture\(", "((a,s,n,d,v)=>v)("),
    ("no read property is told", r"\$x\w*_fx\.read\(", "((a,s,o,k,v)=>v)("),
    ("no pattern is told", r"\$x\w*_fx\.took\(", "((a,s,o,p)=>{})("),
    ("no loop is told", r"\$x\w*_fx\.items\(", "((a,s,o,w)=>o)("),
    ("nothing comes", r"\$x\w*_fx\.came\(", "((a,s,h,v)=>v)("),
    ("no call is told", r"\$x\w*_fx\.call\(", "((a,s,c,o,l,t)=>0)("),
    ("fields tell nobody", r"\$x\w*_fx\.around\(", "((b)=>0)("),
]
