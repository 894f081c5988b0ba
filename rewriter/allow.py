"""What moved code may use of the language and of Node: the lists, and why.

Nothing flows in. Everything that is not listed is refused by name.
"""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


# Values and constructors that every thread has for itself and that hold no state
# which a program can see. Math.random and Date are here: their answers are never the
# same twice, so they may be asked anywhere but during initialisation.
LANGUAGE = words(
    "Array ArrayBuffer BigInt BigInt64Array BigUint64Array Boolean DataView "
    "Date Error EvalError Float32Array Float64Array Infinity Int16Array "
    "Int32Array Int8Array Intl Iterator JSON Map Math NaN Number Object "
    "Promise Proxy RangeError ReferenceError Reflect RegExp Set String "
    "Symbol SyntaxError TypeError URIError Uint16Array Uint32Array "
    "Uint8Array Uint8ClampedArray WeakMap WeakSet WeakRef AggregateError "
    "decodeURI decodeURIComponent encodeURI encodeURIComponent escape "
    "isFinite isNaN parseFloat parseInt undefined unescape"
)
# The parts of Node's global object of which the same is true.
NODE = words(
    "Buffer TextDecoder TextEncoder URL URLSearchParams atob btoa "
    "structuredClone __dirname __filename"
)
# Work that goes on after a call has returned; only where a callback or a promise says
# when it is over.
LATER = words(
    "Promise queueMicrotask setTimeout setImmediate clearTimeout clearImmediate"
)
# Names that Node does not define: using them fails in a worker as it does on main.
ABSENT = frozenset(["define", "document", "importScripts", "window"])
GLOBALS = LANGUAGE | NODE | ABSENT

# Modules without effects on the outside. zlib and stream work later and are allowed
# where LATER is.
BUILTINS = words(
    "assert assert/strict buffer events path path/posix path/win32 punycode "
    "querystring stream string_decoder url util util/types zlib"
)
BUILTINS_LATER = frozenset({"stream", "zlib", "events"})
# Modules of which only some functions are harmless.
PARTS_OF_BUILTINS = {
    "crypto": frozenset({"createHash", "createHmac", "getHashes", "timingSafeEqual"}),
}
# What a helper that only runs at load time may touch without talking to anybody.
SILENT = BUILTINS | {"fs", "os", "crypto", "tty", "module", "vm", "v8", "fs/promises"}

# During initialisation these give another answer each time.
CHANCE = frozenset({("Math", "random"), ("Date", "now"), ("Date", None)})

# Methods of strings, numbers, arrays, typed arrays, buffers, maps, sets, dates and
# regular expressions that change neither their receiver nor anything else. Those that
# call back are listed as well: the function they call is looked at where it stands.
READERS = words(
    "at charAt charCodeAt codePointAt concat endsWith entries every exec "
    "filter find findIndex findLast findLastIndex flat flatMap forEach get "
    "getDate getDay getFullYear getHours getMilliseconds getMinutes "
    "getMonth getSeconds getTime getTimezoneOffset has hasOwnProperty "
    "includes indexOf isPrototypeOf join keys lastIndexOf localeCompare map "
    "match matchAll normalize padEnd padStart propertyIsEnumerable "
    "readDoubleBE readDoubleLE readFloatBE readFloatLE readInt16BE "
    "readInt16LE readInt32BE readInt32LE readInt8 readUInt16BE readUInt16LE "
    "readUInt32BE readUInt32LE readUInt8 reduce reduceRight repeat replace "
    "replaceAll search slice some split startsWith substr substring test "
    "toFixed toISOString toJSON toLocaleString toLocaleLowerCase "
    "toLocaleUpperCase toLowerCase toPrecision toReversed toSorted toString "
    "toUpperCase trim trimEnd trimLeft trimRight trimStart valueOf values "
    "with equals compare"
)
# Of these, the ones whose result never holds a part of the receiver.
PRIMITIVE_RESULT = words(
    "charAt charCodeAt codePointAt endsWith every findIndex findLastIndex "
    "forEach getDate getDay getFullYear getHours getMilliseconds getMinutes "
    "getMonth getSeconds getTime getTimezoneOffset has hasOwnProperty "
    "includes indexOf isPrototypeOf join lastIndexOf localeCompare "
    "normalize padEnd padStart propertyIsEnumerable readDoubleBE "
    "readDoubleLE readFloatBE readFloatLE readInt16BE readInt16LE "
    "readInt32BE readInt32LE readInt8 readUInt16BE readUInt16LE "
    "readUInt32BE readUInt32LE readUInt8 repeat replace replaceAll search "
    "some startsWith substr substring test toFixed toISOString "
    "toLocaleString toLocaleLowerCase toLocaleUpperCase toLowerCase "
    "toPrecision toString toUpperCase trim trimEnd trimLeft trimRight "
    "trimStart equals compare"
)
# Methods of arrays, maps, sets, typed arrays and buffers that change their receiver
# but call nobody and talk to nobody.
CHANGERS = words(
    "add clear copy copyWithin delete fill pop push reverse set setDate "
    "setTime shift sort splice swap16 swap32 swap64 unshift write "
    "writeDoubleBE writeDoubleLE writeFloatBE writeFloatLE writeInt16BE "
    "writeInt16LE writeInt32BE writeInt32LE writeInt8 writeUInt16BE "
    "writeUInt16LE writeUInt32BE writeUInt32LE writeUInt8"
)
# Global functions and static methods that neither keep nor change what they are given.
PURE_CALLS = words(
    "Boolean Number String parseInt parseFloat isNaN isFinite "
    "encodeURIComponent decodeURIComponent encodeURI decodeURI Math.* "
    "JSON.stringify JSON.parse Object.keys Object.entries Object.values "
    "Object.is Object.getPrototypeOf Object.getOwnPropertyNames "
    "Object.getOwnPropertyDescriptor Array.isArray Number.* "
    "String.fromCharCode String.fromCodePoint String.raw Buffer.concat "
    "Buffer.byteLength Buffer.isBuffer Buffer.compare Buffer.alloc Date.* "
    "ArrayBuffer.isView BigInt Symbol Array.of Array.from Buffer.from"
)
# Constructors whose result is a typed view of the very memory they are given.
VIEWS = words(
    "Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array "
    "Int32Array Uint32Array Float32Array Float64Array BigInt64Array "
    "BigUint64Array DataView"
)
# Native containers that a program makes for itself.
CONTAINERS = VIEWS | {"Array", "Map", "Set", "ArrayBuffer", "WeakMap", "WeakSet"}
# Globals by which a program talks to the outside (Node has no XMLHttpRequest).
VOICES = frozenset({"BroadcastChannel", "WebSocket", "fetch"})
# What hangs on a request and is made for it alone. Others (`req.app`, `req.session`)
# may be shared with other requests.
REQUEST_PARTS = words(
    "body cookies file files headers headersDistinct httpVersion method "
    "originalUrl params path query rawBody rawHeaders signedCookies trailers url"
)
