'use strict';
/**
 * Tell where a function is kept to be called later from where code finds it by name.
 *
 * In: slots of the walk. Out: whether a stand-in may take the function's place there
 * while the app runs in production: only where nobody compares what the place holds.
 */

const { builtin, isObject, own, ownKeys, types } = require('./natives.js');

const SOME = 200;

/** Put the objects whose properties are names for code in `found`, some at a time. */
function* exported(found) {
  const cache = own(builtin('module'), '_cache');
  if (!isObject(cache)) return;
  let count = 0;
  for (const key of ownKeys(cache)) {
    const value = own(own(cache, key), 'exports');
    if (isObject(value)) found.add(value);
    if ((count += 1) % SOME === 0) yield;
  }
}

/** `why` a function in this slot is not a callback that we may stand in for; '' when it is. */
function kept(slot, exports) {
  const { kind, holder, key } = slot;
  if (kind === 'entry') return '';
  if (kind === 'member') return 'a Set, whose members are removed by what they are';
  if (kind === 'element') return slot.by === '_subscribers' ? 'a channel of Node' : '';
  if (kind !== 'property') return 'a name';
  if (Object.isFrozen(holder)) return 'a frozen object';
  if (typeof holder === 'function' || exports.has(holder)) return 'a name';
  if (types.isModuleNamespaceObject(holder) || isPrototype(holder)) return 'a name';
  // A listener of an EventTarget: this property is compared, the other one is called.
  if (key === 'listener' && typeof own(holder, 'callback') === 'function') return 'compared';
  return '';
}

function isPrototype(object) {
  const made = own(object, 'constructor');
  return typeof made === 'function' && own(made, 'prototype') === object;
}

/** Names of what is compared by identity in the app's sources, by what stands under them. */
function none() {
  return { values: new Set(), holders: new Set(), lists: new Set() };
}

/**
 * Is what this slot holds compared by somebody? `values` are properties that are compared
 * themselves, `holders` what is looked into for such a value, `lists` what is searched, or
 * holds lists that are. Node's emitters compare a property of ours instead.
 */
function compared({ kind, key, by, over }, { values, holders, lists }) {
  if (by === '_events' || over === '_events') return false;
  if (kind === 'property') return values.has(key) || holders.has(by);
  const listed = kind === 'element' || kind === 'entry' || kind === 'member';
  return listed && (values.has(by) || holders.has(by) || lists.has(by) || lists.has(over));
}

module.exports = { compared, exported, kept, none };
