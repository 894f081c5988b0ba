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

const OWN = new Set(['length', 'name', 'prototype', 'arguments', 'caller']);

/** Dress `stand` as `original`; `listening` when an emitter holds it. */
function dress(stand, original, listening) {
  for (const key of ['name', 'length']) {
    const found = getOwnPropertyDescriptor(original, key);
    if (found === undefined) delete stand[key];
    else defineProperty(stand, key, found);
  }
  const prototype = getOwnPropertyDescriptor(original, 'prototype');
  const mine = getOwnPropertyDescriptor(stand, 'prototype');
  if (prototype !== undefined && mine !== undefined) {
    defineProperty(stand, 'prototype', { ...mine, value: prototype.value });
  }
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

module.exports = { dress, herald };
