'use strict';
/**
 * Where the walk begins: what the event loop holds, then what the modules hold.
 *
 * In: the process. Out: phases, each a label and a function that lists [name, value]
 * pairs when its turn comes.
 */

const { builtin, isObject, own, ownKeys } = require('./natives.js');

function roots() {
  return [
    { label: 'handle', values: handles },
    { label: 'process', values: () => [['_events', own(process, '_events')]] },
    { label: 'handle', values: () => [['parentPort', builtin('worker_threads').parentPort]] },
    { label: 'module', values: modules },
    { label: 'global', values: globals },
  ];
}

function handles() {
  return process._getActiveHandles().map((handle) => [handleName(handle), handle]);
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

function globals() {
  return ownKeys(globalThis)
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

module.exports = { durations, roots };
