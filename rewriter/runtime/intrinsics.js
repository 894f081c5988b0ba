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
  ...['TextEncoder', 'TextDecoder', 'AggregateError', 'WeakRef'],
];
const SPACES = ['Math', 'JSON', 'Reflect', 'Atomics', 'Intl'];
const GLOBALS = [
  ...['parseInt', 'parseFloat', 'isNaN', 'isFinite', 'encodeURIComponent'],
  ...['decodeURIComponent', 'encodeURI', 'decodeURI', 'escape', 'unescape', 'Proxy'],
  ...['structuredClone', 'atob', 'btoa', 'queueMicrotask', 'setTimeout', 'setImmediate'],
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
  const typed = Reflect.getPrototypeOf(Uint8Array);
  found.push(['TypedArray', typed], ['TypedArray.prototype', typed.prototype]);
  for (const name of ownKeys(Intl))
    if (typeof Intl[name] === 'function' && Intl[name].prototype)
      found.push([`Intl.${String(name)}`, Intl[name].prototype]);
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

/** Node's own modules that moved code uses, with what hangs on them. */
function* parts(modules) {
  for (const name of modules) {
    const some = require(name);
    yield some;
    for (const key of ownKeys(some)) {
      const own = getOwnPropertyDescriptor(some, key);
      if (typeof own.value === 'function' && own.value.prototype) yield own.value.prototype;
    }
    if (typeof some.inspect === 'function') yield some.inspect.defaultOptions;
    if (typeof some.inspect === 'function') yield some.inspect.styles;
  }
}

/**
 * Remember the built-ins of this thread, and Node's modules of these names; the returned
 * function tells whether they are still the same ones. It looks at one slice of them per
 * call, at all when asked to.
 */
function watch(modules = []) {
  const names = [...HOLDERS, ...SPACES, ...GLOBALS].filter((name) => name in globalThis);
  const kept = [{ holder: globalThis, values: names.flatMap((name) => [name, globalThis[name]]) }];
  kept[0].accessors = [];
  kept[0].count = -1;
  for (const [, holder] of objects()) if (holder) kept.push(contents(holder));
  for (const holder of parts(modules)) kept.push(contents(holder));
  let turn = 0;
  return (all = false) => {
    turn = (turn + 1) % kept.length;
    const count = all ? kept.length : CORE;
    for (let i = 0; i < count; i++) if (!isSame(kept[i])) return false;
    return isSame(kept[turn]);
  };
}

/** What an object holds: its values, and the functions of its accessors. */
function contents(holder) {
  const values = [];
  const accessors = [];
  for (const key of ownKeys(holder)) {
    if (OURS.has(key)) continue;
    const { get, set, value } = getOwnPropertyDescriptor(holder, key);
    if (get === undefined && set === undefined) values.push(key, value);
    else accessors.push(key, get, set);
  }
  return { holder, values, accessors, count: ownKeys(holder).length };
}

/** Globals, then Object, Function, Array and String: patched most often. */
const CORE = 9;

function isSame({ holder, values, accessors, count }) {
  // Plain loops: what is looked for may have replaced what a method would call.
  for (let i = 0; i < values.length; i += 2) {
    const now = holder[values[i]];
    if (now !== values[i + 1] && now === now) return false;
  }
  for (let i = 0; i < accessors.length; i += 3) {
    const now = getOwnPropertyDescriptor(holder, accessors[i]);
    if (now === undefined || now.get !== accessors[i + 1] || now.set !== accessors[i + 2])
      return false;
  }
  return count < 0 || ownKeys(holder).length === count;
}

module.exports = { fingerprint, watch };
