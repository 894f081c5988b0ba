'use strict';
/**
 * Getters and setters that nobody sees run: a property of an object may be a function.
 *
 * In: an object and a key as traced code uses them. Out: OPAQUE for an accessor that does
 * not report what it does, WRITE for what those of Node leave behind. Looks at descriptors
 * and prototypes alone, and at no more of a Proxy than that it is one.
 */

const { EVENT } = require('./abi.js');
const { sources } = require('./builtins.js');
const { entryOf } = require('./known.js');
const {
  getOwnPropertyDescriptor, getPrototypeOf, hasOwn, isObject, own, ownKeys, textOf, types,
} = require('./natives.js');
const { bounds } = require('./returned.js');
const { GETTERS } = require('./table.js');

const DEEPEST = 50; // prototypes
const NATIVE = /^function [gs]et (?:\w|\[Symbol\.\w+\]|\$)+\(\) \{ \[native code\] \}$/;
const PRIMITIVES = { __proto__: null, string: 'String', number: 'Number', boolean: 'Boolean', symbol: 'Symbol', bigint: 'BigInt' };
const SILENT = { loud: false, fills: '' };
const LOUD = { loud: true, fills: '' };
const judged = new WeakMap(); // of Node's
const filled = new WeakMap(); // object -> what its getters have left there
let files; // of Node's own texts

/** Does a function report what it does, or do nothing? A bound one is what it is bound to. */
function silent(fn) {
  let entry = entryOf(fn);
  if (entry.kind === 'native') {
    const bound = bounds.get(fn);
    if (bound !== undefined && typeof bound.target === 'function') entry = entryOf(bound.target);
  }
  return entry.kind === 'traced' || entry.pure;
}

/** Of an export that is not initialised yet there is none to be had. */
function descriptor(object, key) {
  try {
    return getOwnPropertyDescriptor(object, key);
  } catch {
    return undefined;
  }
}

/** The getters of Node that only look, or leave no more than one property behind. */
function judge(fn, key, writes) {
  let verdict = judged.get(fn);
  if (verdict === undefined) {
    const text = textOf(fn);
    verdict = NATIVE.test(text) ? SILENT : ofNode(text, key, writes);
    judged.set(fn, verdict);
  }
  return verdict;
}

function ofNode(text, key, writes) {
  for (const [file, fills, names] of GETTERS) {
    if (typeof key !== 'string' || (writes && fills === '') || !names.split(/\s+/).includes(key)) continue;
    if (files === undefined) files = sources();
    const source = files === null ? undefined : own(files, file);
    if (typeof source !== 'string' || text.length < 20 || !source.includes(text)) continue;
    return fills === '' ? SILENT : { loud: false, fills };
  }
  return LOUD;
}

class Accessors {
  constructor(tracer) {
    this.tracer = tracer;
    this.prototypes = { __proto__: null };
  }

  /** Traced code reads or writes this property: does that run what nobody reports? */
  used(code, activation, site, object, key) {
    if (types.isProxy(object)) this.tracer.unseen(activation, site, 'Proxy');
    else this.along(code, activation, site, object, key);
  }

  /** The same of what is no Proxy. */
  along(code, activation, site, object, key) {
    if (key === null || typeof key === 'object' || typeof key === 'function') return;
    let at = object;
    for (let depth = 0; depth < DEEPEST; depth += 1) {
      const found = descriptor(at, key);
      if (found !== undefined) {
        if (!hasOwn(found, 'value')) this.found(code, activation, site, object, key, found);
        return;
      }
      at = getPrototypeOf(at);
      if (at === null) return;
      if (types.isProxy(at)) break;
    }
    this.tracer.unseen(activation, site, 'Proxy');
  }

  found(code, activation, site, object, key, { get, set }) {
    const fn = code === EVENT.READ ? get : set;
    if (fn === undefined || silent(fn)) return;
    const { loud, fills } = judge(fn, key, code === EVENT.WRITE);
    if (loud) this.tracer.unseen(activation, site, `${code === EVENT.READ ? 'get' : 'set'} ${String(key)}`);
    else if (fills !== '') this.fills(activation, site, object, fills, code);
  }

  /** A getter that makes something when it is first asked; one that was asked has made it. */
  fills(activation, site, object, key, code) {
    const { cells } = this.tracer;
    const base = cells.base(object);
    const before = filled.get(object) || '';
    const again = code === EVENT.READ && before.includes(`${key} `);
    if (!again) filled.set(object, `${before}${key} `);
    if (base !== 0) this.tracer.effect(again ? EVENT.READ : EVENT.WRITE, activation, site, cells.child(base, key), object, cells.item(key));
  }

  /** A property of a text or a number is one of its prototype. */
  primitive(code, activation, site, value, key) {
    if (typeof key === 'number' || (key === 'length' && typeof value === 'string')) return;
    const prototype = this.prototypeOf(typeof value);
    if (prototype !== null) this.used(code, activation, site, prototype, key);
  }

  prototypeOf(kind) {
    let found = this.prototypes[kind];
    if (found === undefined) {
      const name = PRIMITIVES[kind] || '';
      const build = own(globalThis, name);
      const itself = isObject(build) && textOf(build) === `function ${name}() { [native code] }`;
      found = this.prototypes[kind] = itself ? own(build, 'prototype') : null;
    }
    return found;
  }

  /** Every own property of an object is read; also those that no copy of it would have? */
  all(activation, site, object, most, hidden = false) {
    if (types.isProxy(object)) return;
    const keys = ownKeys(object);
    for (let i = 0; i < keys.length && i < most; i += 1) {
      const found = descriptor(object, keys[i]);
      if (found !== undefined && !hasOwn(found, 'value') && (hidden || found.enumerable)) {
        this.found(EVENT.READ, activation, site, object, keys[i], found);
      }
    }
  }
}

module.exports = { Accessors, silent };
