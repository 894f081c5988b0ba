'use strict';
/**
 * What may travel between threads, and how it arrives unchanged.
 *
 * In: a graph of values. Out: a survey of it (or the reason why it must stay), the
 * repairs that make up for what structured clone flattens, and the numbering of its
 * objects by which both threads mean the same one. Calls no getter, no trap.
 */
const { types, isDeepStrictEqual } = require('util');
const { complete } = require('./stack.js');
const { getPrototypeOf, setPrototypeOf, ownKeys, isExtensible, apply } = Reflect;
const { getOwnPropertyDescriptor, defineProperty, freeze, isFrozen } = Object;
const { slice } = Array.prototype;
const { subarray } = getPrototypeOf(Uint8Array.prototype);
const mapForEach = Map.prototype.forEach;
const setForEach = Set.prototype.forEach;

const SMALL = 64;
const LONGEST = 50_000_000;
const ERRORS = new Map(
  [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError].map(
    (made) => [made.prototype, made.name],
  ),
);
const ERROR_PROTOTYPES = new Map([...ERRORS].map(([prototype, name]) => [name, prototype]));
const VIEWS = new Set(
  [Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array]
    .concat(Uint32Array, Float32Array, Float64Array, BigInt64Array, BigUint64Array)
    .concat(DataView, Buffer)
    .map((made) => made.prototype),
);

const COLLECTIONS = new Set(
  [Map, Set, Date, RegExp, ArrayBuffer].map((made) => made.prototype),
);

/**
 * Walk graphs of values; `reason` is empty when all of it may travel.
 *
 * `known` numbers objects that the other thread has already: they are noted in
 * `met` and not entered, unless `changed` holds them.
 */
class Survey {
  constructor(known = null, changed = null) {
    this.reason = '';
    this.nodes = new Map();
    this.repairs = [];
    this.bytes = 0;
    this.met = [];
    this.known = known;
    this.changed = changed;
    this.pending = [];
  }

  /** Add one more root; return whether everything so far may travel. */
  add(value) {
    this.value(value);
    while (this.pending.length > 0 && this.reason === '') this.enter(this.pending.pop());
    return this.reason === '';
  }

  value(value) {
    switch (typeof value) {
      case 'string':
        this.bytes += value.length;
        return;
      case 'object':
        if (value !== null) this.object(value);
        return;
      case 'function':
      case 'symbol':
        this.reason = `a ${typeof value}`;
        return;
      default:
        this.bytes += 8;
    }
  }

  object(value) {
    if (this.nodes.has(value)) return;
    this.nodes.set(value, this.nodes.size);
    this.bytes += 16;
    const number = this.known === null ? undefined : this.known.get(value);
    if (number !== undefined) {
      this.met.push([number, value]);
      if (!this.changed.has(value)) return;
    }
    this.pending.push(value);
  }

  enter(value) {
    if (types.isProxy(value)) return this.refuse('a Proxy');
    const prototype = getPrototypeOf(value);
    if (Array.isArray(value)) {
      if (prototype !== Array.prototype) return this.refuse('a subclass of Array');
      return this.array(value);
    }
    if (prototype === Object.prototype || prototype === null) {
      if (prototype === null) this.repairs.push(['null', value]);
      return this.plain(value);
    }
    if (VIEWS.has(prototype)) return this.view(value, prototype);
    if (ERRORS.has(prototype)) return this.error(value, ERRORS.get(prototype));
    return this.collection(value, prototype);
  }

  refuse(reason) {
    this.reason = reason;
  }

  plain(value) {
    if (types.isArgumentsObject(value) || types.isExternal(value) || types.isBoxedPrimitive(value))
      return this.refuse('an exotic object');
    this.properties(value, ownKeys(value), false);
  }

  array(value) {
    const { length } = value;
    if (length <= SMALL) return this.properties(value, ownKeys(value), true);
    if (length > LONGEST) return this.refuse('a sparse array');
    if (!isExtensible(value) || !isDeepStrictEqual(value, apply(slice, value, [])))
      return this.refuse('a long array with properties');
    for (let i = 0; i < length; i++) this.value(value[i]);
  }

  /** Own data properties only: what a getter would say is not ours to ask. */
  properties(value, keys, isArray) {
    let frozen = false;
    if (!isExtensible(value)) {
      if (!isFrozen(value)) return this.refuse('a sealed object');
      frozen = true;
    }
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i];
      if (typeof key === 'symbol') return this.refuse('a symbol key');
      if (isArray && key === 'length') continue;
      const own = getOwnPropertyDescriptor(value, key);
      if (own.get !== undefined || own.set !== undefined) return this.refuse('a getter');
      if (!own.enumerable || own.writable === frozen || own.configurable === frozen)
        return this.refuse('a guarded property');
      this.bytes += key.length;
      this.value(own.value);
    }
    if (frozen) this.repairs.push(['frozen', value]);
  }

  view(value, prototype) {
    const { length = 0, byteLength, buffer } = value;
    if (!types.isArrayBuffer(buffer) || buffer.resizable) return this.refuse('shared memory');
    this.bytes += byteLength;
    if (prototype !== DataView.prototype && length > SMALL) {
      if (!isDeepStrictEqual(value, apply(subarray, value, [])))
        return this.refuse('a typed array with properties');
    } else if (ownKeys(value).length !== length) {
      return this.refuse('a typed array with properties');
    }
    if (prototype === Buffer.prototype) this.repairs.push(['buffer', value]);
  }

  error(value, name) {
    if (!types.isNativeError(value)) return this.refuse('an exotic object');
    if (!isExtensible(value)) return this.refuse('a sealed object');
    const own = [];
    for (const key of ownKeys(value)) {
      if (typeof key === 'symbol') return this.refuse('a symbol key');
      if (key === 'stack') continue;
      const { get, set, value: held, enumerable } = getOwnPropertyDescriptor(value, key);
      if (get !== undefined || set !== undefined) return this.refuse('a getter');
      own.push([key, held, enumerable]);
    }
    for (const [, held] of own) this.value(held);
    const text = String(value.stack);
    this.repairs.push(['error', value, name, own, text, complete.has(value)]);
  }

  collection(value, prototype) {
    if (!COLLECTIONS.has(prototype)) return this.refuse(`an instance of ${nameOf(prototype)}`);
    const isRegExp = prototype === RegExp.prototype && types.isRegExp(value);
    if (ownKeys(value).length !== (isRegExp ? 1 : 0) || !isExtensible(value))
      return this.refuse('an object with properties of its own');
    if (prototype === Map.prototype && types.isMap(value)) {
      apply(mapForEach, value, [
        (held, key) => {
          this.value(key);
          this.value(held);
        },
      ]);
    } else if (prototype === Set.prototype && types.isSet(value)) {
      apply(setForEach, value, [(held) => this.value(held)]);
    } else if (isRegExp) {
      if (value.lastIndex !== 0) this.repairs.push(['regexp', value, value.lastIndex]);
    } else if (prototype === ArrayBuffer.prototype && types.isArrayBuffer(value)) {
      if (value.resizable) return this.refuse('a resizable buffer');
      this.bytes += value.byteLength;
    } else if (!(prototype === Date.prototype && types.isDate(value))) {
      this.refuse('an exotic object');
    }
  }
}

function nameOf(prototype) {
  const made = getOwnPropertyDescriptor(prototype, 'constructor');
  return made && typeof made.value === 'function' ? made.value.name : 'a class';
}

/** Make up, on arrival, for what structured clone flattened; returns the errors. */
function repair(repairs) {
  const errors = [];
  for (const [kind, value, ...rest] of repairs) {
    if (kind === 'null') setPrototypeOf(value, null);
    else if (kind === 'buffer') setPrototypeOf(value, Buffer.prototype);
    else if (kind === 'regexp') value.lastIndex = rest[0];
    else if (kind === 'error') errors.push(repairError(value, ...rest));
  }
  return errors;
}

/** The last repair: nothing can be written to these any more. */
function freezeAgain(repairs, own = (value) => value) {
  for (const [kind, value] of repairs) if (kind === 'frozen') freeze(own(value));
}

function repairError(error, name, own, stack) {
  setPrototypeOf(error, ERROR_PROTOTYPES.get(name));
  for (const key of ownKeys(error)) if (key !== 'stack') delete error[key];
  for (const [key, value, enumerable] of own)
    defineProperty(error, key, { value, enumerable, writable: true, configurable: true });
  setStack(error, stack);
  return error;
}

/** Give an error the stack text that it would have had. */
function setStack(error, stack) {
  const own = getOwnPropertyDescriptor(error, 'stack');
  // Since Node 21 an accessor, whose setter keeps it one.
  if (own !== undefined && own.set !== undefined) error.stack = stack;
  else defineProperty(error, 'stack', { value: stack, writable: true, configurable: true });
}

module.exports = { Survey, repair, freezeAgain, setStack };
