'use strict';
/**
 * What each built-in function does to its receiver, to its arguments and to what it returns.
 *
 * In: nothing. Out: rows of [holder, effects, names], read by effects.js. The effects:
 *
 *   r w           reads, writes
 *   t 0 1 ...     the receiver, an argument (`1+`: that one and all that follow)
 *   (nothing)     the contents: elements, entries, bytes, the time of a Date
 *   .2 .name *    the property that argument 2 names, this property, every own property
 *   k             arguments are kept in what is written
 *   y             of the contents, the entry whose key argument 0 is
 *   f             functions among the arguments are called before it returns
 *   g             getters of argument 0 are called
 *   l1 l2         that argument, or that and those before it, is called later if a function
 *   ?...          what it runs beside: the letters are those of implied.js
 *   >e >e0        returns an element of the receiver, of argument 0
 *   >i            returns an iterator of it
 *   >c >c0        returns something new with elements of it
 *   >d            returns descriptors of its properties
 *   >v            returns {value, done} with an element of it
 *   >n            returns, or returns something new with, whatever its callback gave
 *   >a            returns another view of the same contents
 *   >o            returns something whose use is nobody's but Node's
 *
 * and words for what has a rule of its own in effects.js. `*` among the names: all that
 * the rows before it do not mention. Every row is proved by tests/agent/test_effects.py.
 */

const DATE_GET = `getDate getDay getFullYear getHours getMilliseconds getMinutes getMonth getSeconds
  getTime getTimezoneOffset getUTCDate getUTCDay getUTCFullYear getUTCHours getUTCMilliseconds
  getUTCMinutes getUTCMonth getUTCSeconds getYear toDateString toGMTString toISOString
  toLocaleDateString toLocaleString toLocaleTimeString toString toTimeString toUTCString valueOf
  toTemporalInstant @@toPrimitive`;
const DATE_SET = `setDate setFullYear setHours setMilliseconds setMinutes setMonth setSeconds setTime
  setUTCDate setUTCFullYear setUTCHours setUTCMilliseconds setUTCMinutes setUTCMonth setUTCSeconds
  setYear`;
const VIEW_GET = `getBigInt64 getBigUint64 getFloat16 getFloat32 getFloat64 getInt16 getInt32 getInt8
  getUint16 getUint32 getUint8`;
const VIEW_SET = VIEW_GET.replaceAll('get', 'set');
const TYPED = ['Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array',
  'Int32Array', 'Uint32Array', 'Float16Array', 'Float32Array', 'Float64Array', 'BigInt64Array',
  'BigUint64Array'];
const ERRORS = ['Error', 'EvalError', 'RangeError', 'ReferenceError', 'SyntaxError', 'TypeError',
  'URIError', 'SuppressedError'];

/** A holder in braces: no global names it. A name with `()`: the holder itself. */
const TABLE = [
  ['Array.prototype', 'wt k ?a', 'push unshift'],
  ['Array.prototype', 'wt >e ?a', 'pop shift'],
  ['Array.prototype', 'wt k >c ?as', 'splice'],
  ['Array.prototype', 'wt k ?a', 'fill'],
  ['Array.prototype', 'wt rt f ?aj', 'sort'],
  ['Array.prototype', 'wt rt ?a', 'reverse copyWithin'],
  ['Array.prototype', 'rt >e f ?a', 'at find findLast'],
  ['Array.prototype', 'rt r0+ >c ?as', 'concat'],
  ['Array.prototype', 'rt >c ?as', 'slice'],
  ['Array.prototype', 'rt >c ?a', 'toReversed toSpliced with'],
  ['Array.prototype', 'rt >c f ?as', 'filter'],
  ['Array.prototype', 'rt >c f ?aj', 'toSorted'],
  ['Array.prototype', 'rt >n f ?as', 'flat flatMap map'],
  ['Array.prototype', 'rt >n f ?a', 'reduce reduceRight'],
  ['Array.prototype', 'rt f ?a', 'every findIndex findLastIndex forEach includes indexOf lastIndexOf some'],
  ['Array.prototype', 'rt f ?aj', 'join toString toLocaleString'],
  ['Array.prototype', 'rt >i', 'entries keys values @@iterator'],
  ['Array', '', 'isArray Array()'],
  ['Array', '?b', 'of'],
  ['Array', 'r0 >n f ?bi', 'from'],
  ['Map.prototype', 'wt k y', 'set'],
  ['Map.prototype', 'wt y', 'delete'],
  ['Map.prototype', 'wt', 'clear'],
  ['Map.prototype', 'rt >e y', 'get'],
  ['Map.prototype', 'wt k >e f y', 'getOrInsert getOrInsertComputed'],
  ['Map.prototype', 'rt y', 'has'],
  ['Map.prototype', 'rt f', 'forEach'],
  ['Map.prototype', 'rt >i', 'entries keys values @@iterator'],
  ['Map', 'r0 >c0 ?i', 'Map()'],
  ['Map', 'r0 >n f ?i', 'groupBy'],
  ['Set.prototype', 'wt k y', 'add'],
  ['Set.prototype', 'wt y', 'delete'],
  ['Set.prototype', 'wt', 'clear'],
  ['Set.prototype', 'rt y', 'has'],
  ['Set.prototype', 'rt f', 'forEach'],
  ['Set.prototype', 'rt >i', 'entries keys values @@iterator'],
  ['Set.prototype', 'rt r0 >c ?h', 'union intersection difference symmetricDifference'],
  ['Set.prototype', 'rt r0 ?h', 'isSubsetOf isSupersetOf isDisjointFrom'],
  ['Set', 'r0 >c0 ?i', 'Set()'],
  ['WeakMap.prototype', 'wt k y', 'set'],
  ['WeakMap.prototype', 'wt y', 'delete'],
  ['WeakMap.prototype', 'rt >e y', 'get'],
  ['WeakMap.prototype', 'wt k >e f y', 'getOrInsert getOrInsertComputed'],
  ['WeakMap.prototype', 'rt y', 'has'],
  ['WeakMap', 'r0 ?i', 'WeakMap()'],
  ['WeakSet.prototype', 'wt k y', 'add'],
  ['WeakSet.prototype', 'wt y', 'delete'],
  ['WeakSet.prototype', 'rt y', 'has'],
  ['WeakSet', 'r0 ?i', 'WeakSet()'],
  ['WeakRef.prototype', 'rt >n', 'deref'],
  ['WeakRef', '', 'WeakRef()'],
  ['FinalizationRegistry.prototype', 'wt', 'register unregister'],
  ['FinalizationRegistry', 'l1', 'FinalizationRegistry()'],
  ['{TypedArray}.prototype', 'wt r0', 'set'],
  ['{TypedArray}.prototype', 'wt f', 'fill sort reverse copyWithin'],
  ['{TypedArray}.prototype', 'rt >a ?s', 'subarray'],
  ['{TypedArray}.prototype', 'rt f', `at every find findIndex findLast findLastIndex forEach
    includes indexOf join lastIndexOf some toLocaleString toReversed toSorted with`],
  ['{TypedArray}.prototype', 'rt f ?s', 'filter map slice'],
  ['{TypedArray}.prototype', 'rt f >n', 'reduce reduceRight'],
  ['{TypedArray}.prototype', 'rt >i', 'entries keys values @@iterator'],
  ['{TypedArray}', 'r0 f ?bi', 'from'],
  ['{TypedArray}', 'r0 f ?b', 'of'],
  ...TYPED.map((name) => [name, 'r0 ?i', `${name}()`]),
  ['Uint8Array.prototype', 'wt', 'setFromBase64 setFromHex'],
  ['Uint8Array.prototype', 'rt', 'toBase64 toHex'],
  ['Uint8Array', '', 'fromBase64 fromHex'],
  ['DataView.prototype', 'wt', VIEW_SET],
  ['DataView.prototype', 'rt', VIEW_GET],
  ['DataView', '', 'DataView()'],
  ['ArrayBuffer.prototype', 'wt', 'resize transfer transferToFixedLength transferToImmutable'],
  ['ArrayBuffer.prototype', 'rt', 'slice sliceToImmutable'],
  ['ArrayBuffer', '', 'isView ArrayBuffer()'],
  ['SharedArrayBuffer.prototype', 'wt', 'grow'],
  ['SharedArrayBuffer.prototype', 'rt', 'slice'],
  ['SharedArrayBuffer', '', 'SharedArrayBuffer()'],
  ['Atomics', 'w0 r0', 'add and compareExchange exchange or store sub xor'],
  ['Atomics', 'r0', 'load wait notify'],
  ['Atomics', '', 'isLockFree pause'],
  ['Date.prototype', 'wt', DATE_SET],
  ['Date.prototype', 'rt', DATE_GET],
  ['Date.prototype', '?d', 'toJSON'],
  ['Date', 'r0', 'Date()'],
  ['Date', '', 'now parse UTC'],
  ['RegExp.prototype', 'matches f', 'exec test @@match @@replace'],
  ['RegExp.prototype', 'rt.lastIndex', '@@search'],
  ['RegExp.prototype', 'wt', 'compile'],
  ['RegExp.prototype', 'rt', 'toString @@split'],
  ['RegExp.prototype', 'rt >i', '@@matchAll'],
  ['RegExp', '', 'RegExp() escape'],
  ['String.prototype', 'matched f ?p', 'match replace replaceAll'],
  ['String.prototype', '?p', '*'],
  ['String', '?c', '* String()'],
  ['Object', 'assign', 'assign'],
  ['Object', 'define', 'defineProperties'],
  ['Object', 'w0.1 r2* k', 'defineProperty'],
  ['Object', 'w0*', 'freeze seal preventExtensions'],
  ['Object', 'w0.__proto__', 'setPrototypeOf'],
  ['Object', 'r0.__proto__ >n', 'getPrototypeOf'],
  ['Object', 'r0.1 >d', 'getOwnPropertyDescriptor'],
  ['Object', 'r0* >d', 'getOwnPropertyDescriptors'],
  ['Object', 'r0*', `keys getOwnPropertyNames getOwnPropertySymbols isFrozen isSealed isExtensible`],
  ['Object', 'r0* >c0 g', 'values entries'],
  ['Object', 'r0 >n ?i', 'fromEntries'],
  ['Object', 'r0.1', 'hasOwn'],
  ['Object', 'r0 >n f ?i', 'groupBy'],
  ['Object', 'create', 'create'],
  ['Object', '', 'is Object()'],
  ['Object.prototype', 'rt.0', 'hasOwnProperty propertyIsEnumerable'],
  ['Object.prototype', 'rt.0 >n', '__lookupGetter__ __lookupSetter__'],
  ['Object.prototype', 'wt.0 k', '__defineGetter__ __defineSetter__'],
  ['Object.prototype', '', 'isPrototypeOf toString toLocaleString valueOf'],
  ['Reflect', 'w0.1 r2* k', 'defineProperty'],
  ['Reflect', 'w0.1', 'deleteProperty'],
  ['Reflect', 'set', 'set'],
  ['Reflect', 'w0*', 'preventExtensions'],
  ['Reflect', 'w0.__proto__', 'setPrototypeOf'],
  ['Reflect', 'r0.__proto__ >n', 'getPrototypeOf'],
  ['Reflect', 'r0.1 >e0 ?g', 'get'],
  ['Reflect', 'r0.1 >d', 'getOwnPropertyDescriptor'],
  ['Reflect', 'r0.1', 'has'],
  ['Reflect', 'r0*', 'ownKeys isExtensible'],
  ['Reflect', 'apply', 'apply'],
  ['Reflect', 'construct', 'construct'],
  ['Function.prototype', 'call', 'call'],
  ['Function.prototype', 'applied', 'apply'],
  ['Function.prototype', 'bind', 'bind'],
  ['Function.prototype', '', 'toString @@hasInstance'],
  ['{ArrayIterator}', 'wt >v', 'next'],
  ['{MapIterator}', 'wt >v', 'next'],
  ['{SetIterator}', 'wt >v', 'next'],
  ['{StringIterator}', 'wt', 'next'],
  ['{RegExpStringIterator}', 'wt', 'next'],
  ['{Iterator}', '', '@@iterator'],
  ['{Iterator}', 'rt f >i', 'drop filter flatMap map take'],
  ['{Iterator}', 'wt f >n ?x', 'every find forEach reduce some toArray'],
  ['{AsyncIterator}', '', '@@asyncIterator'],
  ['{Generator}', 'generator wt >v', 'next return throw'],
  ['{AsyncGenerator}', 'generator wt', 'next return throw'],
  ['Promise', 'promise f', 'Promise()'],
  ['Promise', 'resolvers', 'withResolvers'],
  ['Promise', 'r0 ?bit', 'all allSettled any race'],
  ['Promise', 'f', 'try'],
  ['Promise', '?bt', 'resolve'],
  ['Promise', '?b', 'reject'],
  ['Promise.prototype', 'l2', 'then'],
  ['Promise.prototype', 'l1', 'catch finally'],
  ['JSON', 'f', 'parse'],
  ['JSON', '', 'isRawJSON rawJSON'],
  ['Proxy', '>n', 'Proxy()'],
  ['Error', 'w0.stack', 'captureStackTrace'],
  ...ERRORS.map((name) => [name, 'r1.cause', `${name}()`]),
  ['AggregateError', 'r0 r2.cause >n ?i', 'AggregateError()'],
  ['Error.prototype', 'rt.message', 'toString'],
  ['Error', '', 'isError'],
  ['Math', '?c', '*'],
  ['Number', '?c', '* Number()'],
  ['Number.prototype', '', '*'],
  ['BigInt', '?c', '* BigInt()'],
  ['BigInt.prototype', '', '*'],
  ['Boolean', '', 'Boolean()'],
  ['Boolean.prototype', '', '*'],
  ['Symbol', '?c', '* Symbol()'],
  ['Symbol.prototype', '', '*'],
  ['', '?c', `parseInt parseFloat isNaN isFinite encodeURIComponent decodeURIComponent encodeURI
    decodeURI escape unescape`],
];

/** Of Node, written in JavaScript: known by their text. */
const NODE = [
  ['Buffer.prototype', 'wt', `write fill swap16 swap32 swap64 asciiWrite base64Write base64urlWrite
    hexWrite latin1Write ucs2Write utf8Write utf16leWrite`],
  ['Buffer.prototype', 'w0 rt', 'copy'],
  ['Buffer.prototype', 'rt >a', 'slice subarray'],
  ['Buffer.prototype', 'rt', 'toString toJSON toLocaleString includes indexOf lastIndexOf'],
  ['Buffer.prototype', 'rt r0', 'equals compare'],
  ['Buffer.prototype', 'wt', '/^write/'],
  ['Buffer.prototype', 'rt', '/^read/'],
  ['Buffer', 'r0', 'from concat compare byteLength of copyBytesFrom Buffer()'],
  ['Buffer', '', 'alloc allocUnsafe allocUnsafeSlow isBuffer isEncoding'],
  ['', 'l1 >o', 'setTimeout setInterval setImmediate'],
  ['', 'l1', 'queueMicrotask'],
  ['', '', 'clearTimeout clearInterval clearImmediate'],
  ['process', 'l1', 'nextTick'],
];

const STREAM = 'internal/streams/';

/** Getters of Node, known by their text: [file, what they leave in the object, names]. */
const GETTERS = [
  [`${STREAM}writable`, '', `closed destroyed errored writable writableAborted writableCorked writableEnded
    writableFinished writableHighWaterMark writableLength writableNeedDrain writableObjectMode`],
  [`${STREAM}readable`, '', `closed destroyed errored readable readableAborted readableDidRead readableEncoding
    readableEnded readableFlowing readableHighWaterMark readableLength readableObjectMode`],
  [`${STREAM}duplex`, '', 'destroyed'],
  ['_http_outgoing', '', `closed connection errored headersSent writableCorked writableEnded writableFinished
    writableHighWaterMark writableLength writableNeedDrain writableObjectMode`],
  ['_http_incoming', '', 'connection'],
  ['_http_incoming', '@@kHeaders', 'headers'],
  ['_http_incoming', '@@kHeadersDistinct', 'headersDistinct'],
  ['_http_incoming', '@@kTrailers', 'trailers'],
  ['_http_incoming', '@@kTrailersDistinct', 'trailersDistinct'],
  ['net', '', 'bytesRead listening pending readyState'],
  ['net', '_peername', 'remoteAddress remoteFamily remotePort'],
  ['net', '_sockname', 'localAddress localFamily localPort'],
  ['internal/url', '', `hash host hostname href origin password pathname port protocol search searchParams size
    username`],
  ['internal/abort_controller', '', 'aborted reason signal'],
];

module.exports = { GETTERS, NODE, TABLE };
