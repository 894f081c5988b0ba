/**
 * What can be reached from some roots, one level of data for each object.
 *
 * In: roots. Out: a Map of object -> Map of place -> value, without running any code of
 * the program. Shares nothing with the tracer: it is what the tracer is held against.
 */
'use strict';

const { types } = require('node:util');

const { getOwnPropertyDescriptor, getPrototypeOf, isExtensible, ownKeys } = Reflect;
const mapEach = Map.prototype.forEach;
const setEach = Set.prototype.forEach;
const getTime = Date.prototype.getTime;
const bufferOf = (view) => (types.isDataView(view)
  ? getOwnPropertyDescriptor(DataView.prototype, 'buffer').get.call(view)
  : getOwnPropertyDescriptor(getPrototypeOf(Uint8Array.prototype), 'buffer').get.call(view));

const isObject = (value) => (typeof value === 'object' && value !== null) || typeof value === 'function';

/** Everything that is there before any program is: never looked into. */
function builtIn() {
  const found = new Set();
  const queue = [globalThis];
  for (const [value, key] of [['', Symbol.iterator], [[], Symbol.iterator], [new Map(), Symbol.iterator],
    [new Set(), Symbol.iterator]]) queue.push(getPrototypeOf(value[key]()));
  queue.push(getPrototypeOf(Buffer.alloc(1)), getPrototypeOf(function* () {}), getPrototypeOf(async function* () {}), getPrototypeOf(async () => {}));
  while (queue.length > 0) {
    const value = queue.pop();
    if (!isObject(value) || found.has(value)) continue;
    found.add(value);
    queue.push(getPrototypeOf(value));
    for (const key of ownKeys(value)) {
      const own = getOwnPropertyDescriptor(value, key);
      queue.push(own.value, own.get, own.set);
    }
  }
  return found;
}

/** The places of one object; `meet(value)` hears of what they hold. */
function placesOf(value, meet) {
  const places = new Map();
  const put = (place, held) => {
    places.set(place, held);
    meet(held);
  };
  if (ArrayBuffer.isView(value)) meet(bufferOf(value));
  if (types.isAnyArrayBuffer(value)) put('[]', value.detached ? 'detached' : Buffer.from(value).toString('latin1'));
  const keys = ArrayBuffer.isView(value) ? ownKeys(value).filter((key) => typeof key === 'symbol' || !/^\d+$/.test(key)) : ownKeys(value);
  for (const key of keys) {
    const own = getOwnPropertyDescriptor(value, key);
    const flags = `${own.writable}${own.enumerable}${own.configurable}`;
    if ('value' in own) put(key, own.value);
    else {
      put(key, own.get);
      places.set(`set ${String(key)}`, own.set);
    }
    places.set(`flags ${String(key)}`, flags);
  }
  let count = 0;
  if (types.isMap(value)) {
    mapEach.call(value, (held, key) => {
      put(`entry ${count}`, held);
      put(`key ${(count += 1)}`, key);
    });
  } else if (types.isSet(value)) setEach.call(value, (held) => put(`entry ${(count += 1)}`, held));
  else if (types.isDate(value)) put('time', getTime.call(value));
  put('__proto__', getPrototypeOf(value));
  places.set('extensible', isExtensible(value));
  return places;
}

/** All that the roots lead to. */
function snapshot(roots, known) {
  const found = new Map();
  const queue = [...roots];
  const meet = (value) => {
    if (isObject(value)) queue.push(value);
  };
  while (queue.length > 0) {
    const value = queue.pop();
    if (!isObject(value) || found.has(value) || known.has(value) || types.isProxy(value)) continue;
    found.set(value, placesOf(value, meet));
  }
  return found;
}

/** [object, place] pairs that differ, of the objects that are in all of the snapshots. */
function* changes(before, after, old) {
  for (const [object, places] of after) {
    const was = before.get(object);
    if (was === undefined || !old.has(object)) continue;
    for (const [place, value] of places) {
      if (!was.has(place) || !Object.is(was.get(place), value)) yield [object, place];
    }
    for (const place of was.keys()) if (!places.has(place)) yield [object, place];
  }
}

module.exports = { builtIn, changes, isObject, snapshot };
