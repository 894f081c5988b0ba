'use strict';
/**
 * A callback that runs in a worker on recorders instead of main's objects.
 *
 * In: the callback and what it is given, some of it handles. Out: a log of outward
 * operations [target, operation, key, count] and their arguments, which main applies in
 * order. Everything that is no call, no set and no planned read ends the run.
 */
const { Survey } = require('./codec.js');
const { remember, changedOf } = require('./changes.js');

/** Why a call must be made on main after all. */
class Stays {
  constructor(reason) {
    this.reason = reason;
  }
}

class Recorder {
  /** `known` numbers the objects that main has already. */
  constructor(known) {
    this.known = known;
    this.log = [];
    this.values = [];
    this.kept = [];
    this.made = 0;
  }

  /** Stand in for one of main's objects, or for what a logged call returned. */
  handle(snapshot) {
    const target = this.made++;
    const shadow = new Map(Object.entries(snapshot));
    const method = (key) => (...args) => this.add(target, 'method', key, args);
    const not = (what) => () => {
      throw new Stays(`${what} of a handle`);
    };
    return new Proxy(function () {}, {
      get: (_, key) => (shadow.has(key) ? shadow.get(key) : method(key)),
      set: (_, key, value) => {
        this.add(target, 'set', key, [value]);
        shadow.set(key, value);
        return true;
      },
      apply: (_, self, args) => this.add(target, 'call', null, args),
      has: not('a look'), deleteProperty: not('a deletion'), ownKeys: not('a listing'),
      getOwnPropertyDescriptor: not('a look'), defineProperty: not('a definition'),
      getPrototypeOf: not('a look'), construct: not('a construction'),
    });
  }

  add(target, operation, key, args) {
    if (typeof key === 'symbol') throw new Stays('a symbol key');
    for (const value of args) this.keep(value);
    this.log.push([target, operation, key, args.length]);
    this.values.push(...args);
    return operation === 'set' ? undefined : this.handle({});
  }

  /** What was handed over must still be the same when the log is sent. */
  keep(value) {
    if (value === null || typeof value !== 'object') return;
    const survey = new Survey();
    if (!survey.add(value)) throw new Stays(survey.reason);
    this.kept.push(...remember(survey.nodes, survey.nodes.size));
  }

  finish() {
    if (changedOf(this.kept).size > 0) throw new Stays('a logged value was changed later');
  }
}

/** Run a callback; returns its log and the values in it, and what it threw. */
function record({ fluxion, targets, known }, args, factory) {
  const recorder = new Recorder(known);
  for (const [at, snapshot] of targets) args[at] = recorder.handle(snapshot);
  const callback = factory(...args.slice(fluxion.parameters));
  const outcome = { threw: false, thrown: undefined };
  try {
    const value = callback(...args.slice(0, fluxion.parameters));
    if (value !== null && typeof value === 'object' && typeof value.then === 'function')
      throw new Stays('a promise');
  } catch (error) {
    if (error instanceof Stays) throw error;
    outcome.threw = true;
    outcome.thrown = error;
  }
  recorder.finish();
  return { ...outcome, log: recorder.log, values: recorder.values };
}

module.exports = { record, Stays };
