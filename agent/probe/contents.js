'use strict';
/**
 * Look into one object: everything that it refers to by its own data.
 *
 * In: a walk and an item of it. Out: `walk.edge` for each reference. Runs no getter and
 * no code of the app.
 */

const {
  getOwnPropertyDescriptor, getPrototypeOf, hasOwn, isObject, keys, own, ownKeys, types,
} = require('./natives.js');

const STACK = new Set(['caller', 'arguments']); // of a function: reading them looks at the stack
const MOST_ELEMENTS = 2000; // of one array, Map or Set

/** Own properties, entries, private fields and the prototype. */
function contents(walk, item) {
  const { value, depth } = item;
  if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) return;
  if (Array.isArray(value)) elements(walk, item);
  else properties(walk, item);
  if (types.isMap(value)) entries(walk, item);
  else if (types.isSet(value)) members(walk, item);
  const prototype = getPrototypeOf(value);
  if (isObject(prototype)) {
    walk.edge(item, prototype, { kind: 'prototype', holder: value, key: '' }, depth + 1, '.__proto__');
    if (walk.hasPrivates(prototype)) {
      for (const [name, field] of walk.looker.privates(value)) {
        walk.edge(item, field, { kind: 'private', holder: value, key: name }, depth + 1, `.${name}`);
      }
    }
  }
}

function elements(walk, item) {
  const { value, depth } = item;
  const length = Math.min(value.length, MOST_ELEMENTS);
  for (let i = 0; i < length; i += 1) {
    walk.edge(item, own(value, i), { kind: 'element', holder: value, key: i, by: item.slot.key, over: item.slot.by }, depth + 1, `[${i}]`);
  }
}

function properties(walk, item) {
  const { value, depth } = item;
  // What Node makes when it is first looked at (globalThis.DOMException) stays unmade.
  for (const key of value === globalThis ? keys(value) : ownKeys(value)) {
    if (key === 'constructor' || (typeof value === 'function' && STACK.has(key))) continue;
    let found;
    try {
      found = getOwnPropertyDescriptor(value, key);
    } catch {
      continue; // an export that is not initialised yet
    }
    if (found === undefined) continue;
    const name = `.${String(key)}`;
    if (hasOwn(found, 'value')) {
      walk.edge(item, found.value, { kind: 'property', holder: value, key, by: item.slot.key }, depth + 1, name);
      continue;
    }
    walk.edge(item, found.get, { kind: 'get', holder: value, key }, depth + 1, name);
    walk.edge(item, found.set, { kind: 'set', holder: value, key }, depth + 1, name);
  }
}

function entries(walk, item) {
  let count = 0;
  for (const [key, entry] of Map.prototype.entries.call(item.value)) {
    if ((count += 1) > MOST_ELEMENTS) return;
    const slot = { kind: 'entry', holder: item.value, key, by: item.slot.key, over: item.slot.by };
    walk.edge(item, entry, slot, item.depth + 1, '.get()');
    walk.edge(item, key, { kind: 'key', holder: item.value, key }, item.depth + 1, '.key');
  }
}

function members(walk, item) {
  let count = 0;
  for (const member of Set.prototype.values.call(item.value)) {
    if ((count += 1) > MOST_ELEMENTS) return;
    walk.edge(item, member, { kind: 'member', holder: item.value, key: '', by: item.slot.key, over: item.slot.by }, item.depth + 1, '.has()');
  }
}

module.exports = { contents };
