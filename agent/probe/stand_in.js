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
  CALLS, construct, defineProperty, get, getOwnPropertyDescriptor, getPrototypeOf,
  isExtensible, ownKeys, setPrototypeOf, textOf,
} = require('./natives.js');
const { OUTCOME } = require('./abi.js');
const { loose } = require('./loose.js');
const { announced, instead, mask: makeMask, texter } = require('./masks.js');
const { method, strict } = require('./strict.js');

const USUAL = new Set(['length', 'name', 'prototype', 'arguments', 'caller']);
const toText = globalThis.Function.prototype.toString; // the app's
const WATCHING = { ...CALLS, OUTCOME };

/** What to put in the place of `original`; `listening` when an emitter holds it. */
function dress(stand, original, listening) {
  if (!plain(stand, original)) {
    return mask(original, listening, instead(stand, CALLS));
  }
  for (const key of ['name', 'length']) {
    const found = getOwnPropertyDescriptor(original, key);
    if (found === undefined) delete stand[key];
    else defineProperty(stand, key, { ...found });
  }
  const prototype = getOwnPropertyDescriptor(original, 'prototype');
  // The one of a generator function has other flags than that of a function.
  if (prototype !== undefined) defineProperty(stand, 'prototype', { ...prototype });
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
  if (original.toString === toText) add('toString', texter(original, textOf));
  // EventEmitter compares this when a listener is removed.
  if (listening) add('listener', original);
  return answers;
}

/** A Proxy of `original` that runs `call(self, args)` instead, and `build` instead of a `new`. */
function mask(original, listening, { call, build }) {
  const text = texter(original, textOf);
  return makeMask(original, { call, build, text, toText, listening, get, getOwnPropertyDescriptor, Proxy });
}

/** A function that calls `before()` and then does what the original does. */
function herald(original, listening, before) {
  return mask(original, listening, announced(original, before, CALLS));
}

/**
 * A function that does what the original does, and asks `gate` whether to tell of it.
 * One frame; what is thrown passes through as it was thrown.
 */
function watcher(original, gate) {
  if (!constructs(original)) return method(original, gate, WATCHING);
  // Only a sloppy function has properties `caller` and `arguments` of its own.
  const sloppy = getOwnPropertyDescriptor(original, 'caller') !== undefined;
  return sloppy ? loose(original, gate, WATCHING) : strict(original, gate, WATCHING);
}

function constructs(fn) {
  try {
    construct(Object, [], fn);
    return true;
  } catch {
    return false;
  }
}

module.exports = { dress, herald, mask, watcher };
