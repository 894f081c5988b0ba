'use strict';
/**
 * Code that a built-in function runs beside what its row says, because its receiver or an
 * argument has methods of its own: iterators, `toString`, a species, `then`.
 *
 * In: a call that is about to be made, and its entry. Out: OPAQUE where such a method
 * neither reports what it does nor is the language's own. Looks at data alone.
 */

const { EVENT } = require('./abi.js');
const { silent } = require('./accessors.js');
const { entryOf } = require('./known.js');
const { told } = require('./returned.js');
const {
  builtin, getOwnPropertyDescriptor, getPrototypeOf, hasOwn, inherited, isObject, own, textOf, types,
} = require('./natives.js');

const { Buffer } = builtin('buffer');
const MOST = 1000;
const COERCIONS = [Symbol.toPrimitive, 'toString', 'valueOf'];
const PATTERNS = [Symbol.match, Symbol.matchAll, Symbol.replace, Symbol.search, Symbol.split];
const SPECIES = 'function get [Symbol.species]() { [native code] }';

/** May a method run without a word? Those of the language are in the table. */
function unheard(fn) {
  return typeof fn === 'function' && !silent(fn) && entryOf(fn).kind !== 'known';
}

/** May making a text or a number of this run what nobody reports? */
function coerces(value, depth = 3) {
  if (!isObject(value)) return false;
  if (types.isProxy(value) || depth === 0) return true;
  for (const key of COERCIONS) if (unheard(inherited(value, key))) return true;
  return Array.isArray(value) && joins(value, depth);
}

function joins(list, depth) {
  if (unheard(inherited(list, 'join')) || list.length > MOST) return true;
  for (let i = 0; i < list.length; i += 1) if (coerces(own(list, i), depth - 1)) return true;
  return false;
}

/** Is what an array's methods make anything but a new array? */
function species(self) {
  if (!isObject(self)) return false;
  if (types.isProxy(self)) return true;
  if (!Array.isArray(self) && !types.isTypedArray(self)) return false;
  const made = inherited(self, 'constructor');
  if (made === undefined || made === Buffer) return false;
  if (typeof made !== 'function' || entryOf(made).kind !== 'known') return true;
  for (let at = made; isObject(at) && !types.isProxy(at); at = getPrototypeOf(at)) {
    const found = getOwnPropertyDescriptor(at, Symbol.species);
    if (found !== undefined) return hasOwn(found, 'value') || textOf(found.get) !== SPECIES;
  }
  return true;
}

/** Is a promise asked to wait for something that has a `then` of its own? */
function waits(value) {
  return isObject(value) && (types.isProxy(value) || unheard(inherited(value, 'then')));
}

const CHECKS = {
  /** Arguments become texts or numbers. */
  c: ({ args }) => args.some((one) => coerces(one)),
  /** The same, of a text's own methods, which leave it to a pattern's. */
  p: ({ args }) => args.some((one) => isObject(one) && !types.isRegExp(one) &&
    (coerces(one) || PATTERNS.some((key) => isObject(inherited(one, key)) && !silent(inherited(one, key))))),
  /** Elements of the receiver become texts. */
  j: ({ self }) => Array.isArray(self) && (types.isProxy(self) || joins(self, 3)),
  s: ({ self }) => species(self),
  /** The receiver makes what is returned. */
  b: ({ self }) => typeof self === 'function' && entryOf(self).kind !== 'known',
  /** The argument is asked as if it were a Set. */
  h: ({ args }) => isObject(args[0]) && !types.isSet(args[0]) && !types.isMap(args[0]),
  /** The receiver's `toISOString` is called. */
  d: ({ self }) => isObject(self) && (types.isProxy(self) || unheard(inherited(self, 'toISOString'))),
  t: ({ args }) => waits(args[0]),
};

/** Say what a call may run beside what its row says; `items` tells of an iteration. */
function implied(tracer, call, entry, items) {
  for (const letter of entry.checks) {
    if (letter === 'i') iterated(tracer, call, items, entry);
    else if (letter === 'x') stepped(tracer, call);
    else if (letter === 'g') got(tracer, call);
    else if (letter === 'a') alike(tracer, call, entry);
    else if (CHECKS[letter](call)) tracer.unseen(call.activation, call.site, call.text);
  }
}

/** The first argument is iterated; the `then` of what it holds may be called. */
function iterated(tracer, call, items, entry) {
  const from = call.args[0];
  if (!isObject(from)) return;
  items(tracer, call, from, Symbol.iterator);
  if (!entry.checks.includes('t') || !Array.isArray(from)) return;
  for (let i = 0; i < from.length && i < MOST; i += 1) {
    if (waits(own(from, i))) tracer.unseen(call.activation, call.site, call.text);
  }
}

/** The receiver is asked for its next item. */
function stepped(tracer, { activation, site, self, text }) {
  if (!isObject(self)) return;
  const next = types.isProxy(self) ? undefined : inherited(self, 'next');
  const from = isObject(next) && entryOf(next).rule === 'generator' && !told.has(self);
  if (typeof next !== 'function' || from || unheard(next)) tracer.unseen(activation, site, text);
}

/** The property of the first argument that the second one names is read. */
function got(tracer, { activation, site, args }) {
  if (isObject(args[0])) tracer.accessors.used(EVENT.READ, activation, site, args[0], args[1]);
}

/** What an iteration that traced code began was given: does its every method report? */
function stepper(tracer, { activation, site }, iterator) {
  let heard = isObject(iterator) && !types.isProxy(iterator);
  for (const key of heard ? ['next', 'return', 'throw'] : []) {
    const method = inherited(iterator, key);
    if (typeof method !== 'function') heard = heard && key !== 'next';
    else if (unheard(method) || (entryOf(method).rule === 'generator' && !told.has(iterator))) heard = false;
  }
  if (!heard) tracer.unseen(activation, site, 'an iterator of others');
}

/** A method of arrays on something else: its length is a property, its items may be accessors. */
function alike(tracer, call, entry) {
  const { activation, site, self, text } = call;
  if (!isObject(self) || Array.isArray(self) || types.isTypedArray(self)) return;
  if (types.isProxy(self)) {
    tracer.unseen(activation, site, text);
    return;
  }
  tracer.accessors.all(activation, site, self, MOST, true);
  const base = tracer.cells.base(self);
  if (base === 0) return;
  const cell = tracer.cells.place(base, self, 'length');
  tracer.effect(EVENT.READ, activation, site, cell, self);
  if (entry.writes.length > 0) tracer.effect(EVENT.WRITE, activation, site, cell, self);
}

module.exports = { implied, stepper };
