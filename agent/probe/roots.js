'use strict';
/**
 * Where the walk begins: what the event loop holds, then what the modules hold.
 *
 * In: the process. Out: phases, each a label and a function that lists [name, value]
 * pairs when its turn comes.
 */

const { builtin, isObject, keys, mine, own, ownKeys, types } = require('./natives.js');

const MOST_LISTENERS = 20;

const SOME = 200;
const MOST_HANDLES = 500;

function roots() {
  return [
    { label: 'handle', values: handles },
    { label: 'process', values: () => [['_events', own(process, '_events')]] },
    { label: 'handle', values: shared },
    { label: 'handle', values: () => [['parentPort', builtin('worker_threads').parentPort]] },
    { label: 'module', values: modules },
    { label: 'global', values: globals },
  ];
}

/** Those of which there are few first: a server before its connections. */
function handles() {
  const found = mine(process._getActiveHandles()).map((handle) => [handleName(handle), handle]);
  const counts = new Map();
  for (const [name] of found) counts.set(name, (counts.get(name) || 0) + 1);
  return found.sort(([one], [other]) => counts.get(one) - counts.get(other));
}

/** What a walk beside the app begins with, the nearest first. */
function nearest() {
  const all = handles();
  const first = all.filter(([name], i) => i === 0 || all[i - 1][0] !== name || name !== 'Socket');
  return [
    { label: 'handle', values: () => first },
    { label: 'process', values: () => [['_events', own(process, '_events')]] },
    ...durations(),
    { label: 'handle', values: () => all.slice(0, MOST_HANDLES) },
    ...durations(), // one whose callback ran just then was in no list
    ...portions(),
  ];
}

/**
 * A worker of a cluster that takes connections from its primary holds its servers in a
 * Map of Node's own, which only the listener of the primary's messages leads to.
 */
function shared(looker) {
  const listeners = own(own(process, '_events') || {}, 'internalMessage');
  const queue = [].concat(mine(listeners) || []).filter((one) => typeof one === 'function');
  const found = [];
  for (let i = 0; i < queue.length && i < MOST_LISTENERS; i += 1) {
    for (const scope of looker.scopes(looker.describe(queue[i]))) {
      const handles = own(scope, 'handles');
      if (types.isMap(handles)) Map.prototype.forEach.call(handles, (one) => found.push(['cluster', one]));
      const next = own(scope, 'cb');
      if (typeof next === 'function') queue.push(next);
    }
  }
  return found;
}

function handleName(handle) {
  const made = handle && handle.constructor;
  return typeof made === 'function' ? String(own(made, 'name')) : '?';
}

function modules() {
  const cache = own(builtin('module'), '_cache');
  if (!isObject(cache)) return [];
  return ownKeys(cache).map((key) => [String(key), own(own(cache, key), 'exports')]);
}

/** The modules in portions, so that no step is long. */
function portions() {
  const cache = own(builtin('module'), '_cache');
  const keys = isObject(cache) ? ownKeys(cache) : [];
  const phases = [];
  for (let i = 0; i < keys.length; i += SOME) {
    const part = keys.slice(i, i + SOME);
    const values = () => part.map((key) => [String(key), own(own(cache, key), 'exports')]);
    phases.push({ label: 'module', values });
  }
  return phases;
}

function globals() {
  // Only what can be enumerated, as what an app assigns can. Looking at one of Node's
  // lazy classes (FormData, Performance) makes Node load it: 70 modules, and the end of a
  // process without WebAssembly.
  return keys(globalThis)
    .filter((key) => typeof key === 'string')
    .map((key) => [key, own(globalThis, key)])
    .filter(([, value]) => isObject(value) && value !== globalThis);
}

/**
 * Timers that were set before we came: a new timer joins the list of its duration, whose
 * other members are then its neighbours. In portions, so that no step is long.
 */
function durations() {
  const wanted = [];
  for (let ms = 1; ms <= 2000; ms += 1) wanted.push(ms);
  for (let ms = 2100; ms <= 60000; ms += 100) wanted.push(ms);
  for (let ms = 65000; ms <= 3600000; ms += 5000) wanted.push(ms);
  const phases = [];
  for (let i = 0; i < wanted.length; i += 250) {
    const part = wanted.slice(i, i + 250);
    phases.push({ label: 'timer', values: () => part.flatMap(timers) });
  }
  return phases;
}

function timers(ms) {
  const mine = setTimeout(() => {}, ms);
  mine.unref();
  const found = [];
  try {
    for (let at = mine._idlePrev; isObject(at) && at !== mine && found.length < 1000; at = at._idlePrev) {
      if (typeof own(at, '_onTimeout') === 'function') found.push([`${ms} ms`, at]);
    }
  } finally {
    clearTimeout(mine);
  }
  return found;
}

module.exports = { durations, nearest, roots };
