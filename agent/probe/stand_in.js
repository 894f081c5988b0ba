'use strict';
/**
 * Make one function look like another: what a stand-in must have so that the app cannot
 * tell, and stand-ins that only say when they are called.
 *
 * In: the original. Out: a function with the name, length, own properties, prototype and
 * `toString` of the original. A mask is a Proxy of the original, so whatever the app sees
 * or sets is the original's; it costs 30 ns a call. A twin that has nothing of its own is
 * dressed instead: no frame of ours stands between it and its caller.
 */

const {
  apply, construct, defineProperty, get, getOwnPropertyDescriptor, getPrototypeOf,
  isExtensible, ownKeys, setPrototypeOf, textOf,
} = require('./natives.js');
const { OUTCOME } = require('./abi.js');
const { loose } = require('./loose.js');

const USUAL = new Set(['length', 'name', 'prototype', 'arguments', 'caller']);
const toText = Function.prototype.toString;

/** What to put in the place of `original`; `listening` when an emitter holds it. */
function dress(stand, original, listening) {
  if (!plain(stand, original)) {
    return mask(original, listening, (self, args) => apply(stand, self, args));
  }
  for (const key of ['name', 'length']) {
    const found = getOwnPropertyDescriptor(original, key);
    if (found === undefined) delete stand[key];
    else defineProperty(stand, key, found);
  }
  const prototype = getOwnPropertyDescriptor(original, 'prototype');
  // The one of a generator function has other flags than that of a function.
  if (prototype !== undefined) defineProperty(stand, 'prototype', prototype);
  setPrototypeOf(stand, between(original, listening));
  return stand;
}

/** Has the original nothing but what every function of its kind has? */
function plain(stand, original) {
  const [mine, its] = [ownKeys(stand), ownKeys(original)];
  if (its.at(-1) === 'prototype' && !mine.includes('prototype')) mine.push('prototype');
  return isExtensible(original) && mine.length === its.length &&
    its.every((key, i) => USUAL.has(key) && mine[i] === key);
}

/** Own keys are counted by apps; what must be there besides is inherited. */
function between(original, listening) {
  const answers = { __proto__: getPrototypeOf(original) };
  const add = (key, value) => defineProperty(answers, key, { value, writable: true, configurable: true });
  if (original.toString === toText) add('toString', texter(original));
  // EventEmitter compares this when a listener is removed.
  if (listening) add('listener', original);
  return answers;
}

function texter(original) {
  return { toString: () => textOf(original) }.toString;
}

/**
 * A Proxy of `original` that runs `call(self, args)` instead, and `construct`, where it is
 * given, instead of a `new`.
 */
function mask(original, listening, call, build = construct) {
  const text = texter(original);
  const masked = new Proxy(original, {
    __proto__: null,
    apply: (_, self, args) => call(self, args),
    construct: (_, args, target) => build(original, args, target === masked ? original : target),
    get(_, key, receiver) {
      const value = get(original, key, receiver === masked ? original : receiver);
      if (key !== 'toString' && key !== 'listener') return value;
      if (getOwnPropertyDescriptor(original, key) !== undefined) return value;
      if (value === toText) return text;
      return value === undefined && listening ? original : value;
    },
  });
  return masked;
}

/** A function that calls `before()` and then does what the original does. */
function herald(original, listening, before) {
  const called = (self, args) => {
    before();
    return apply(original, self, args);
  };
  return mask(original, listening, called, (_, args, target) => {
    before();
    return construct(original, args, target);
  });
}

/**
 * A function that does what the original does, and asks `gate` whether to tell of it.
 * One frame; what is thrown passes through as it was thrown.
 */
function watcher(original, gate) {
  if (!constructs(original)) return method(original, gate);
  // Only a sloppy function has properties `caller` and `arguments` of its own.
  const sloppy = getOwnPropertyDescriptor(original, 'caller') !== undefined;
  return sloppy ? loose(original, gate) : strict(original, gate);
}

function constructs(fn) {
  try {
    construct(Object, [], fn);
    return true;
  } catch {
    return false;
  }
}

function method(original, gate) {
  return {
    watched() {
      const run = gate.open(original);
      if (run === 0) return apply(original, this, arguments);
      let outcome = OUTCOME.throw;
      let value;
      try {
        value = apply(original, this, arguments);
        outcome = OUTCOME.value;
        return value;
      } finally {
        gate.close(run, outcome, value);
      }
    },
  }.watched;
}

/** As `loose` of loose.js, which says why the body stands twice. */
function strict(original, gate) {
  return function watched() {
    const made = new.target === watched ? original : new.target;
    const run = gate.open(original);
    if (run === 0) return made === undefined ? apply(original, this, arguments) : construct(original, arguments, made);
    let outcome = OUTCOME.throw;
    let value;
    try {
      value = made === undefined ? apply(original, this, arguments) : construct(original, arguments, made);
      outcome = OUTCOME.value;
      return value;
    } finally {
      gate.close(run, outcome, value);
    }
  };
}

module.exports = { dress, herald, mask, watcher };
