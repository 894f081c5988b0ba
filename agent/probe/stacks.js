'use strict';
/**
 * Read the synchronous stack without the app's own way to format it.
 *
 * In: the moment of the call. Out: one line for each caller above the traced function,
 * innermost first; frames of the probe and of `await` left out. A stack begins at a queue:
 * where several timers are due, Node empties its queues between them, its own loop below.
 */

const { defineProperty, deleteProperty, getOwnPropertyDescriptor } = require('./natives.js');
const { through } = require('./masks.js');

const QUEUE = 'node:internal/process/task_queues';
const OWN_FRAMES = 10;
/** The probe's files: of its own realm, and of the app's. */
const own = new Set(through(() => sites(3)).map((site) => site.getFileName()));

/** At most `depth` callers, without the innermost `frames` that are not the probe's. */
function callers(depth, frames) {
  const found = sites(depth + OWN_FRAMES);
  const queue = found.findIndex((site) => site.getFileName() === QUEUE);
  return (queue < 0 ? found : found.slice(0, queue))
    .filter((site) => !own.has(site.getFileName()) && !site.isAsync())
    .slice(frames, depth + frames)
    .map((site) => `    at ${site}`);
}

function sites(depth) {
  const limit = getOwnPropertyDescriptor(Error, 'stackTraceLimit');
  const format = getOwnPropertyDescriptor(Error, 'prepareStackTrace');
  let found = [];
  if (!replaceable(limit) || !replaceable(format)) return found;
  try {
    put('stackTraceLimit', depth);
    put('prepareStackTrace', (_, all) => {
      found = all;
      return '';
    });
    void new Error('').stack;
  } finally {
    back('prepareStackTrace', format);
    back('stackTraceLimit', limit);
  }
  return found;
}

function replaceable(found) {
  return found === undefined ? Object.isExtensible(Error) : found.configurable;
}

function put(key, value) {
  defineProperty(Error, key, { value, writable: true, configurable: true, enumerable: false });
}

function back(key, found) {
  if (found === undefined) deleteProperty(Error, key);
  else defineProperty(Error, key, found);
}

module.exports = { callers };
