'use strict';
/**
 * Put another function where a function is referenced, and put the first one back.
 *
 * In: a slot that the walk found. Out: whether it holds the other one now. Nothing
 * changes but the one value: flags, order and listeners stay as they are.
 */

const { apply, defineProperty, getOwnPropertyDescriptor, types } = require('./natives.js');

const mapGet = Map.prototype.get;
const mapSet = Map.prototype.set;
const setHas = Set.prototype.has;
const setAdd = Set.prototype.add;
const setClear = Set.prototype.clear;
const setValues = Set.prototype.values;

/** Kinds of slot whose value can be replaced by an assignment that nobody sees. */
const SWAPPABLE = new Set(['property', 'element', 'get', 'set', 'entry', 'member']);

/** The function in a slot now; a Set has no place for it. */
function current(slot) {
  const { kind, holder, key } = slot;
  if (kind === 'entry') return apply(mapGet, holder, [key]);
  const found = getOwnPropertyDescriptor(holder, key);
  if (found === undefined) return undefined;
  return kind === 'get' ? found.get : kind === 'set' ? found.set : found.value;
}

/** Replace `before` by `after`, only if it is still there; true when done. */
function replace(slot, before, after) {
  const { kind, holder, key } = slot;
  if (kind === 'member') return replaceMember(holder, before, after);
  if (current(slot) !== before) return false;
  if (kind === 'entry') {
    apply(mapSet, holder, [key, after]);
    return true;
  }
  const found = getOwnPropertyDescriptor(holder, key);
  if (kind === 'get') return found.configurable && defineProperty(holder, key, { ...found, get: after });
  if (kind === 'set') return found.configurable && defineProperty(holder, key, { ...found, set: after });
  if (types.isModuleNamespaceObject(holder)) return false;
  if (!found.writable && !found.configurable) return false;
  return defineProperty(holder, key, { ...found, value: after });
}

/** A Set keeps its order: it is emptied and filled again in one go. */
function replaceMember(set, before, after) {
  if (!apply(setHas, set, [before]) || apply(setHas, set, [after])) return false;
  const members = [...apply(setValues, set, [])];
  apply(setClear, set, []);
  for (const member of members) apply(setAdd, set, [member === before ? after : member]);
  return true;
}

module.exports = { SWAPPABLE, current, replace };
