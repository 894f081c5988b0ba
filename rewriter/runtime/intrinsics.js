'use strict';
/**
 * Are the built-in objects those that Node came with?
 *
 * A worker has its own, pristine ones. Code may move only while main's are the same:
 * a polyfill, a patched prototype or a frozen one is seen here. Out: a text to compare
 * between threads, and a cheap test for later changes on this thread.
 */
const { createHash } = require('crypto');
const { ownKeys, apply } = Reflect;
const { getOwnPropertyDescriptor, isExtensible } = Object;
const functionToString = Function.prototype.toString;
const AsyncFunction = (async () => {}).constructor;
const GeneratorFunction = function* () {}.constructor;

const HOLDERS = [
  ...['Object', 'Function', 'Array', 'String', 'Number', 'Boolean', 'Symbol', 'BigInt'],
  ...['Date', 'RegExp', 'Map', 'Set', 'WeakMap', 'WeakSet', 'Promise', 'Error'],
  ...['TypeError', 'RangeError', 'SyntaxError', 'ReferenceError', 'EvalError', 'URIError'],
  ...['ArrayBuffer', 'DataView', 'Int8Array', 'Uint8Array', 'Uint8ClampedArray'],
  ...['Int16Array', 'Uint16Array', 'Int32Array', 'Uint32Array', 'Float32Array'],
  ...['Float64Array', 'BigInt64Array', 'BigUint64Array', 'Buffer', 'URL', 'URLSearchParams'],
  ...['TextEncoder', 'TextDecoder'],
];
const SPACES = ['Math', 'JSON', 'Reflect', 'Atomics', 'Intl'];
const GLOBALS = [
  ...['parseInt', 'parseFloat', 'isNaN', 'isFinite', 'encodeURIComponent'],
  ...['decodeURIComponent', 'encodeURI', 'decodeURI', 'escape', 'unescape'],
];
/** Set by the runtime or by embedders on one thread only; no part of the language. */
const OURS = new Set(['prepareStackTrace', 'stackTraceLimit', 'captureStackTrace']);

function objects() {
  const found = [];
  for (const name of HOLDERS) {
    const made = globalThis[name];
    if (typeof made !== 'function') continue;
    found.push([name, made]);
    if (made.prototype) found.push([`${name}.prototype`, made.prototype]);
  }
  for (const name of SPACES) found.push([name, globalThis[name]]);
  const iterators = [[], new Map(), new Set(), ''].map((some) => some[Symbol.iterator]());
  iterators.push((function* () {})(), new Uint8Array(0));
  for (const some of iterators)
    for (let at = Reflect.getPrototypeOf(some); at && at !== Object.prototype; )
      [, at] = [found.push(['iterator', at]), Reflect.getPrototypeOf(at)];
  found.push(['AsyncFunction', AsyncFunction.prototype]);
  found.push(['GeneratorFunction', GeneratorFunction.prototype]);
  return found;
}

function describe(value) {
  if (typeof value !== 'function') return typeof value;
  const text = apply(functionToString, value, []);
  return text.endsWith('{ [native code] }') ? 'native' : text;
}

/** A text that is the same on two threads whose built-ins are the same. */
function fingerprint() {
  const told = createHash('sha256');
  const tell = (...words) => told.update(`${words.join(' ')}\n`);
  for (const [name, holder] of objects()) {
    if (holder === null || holder === undefined) continue;
    tell(name, isExtensible(holder));
    for (const key of ownKeys(holder)) {
      if (OURS.has(key)) continue;
      const own = getOwnPropertyDescriptor(holder, key);
      const flags = `${own.writable}${own.enumerable}${own.configurable}`;
      tell(String(key), flags, describe(own.value), describe(own.get), describe(own.set));
    }
  }
  for (const name of GLOBALS) tell(name, describe(globalThis[name]));
  return told.digest('hex');
}

/**
 * Remember the built-ins of this thread; the returned function tells whether they are
 * still the same ones. It looks at one slice of them per call, at all when asked to.
 */
function watch() {
  const kept = [];
  for (const [, holder] of objects()) {
    if (holder === null || holder === undefined) continue;
    const methods = [];
    for (const key of ownKeys(holder)) {
      const own = getOwnPropertyDescriptor(holder, key);
      if (typeof own.value === 'function' && !OURS.has(key)) methods.push(key, own.value);
    }
    kept.push({ holder, methods, count: ownKeys(holder).length });
  }
  let turn = 0;
  return (all = false) => {
    turn = (turn + 1) % kept.length;
    const count = all ? kept.length : CORE;
    for (let i = 0; i < count; i++) if (!isSame(kept[i])) return false;
    return isSame(kept[turn]);
  };
}

/** Object, Function, Array and String with their prototypes: patched most often. */
const CORE = 8;

function isSame({ holder, methods, count }) {
  // Plain loops: what is looked for may have replaced what a method would call.
  for (let i = 0; i < methods.length; i += 2)
    if (holder[methods[i]] !== methods[i + 1]) return false;
  return ownKeys(holder).length === count;
}

module.exports = { fingerprint, watch };
