'use strict';
/**
 * What a native function does to its receiver and arguments, where that is known.
 *
 * In: a call that traced code is about to make. Out: READ and WRITE records for the
 * methods of arrays, Maps and Sets; OPAQUE for any other native call that is given
 * something which others can reach.
 */

const { EVENT } = require('./abi.js');
const { getOwnPropertyDescriptor, isObject, ownKeys, textOf } = require('./natives.js');

const WRITES = 1;
const READS = 2;
const NOTHING = 3;
const OTHER = 4;
const JAVASCRIPT = 5;

const table = new WeakMap();
const names = {
  [WRITES]: {
    Array: 'push pop shift unshift splice sort reverse fill copyWithin',
    Map: 'set delete clear',
    Set: 'add delete clear',
  },
  [READS]: {
    Array: `at concat entries every filter find findIndex findLast findLastIndex flat flatMap
      forEach includes indexOf join keys lastIndexOf map reduce reduceRight slice some values`,
    Map: 'get has forEach entries keys values',
    Set: 'has forEach entries keys values',
  },
};

for (const [effect, classes] of Object.entries(names)) {
  for (const [name, methods] of Object.entries(classes)) {
    for (const method of methods.split(/\s+/)) {
      const fn = globalThis[name].prototype[method];
      if (typeof fn === 'function') table.set(fn, Number(effect));
    }
  }
}
for (const holder of [Math, Number, Number.prototype, String, String.prototype, BigInt,
  RegExp.prototype, Date.prototype, Boolean, Symbol]) {
  for (const key of ownKeys(holder)) {
    const found = getOwnPropertyDescriptor(holder, key);
    if (typeof found.value === 'function') table.set(found.value, NOTHING);
  }
}
for (const fn of [Array.isArray, Number, String, Boolean, Object.is, parseInt, parseFloat, isNaN,
  isFinite, encodeURIComponent, decodeURIComponent, encodeURI, decodeURI]) {
  table.set(fn, NOTHING);
}

function effectOf(callee) {
  let effect = table.get(callee);
  if (effect === undefined) {
    effect = textOf(callee).endsWith('{ [native code] }') ? OTHER : JAVASCRIPT;
    table.set(callee, effect);
  }
  return effect;
}

/** Report what this native call does; calls of JavaScript are not opaque. */
function natives(tracer, activation, site, callee, self, args, text) {
  const effect = effectOf(callee);
  if (effect === JAVASCRIPT || effect === NOTHING) return;
  const { cells } = tracer;
  const base = isObject(self) ? cells.of(self) : 0;
  if (effect === OTHER) {
    let reached = base !== 0;
    for (let i = 0; i < args.length && i < 16; i += 1) reached = reached || cells.of(args[i]) !== 0;
    if (reached) tracer.opaque(activation, site, text);
    return;
  }
  if (base === 0) return;
  const cell = cells.child(base, 0);
  tracer.effect(effect === WRITES ? EVENT.WRITE : EVENT.READ, activation, site, cell);
  if (effect !== WRITES) return;
  for (let i = 0; i < args.length && i < 16; i += 1) cells.call(args[i], cell);
}

module.exports = { natives };
