'use strict';
/**
 * Names for what a call returned of others.
 *
 * In: a call that effects.js has reported, and its value. Out: every object in it that
 * was there before has a name from here on; what the call itself made stays without one.
 */

const { CELL_KIND } = require('./abi.js');
const { harmless, isPromise } = require('./known.js');
const { apply, isObject, mine, own, ownKeys, types } = require('./natives.js');
const { redactKey, redactValues } = require('./redact.js');

const { forEach: mapEach } = Map.prototype;
const { forEach: setEach } = Set.prototype;
const MOST_ITEMS = 1000;
const MOST_NAMES = 2000;
const LONGEST = 60; // units of a name
const clean = new Map(); // texts without what looks secret
const told = new WeakSet(); // generators whose body reports
const bounds = new WeakMap(); // bound functions
const iterators = new WeakSet(); // what they hand out has names

/** Whom a bound function calls. */
function unbound(fn) {
  let found = fn;
  for (let i = 0; i < 5; i += 1) {
    const bound = bounds.get(found);
    if (bound === undefined || typeof bound.target !== 'function') break;
    found = bound.target;
  }
  return found;
}

/** A call returned: what it returned of others has a name from here on. */
function after(tracer, call, value) {
  const { entry } = call;
  if (!isObject(value)) return;
  const { cells } = tracer;
  const { rule } = entry;
  if (rule === 'makes') told.add(value);
  else if (rule === 'resolvers' && isPromise(call.self)) {
    for (const key of ['resolve', 'reject']) harmless(own(value, key));
  }
  if (rule === 'bind') bounds.set(value, entry.bound);
  if (entry.kind !== 'known') {
    if (entry.kind !== 'traced' || call.gated) tracer.touches.came(call.activation, call.site, `${call.text}()`, value);
    return;
  }
  if (entry.result === '') return;
  const from = entry.result.endsWith('0') ? call.args[0] : call.self;
  const base = cells.base(from);
  NAMING[entry.result](tracer, call, value, { from, base, cell: base === 0 ? 0 : cells.place(base, from, 0) });
}

/** By what a row says of the result. */
const NAMING = {
  i({ cells }, call, value, { from, cell }) {
    if (cell === 0 || filled(cells, from, cell)) iterators.add(value);
    cells.call(value, cell);
  },
  e({ cells }, call, value, { cell }) {
    if (!call.args.includes(value)) cells.call(value, cell);
  },
  e0({ cells }, call, value, { from, base }) {
    if (base !== 0) cells.call(value, cells.place(base, from, call.args[1]));
  },
  a({ cells }, call, value, { base }) {
    cells.call(value, base);
  },
  c({ cells }, call, value, { cell }) {
    let source = cell;
    for (let i = 0; source === 0 && i < call.args.length; i += 1) {
      const base = cells.base(call.args[i]); // of `[a].concat(b)` the elements may be b's
      if (base !== 0) source = cells.place(base, call.args[i], 0);
    }
    if (source !== 0 && !inside(value, (one) => cells.call(one, source))) cells.call(value, source);
  },
  v({ cells }, call, value, { cell }) {
    if (cell !== 0) cells.call(own(value, 'value'), cell);
  },
  d({ cells }, call, value, { base }) {
    if (base !== 0) described(cells, base, call, value);
  },
  n: gave,
  o: gave,
};
NAMING.c0 = NAMING.c;

/** The contents of what will be iterated get their names; an iterator has what it came from. */
function filled(cells, from, cell) {
  if (Array.isArray(from) || types.isMap(from) || types.isSet(from)) return inside(from, (one) => cells.call(one, cell), 1);
  return ArrayBuffer.isView(from) || iterators.has(from);
}

function described(cells, base, { args }, value) {
  if (args.length > 1) cells.call(own(value, 'value'), cells.place(base, args[0], args[1]));
  else for (const key of ownKeys(value)) cells.call(own(own(value, key), 'value'), cells.child(base, key));
}

/** Elements that a callback or an unknown holder gave. */
function gave(tracer, call, value) {
  const name = (one) => tracer.touches.came(call.activation, call.site, `${call.text}()`, one);
  if (call.entry.result === 'o' || !inside(value, name)) name(value);
}

/** [key, value] pairs of a Map or Set, the first ones. */
function entries(value, most) {
  const found = [];
  apply(types.isMap(value) ? mapEach : setEach, value, [(one, key) => {
    if (found.length < most) found.push([key, one]);
  }]);
  return found;
}

/** Go through the objects in an array, Map or Set, two levels deep; not if there are too many. */
function inside(value, body, depth = 2) {
  if (types.isProxy(value)) return false;
  if (types.isMap(value) || types.isSet(value)) {
    const found = entries(value, MOST_ITEMS + 1);
    for (const [key, one] of found) {
      body(key);
      body(one);
    }
    return found.length <= MOST_ITEMS;
  }
  if (!Array.isArray(value) || value.length > MOST_ITEMS) return false;
  for (const one of mine(value, 1)) {
    if (!isObject(one)) continue;
    if (depth > 1 && Array.isArray(one)) inside(one, body, depth - 1);
    body(one);
  }
  return true;
}

/** What an object of unknown origin is called: by where it came in. */
function arrival(cells, f, how, value) {
  if (cells.of(value) !== 0) return;
  let name = clean.get(how);
  if (name === undefined) {
    name = redactKey(redactValues(how).slice(0, LONGEST));
    if (clean.size < MOST_NAMES) clean.set(how, name);
  }
  cells.call(value, cells.root(CELL_KIND.argument, name, f.script, f.start));
}

module.exports = { after, arrival, bounds, entries, inside, iterators, told, unbound };
