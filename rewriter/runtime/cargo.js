'use strict';
/**
 * The arguments of one call, made ready to travel, and numbered the same on both sides.
 *
 * Modes, one per argument: `value` (compared afterwards, writes come back),
 * `readonly`, `dead` (never used again on main), `primitive`, `project:a,b` (only these
 * are read), `callback` (a function handed over) and `handle` (an object of main that a
 * recorder stands for).
 */
const { Survey } = require('./codec.js');
const { getOwnPropertyDescriptor } = Object;

const orders = new WeakMap();

/** Which arguments come first in the numbering, and which are numbered at all. */
function order(modes, count) {
  let known = orders.get(modes);
  if (known === undefined) orders.set(modes, (known = []));
  return known[count] || (known[count] = ordered(modes, count));
}

function ordered(modes, count) {
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

/** What travels in place of the arguments. */
class Sent {
  constructor() {
    this.reason = '';
    this.args = [];
    this.handles = [];
    this.targets = [];
  }

  add(value, mode, at, fluxion) {
    const isObject = value !== null && (typeof value === 'object' || typeof value === 'function');
    if (mode === 'primitive' && isObject) this.reason = 'an object where none was planned';
    if (mode === 'callback' && typeof value === 'function') {
      this.handles.push([at, value]);
      return undefined;
    }
    if (mode === 'handle' && isObject) {
      this.targets.push([at, value, this.snapshot(value, fluxion.names[at], fluxion.snapshot)]);
      return undefined;
    }
    if (mode.startsWith('project:') && isObject) {
      const projected = project(value, mode.slice('project:'.length).split(','));
      if (projected === null) this.reason = 'a projected getter';
      return projected;
    }
    return value;
  }

  /** The planned reads of one handle, done now. */
  snapshot(value, name, paths) {
    const read = {};
    for (const path of paths) {
      const [root, key, ...deeper] = path.split('.');
      if (root !== name) continue;
      if (deeper.length > 0) this.reason = 'a deep read of a handle';
      read[key] = value[key];
    }
    return read;
  }
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
function pack(args, fluxion) {
  const sent = new Sent();
  const modes = fluxion.arguments;
  for (let at = 0; at < args.length && sent.reason === ''; at++)
    sent.args.push(sent.add(args[at], modes[at] || 'value', at, fluxion));
  if (sent.reason !== '') return { reason: sent.reason };
  const { survey, count } = number(sent.args, modes);
  const nodes = firstOf(survey.nodes, count);
  for (const [, , snapshot] of sent.targets) survey.add(snapshot);
  if (survey.reason !== '') return { reason: survey.reason };
  return {
    reason: '',
    nodes,
    handles: sent.handles,
    targets: sent.targets.map(([, target]) => target),
    bytes: survey.bytes,
    message: {
      id: 0,
      number: 0,
      limit: 0,
      received: false,
      args: sent.args,
      repairs: survey.repairs,
      handles: sent.handles.map(([at, { name, length }]) => [at, String(name), Number(length)]),
      targets: sent.targets.map(([at, , snapshot]) => [at, snapshot]),
    },
  };
}

function firstOf(nodes, count) {
  const first = [];
  for (const node of nodes.keys()) {
    if (first.length === count) break;
    first.push(node);
  }
  return first;
}

module.exports = { pack, number };
