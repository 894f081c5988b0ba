'use strict';
/**
 * What becomes of a promise, and which one of several was the first to be settled.
 *
 * In: what promises.js knows of each. Out: a run and when it settled one, or nothing.
 */

const { getOwnPropertyDescriptor, getPrototypeOf, hasOwn, isObject, types } = require('./natives.js');

const DEEPEST = 50; // promises that follow each other
const UNKNOWN = -1; // when it was settled

/** What becomes of a promise. `how`: '' when a function of its own settles it. */
function fate(how, of = null) {
  let depth = 0;
  for (const one of of || []) if (one !== null && one.depth >= depth) depth = one.depth + 1;
  return { how, of: depth > DEEPEST ? null : of, depth, outer: 0, by: 0, at: 0, ok: true, only: '', order: 0, since: 0 };
}

const VALUE = fate('value'); // of what is no promise

/**
 * Of promises that were settled by functions, or as async functions ended, the first one. Of
 * those that had been settled before anybody asked, the first of the list.
 */
function first({ of, since }, ok, told) {
  let found = null;
  let least = Infinity;
  for (const one of of) {
    if (one === null || one.order < 0) return;
    if (one !== VALUE && one.how !== '' && one.how !== 'run') return;
    if (one !== VALUE && one.order === 0) continue; // nobody has
    const order = Math.max(one.order, since);
    if ((ok === undefined || one.ok === ok) && order < least) [found, least] = [one, order];
  }
  if (found !== null && found !== VALUE) told.push([found.by, found.at]);
}

/** Does a promise that is resolved with this wait for something else? */
function follows(value) {
  for (let at = value, depth = 0; isObject(at); depth += 1) {
    if (depth > 20 || types.isProxy(at)) return true;
    const found = getOwnPropertyDescriptor(at, 'then');
    if (found !== undefined) return !hasOwn(found, 'value') || typeof found.value === 'function';
    at = getPrototypeOf(at);
  }
  return false;
}

module.exports = { DEEPEST, UNKNOWN, VALUE, fate, first, follows };
