'use strict';
/**
 * Writes through arguments, carried back.
 *
 * In the worker: remember what the watched objects held, and say which of them hold
 * something else afterwards. On main: put the new contents into the very objects that
 * were sent, and let results refer to those objects again.
 */
const { types } = require('util');
const { freezeAgain, setStack } = require('./codec.js');
const { getPrototypeOf, ownKeys } = Reflect;
const { is, defineProperty, getOwnPropertyDescriptor } = Object;

/** What an object holds, flat: enough to see whether it was written to. */
function contents(value) {
  if (types.isMap(value)) return [...value].flat();
  if (types.isSet(value)) return [...value];
  if (types.isDate(value)) return [value.getTime()];
  if (types.isRegExp(value)) return [value.lastIndex];
  if (types.isArrayBuffer(value)) return new Uint8Array(value).slice();
  if (ArrayBuffer.isView(value))
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength).slice();
  const held = [getPrototypeOf(value), Object.isFrozen(value)];
  for (const key of ownKeys(value)) {
    const own = getOwnPropertyDescriptor(value, key);
    // The stack of an error is an accessor since Node 21; reading it calls nobody.
    const isStack = own.set !== undefined && key === 'stack' && types.isNativeError(value);
    held.push(key, isStack ? value.stack : own.value, own.get, own.set);
  }
  return held;
}

/** Remember the contents of the first `count` objects of a survey. */
function remember(nodes, count) {
  const kept = [];
  for (const node of nodes.keys()) {
    if (kept.length === count) break;
    kept.push([node, contents(node)]);
  }
  return kept;
}

/** Say which of the remembered objects changed: a Map from object to its number. */
function changedOf(kept) {
  const changed = new Map();
  kept.forEach(([node, before], number) => {
    const now = contents(node);
    if (now.length !== before.length || !same(now, before)) changed.set(node, number);
  });
  return changed;
}

function same(now, before) {
  for (let i = 0; i < now.length; i++) if (!is(now[i], before[i])) return false;
  return true;
}

/**
 * Let what arrived refer to main's own objects.
 *
 * `met` are [number, copy]; `originals` main's objects by number; the numbers in
 * `changed` are those whose contents are taken over. Returns the roots to use.
 */
function graft(roots, met, changed, originals, repairs) {
  const mine = new Map(met.map(([number, copy]) => [copy, originals[number]]));
  const seen = new Set();
  const pending = [];
  const own = (value) => {
    if (value === null || typeof value !== 'object') return value;
    const original = mine.get(value);
    if (original !== undefined) return original;
    if (!seen.has(value)) {
      seen.add(value);
      pending.push(value);
    }
    return value;
  };
  const result = roots.map(own);
  for (const [number, copy] of met)
    if (changed.includes(number)) write(originals[number], copy, own);
  while (pending.length > 0) replaceIn(pending.pop(), own);
  freezeAgain(repairs, own);
  return result;
}

function replaceIn(value, own) {
  if (types.isMap(value)) {
    const entries = [...value];
    value.clear();
    for (const [key, held] of entries) value.set(own(key), own(held));
  } else if (types.isSet(value)) {
    const entries = [...value];
    value.clear();
    for (const held of entries) value.add(own(held));
  } else if (!ArrayBuffer.isView(value) && !types.isArrayBuffer(value)) {
    for (const key of ownKeys(value)) {
      const held = getOwnPropertyDescriptor(value, key);
      const now = own(held.value);
      if (now !== held.value) defineProperty(value, key, { ...held, value: now });
    }
  }
}

/** Put the contents of `now` into `target`, keeping its identity. */
function write(target, now, own) {
  if (types.isMap(target)) {
    target.clear();
    for (const [key, held] of now) target.set(own(key), own(held));
  } else if (types.isSet(target)) {
    target.clear();
    for (const held of now) target.add(own(held));
  } else if (types.isDate(target)) target.setTime(now.getTime());
  else if (types.isRegExp(target)) target.lastIndex = now.lastIndex;
  else if (types.isArrayBuffer(target)) new Uint8Array(target).set(new Uint8Array(now));
  else if (ArrayBuffer.isView(target))
    new Uint8Array(target.buffer, target.byteOffset, target.byteLength).set(
      new Uint8Array(now.buffer, now.byteOffset, now.byteLength),
    );
  else writeProperties(target, now, own);
}

function writeProperties(target, now, own) {
  // An error keeps its own `stack`, an accessor since Node 21; its text is taken over.
  const isError = types.isNativeError(target);
  const special = isError ? 'stack' : Array.isArray(target) ? 'length' : '';
  const isWritten = (key) => special === '' || key !== special;
  const keys = ownKeys(now).filter(isWritten);
  const before = ownKeys(target).filter(isWritten);
  if (keys.length !== before.length || keys.some((key, i) => key !== before[i]))
    for (const key of before) delete target[key];
  if (Array.isArray(target)) target.length = now.length;
  for (const key of keys) {
    const held = getOwnPropertyDescriptor(now, key);
    defineProperty(target, key, { ...held, value: own(held.value) });
  }
  if (isError && target.stack !== now.stack) setStack(target, now.stack);
}

module.exports = { remember, changedOf, graft };
