'use strict';
/**
 * Make one function look like another: what a stand-in must have so that the app cannot
 * tell, and a stand-in that only says when it is called.
 *
 * In: the original. Out: name, length, own properties, prototype and `toString` of the
 * original on the other function.
 */

const {
  apply, construct, defineProperty, getOwnPropertyDescriptor, getPrototypeOf, ownKeys,
  setPrototypeOf, textOf,
} = require('./natives.js');

const { OUTCOME } = require('./abi.js');
const { loose } = require('./loose.js');

const OWN = new Set(['length', 'name', 'prototype', 'arguments', 'caller']);

/** Dress `stand` as `original`; `listening` when an emitter holds it. */
function dress(stand, original, listening) {
  for (const key of ['name', 'length']) {
    const found = getOwnPropertyDescriptor(original, key);
    if (found === undefined) delete stand[key];
    else defineProperty(stand, key, found);
  }
  const prototype = getOwnPropertyDescriptor(original, 'prototype');
  // The one of a generator function or a class has other flags than that of a function.
  if (prototype !== undefined) defineProperty(stand, 'prototype', prototype);
  for (const key of ownKeys(original)) {
    if (!OWN.has(key)) forward(stand, original, key);
  }
  if (getPrototypeOf(stand) !== getPrototypeOf(original)) {
    setPrototypeOf(stand, getPrototypeOf(original));
  }
  add(stand, original, 'toString', () => textOf(original));
  // EventEmitter compares this when a listener is removed.
  if (listening) add(stand, original, 'listener', original);
}

/** What is set on the one is seen on the other. */
function forward(stand, original, key) {
  const found = getOwnPropertyDescriptor(original, key);
  if (!('value' in found)) {
    defineProperty(stand, key, { ...found, configurable: true });
    return;
  }
  defineProperty(stand, key, {
    get: () => original[key],
    set: (value) => {
      original[key] = value;
    },
    enumerable: found.enumerable,
    configurable: true,
  });
}

function add(stand, original, key, value) {
  if (getOwnPropertyDescriptor(original, key) !== undefined) return;
  defineProperty(stand, key, { value, writable: true, configurable: true, enumerable: false });
}

/** A function that calls `before()` and then does what the original does. */
function herald(original, before) {
  const constructs = getOwnPropertyDescriptor(original, 'prototype') !== undefined;
  if (!constructs) {
    return {
      herald(...args) {
        before();
        return apply(original, this, args);
      },
    }.herald;
  }
  return function herald(...args) {
    before();
    if (new.target === undefined) return apply(original, this, args);
    return construct(original, args, new.target);
  };
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

module.exports = { dress, herald, watcher };
