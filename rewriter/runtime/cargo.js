'use strict';
/**
 * The arguments of one call, made ready to travel, and numbered the same on both sides.
 *
 * Modes, one per argument: `value` (compared afterwards, writes come back),
 * `readonly`, `dead` (never used again on main), `project:a,b` (only these are read)
 * and `callback` (a handle).
 */
const { Survey } = require('./codec.js');
const { getOwnPropertyDescriptor } = Object;

/** Which arguments come first in the numbering, and which are numbered at all. */
function order(modes, count) {
  const all = Array.from({ length: count }, (_, at) => [at, modes[at] || 'value']);
  const of = (...wanted) => all.filter(([, mode]) => wanted.includes(mode)).map(([at]) => at);
  const watched = of('value', 'callback');
  const steady = of('readonly');
  const numbered = new Set([...watched, ...steady]);
  return { watched, steady, rest: all.map(([at]) => at).filter((at) => !numbered.has(at)) };
}

/** Number the objects: the watched first, then the steady, then the rest. */
function number(args, modes) {
  const { watched, steady, rest } = order(modes, args.length);
  const survey = new Survey();
  for (const at of watched) survey.add(args[at]);
  const watchedCount = survey.nodes.size;
  for (const at of steady) survey.add(args[at]);
  const count = survey.nodes.size;
  for (const at of rest) survey.add(args[at]);
  return { survey, watchedCount, count };
}

/** Replace projected and handed-over arguments; returns the reason when one cannot. */
function prepare(args, modes) {
  const sent = [];
  const handles = [];
  for (let at = 0; at < args.length; at++) {
    const mode = modes[at] || 'value';
    const value = args[at];
    if (mode === 'callback' && typeof value === 'function') {
      handles.push([at, value]);
      sent.push(undefined);
    } else if (mode.startsWith('project:') && value !== null && typeof value === 'object') {
      const projected = project(value, mode.slice('project:'.length).split(','));
      if (projected === null) return { reason: 'a projected getter' };
      sent.push(projected);
    } else {
      sent.push(value);
    }
  }
  return { reason: '', sent, handles };
}

function project(value, names) {
  const projected = {};
  for (const name of names) {
    const own = getOwnPropertyDescriptor(value, name);
    if (own === undefined) {
      if (name in value) return null;
    } else if (own.get !== undefined || own.set !== undefined) {
      return null;
    } else {
      Object.defineProperty(projected, name, {
        value: own.value, enumerable: true, writable: true, configurable: true,
      });
    }
  }
  return projected;
}

/** Make the message of a call; `reason` says why it must stay. */
function pack(args, modes) {
  const { reason, sent, handles } = prepare(args, modes);
  if (reason !== '') return { reason };
  const { survey, count } = number(sent, modes);
  if (survey.reason !== '') return { reason: survey.reason };
  const nodes = [];
  for (const node of survey.nodes.keys()) {
    if (nodes.length === count) break;
    nodes.push(node);
  }
  return {
    reason: '',
    nodes,
    handles,
    bytes: survey.bytes,
    message: {
      args: sent,
      repairs: survey.repairs,
      handles: handles.map(([at, { name, length }]) => [at, String(name), Number(length)]),
    },
  };
}

module.exports = { pack, number };
