"""Names that every program finds: which are worth a report, which may be hoisted.

In: nothing. Out: sets of names.
"""

from __future__ import annotations

INTRINSICS = frozenset(
    [
        "undefined",
        "NaN",
        "Infinity",
        "Object",
        "Function",
        "Array",
        "Boolean",
        "Symbol",
        "String",
        "Number",
        "BigInt",
        "Math",
        "Date",
        "RegExp",
        "JSON",
        "Reflect",
        "Proxy",
        "Promise",
        "Map",
        "Set",
        "WeakMap",
        "WeakSet",
        "WeakRef",
        "FinalizationRegistry",
        "Atomics",
        "Intl",
        "Iterator",
        "ArrayBuffer",
        "SharedArrayBuffer",
        "DataView",
        "Int8Array",
        "Uint8Array",
        "Uint8ClampedArray",
        "Int16Array",
        "Uint16Array",
        "Int32Array",
        "Uint32Array",
        "Float16Array",
        "Float32Array",
        "Float64Array",
        "BigInt64Array",
        "BigUint64Array",
        "Error",
        "AggregateError",
        "EvalError",
        "RangeError",
        "ReferenceError",
        "SyntaxError",
        "TypeError",
        "URIError",
        "SuppressedError",
        "DisposableStack",
        "AsyncDisposableStack",
        "WebAssembly",
        "parseInt",
        "parseFloat",
        "isNaN",
        "isFinite",
        "encodeURIComponent",
        "decodeURIComponent",
        "encodeURI",
        "decodeURI",
        "escape",
        "unescape",
        "eval",
    ]
)

QUIET_GLOBALS = INTRINSICS | frozenset(
    [
        "Buffer",
        "URL",
        "URLSearchParams",
        "TextEncoder",
        "TextDecoder",
        "AbortController",
        "AbortSignal",
        "Event",
        "EventTarget",
        "structuredClone",
        "queueMicrotask",
        "atob",
        "btoa",
        "setTimeout",
        "clearTimeout",
        "setInterval",
        "clearInterval",
        "setImmediate",
        "clearImmediate",
    ]
)
"""Reading these is no use of state: what is done with them is reported."""

HOISTED_GLOBALS = INTRINSICS - {"eval"} | frozenset(
    [
        "Buffer",
        "URL",
        "URLSearchParams",
        "TextEncoder",
        "TextDecoder",
        "globalThis",
        "global",
    ]
)
"""Looked up once for a twin, unless the script assigns or declares them."""
