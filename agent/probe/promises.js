'use strict';
/**
 * Who settled a promise: the language's own operations on promises, as traced code uses them.
 *
 * In: calls of traced code and what they returned, runs, what is awaited. Out: the runs
 * that came before a promise was settled. Asks the app's promises nothing, holds none of
 * them, and knows nothing of those that Node settles.
 */

const { OUTCOME } = require('./abi.js');
const { entryOf } = require('./known.js');
const { DEEPEST, UNKNOWN, VALUE, fate, first, follows } = require('./fates.js');
const { inherited, isObject, own, types } = require('./natives.js');

const MOST = 10000; // runs that are waiting, or under way
const MOST_ITEMS = 1000;
const MOST_TOLD = 20; // runs that one promise waited for
const CONSTRUCTOR = ['resolve', 'reject', 'all', 'allSettled', 'race', 'any', 'withResolvers'];
const METHODS = ['then', 'catch', 'finally'];

class Promises {
  /** `same(fn)`: as which function a twin is told. */
  constructor(same = (fn) => fn) {
    this.same = same;
    this.parts = null; // function -> what it does to promises
    this.fates = new WeakMap(); // by promise
    this.callbacks = new WeakMap(); // function -> what it waits for
    this.under = new Map(); // run of a callback -> the fate of what `then` returned
    this.returned = new Map(); // run -> the fate of what it returned
    this.waiting = new Map(); // run -> the fate of what it awaits
    this.pending = new Map(); // run of an async function that has not ended -> its promise's fate
    this.order = 0; // in which promises are settled
    this.sites = new Map(); // run -> where it does
    this.left = null; // the last run that returned a promise
    this.born = new Map(); // number of a generator function -> the one that has not begun
    this.generators = new Map(); // run -> of whose generator it is
    this.loops = new Map(); // run -> what it goes through, as long as it waits for that
  }

  /** What a function does to promises; undefined for nearly all. */
  part(fn) {
    if (this.parts === null) this.learn();
    return this.parts.get(fn);
  }

  learn() {
    this.parts = new WeakMap();
    const made = own(globalThis, 'Promise');
    const learn = (holder, names) => {
      for (const name of names) {
        const fn = isObject(holder) ? own(holder, name) : undefined;
        if (typeof fn === 'function' && entryOf(fn).kind === 'known') this.parts.set(fn, name);
      }
    };
    learn(made, CONSTRUCTOR);
    learn(isObject(made) ? own(made, 'prototype') : undefined, METHODS);
  }

  fateOf(value) {
    return types.isPromise(value) ? this.fates.get(value) || null : null;
  }

  /** The functions by which a promise is settled, before anybody has called them. */
  settlers(resolve, reject, found = fate('')) {
    if (this.parts === null) this.learn();
    if (typeof resolve === 'function') this.parts.set(resolve, { fate: found, ok: true });
    if (typeof reject === 'function') this.parts.set(reject, { fate: found, ok: false });
    return found;
  }

  /** Traced code is about to call a function. */
  before(mark, at) {
    this.left = null; // what is left from here on is left inside this call
    const part = this.part(mark.callee);
    if (part === undefined) return;
    if (typeof part === 'string') mark.part = part;
    else this.settle(part.fate, mark.activation, at, part.ok, mark.args[0]);
  }

  settle(found, activation, at, ok, value) {
    if (found.by !== 0) return;
    found.by = activation;
    found.at = at;
    found.ok = ok;
    found.order = this.order += 1;
    if (ok && types.isPromise(value)) Object.assign(found, { how: 'follows', of: [this.fateOf(value)] });
  }

  /** ... and has called it. */
  after(mark, value, closure, at) {
    const { fates, left } = this;
    if (mark.part !== undefined) this.made(mark, value, at);
    if (!types.isPromise(value) || fates.has(value)) return;
    if (mark.fate !== undefined) fates.set(value, mark.fate);
    else if (left !== null && !mark.gated && left.height === mark.height && left.closure === closure) {
      const found = fate('run', [left.result]);
      const { activation, order, ok } = left;
      Object.assign(found, { by: activation, order, ok, at: left.at });
      if (order === 0 && this.pending.size < MOST) this.pending.set(activation, found);
      else if (order === 0) found.order = UNKNOWN;
      fates.set(value, found);
    }
  }

  /** The body of an async function has ended: that settles its promise, unless by another one. */
  ended(activation, outcome, value, at) {
    const threw = outcome === OUTCOME.throw;
    const { left, pending } = this;
    let found = pending.get(activation);
    if (found !== undefined) pending.delete(activation);
    else if (left !== null && left.activation === activation) found = left;
    else return;
    found.order = !threw && follows(value) ? UNKNOWN : this.order += 1;
    found.ok = !threw;
    found.at = at;
  }

  made({ activation, args, part, self }, value, at) {
    if (part === 'withResolvers') {
      const promise = own(value, 'promise');
      if (types.isPromise(promise)) this.fates.set(promise, this.settlers(own(value, 'resolve'), own(value, 'reject')));
      return;
    }
    if (!types.isPromise(value) || this.fates.has(value)) return;
    let found;
    if (METHODS.includes(part)) found = this.then(part, self, args);
    else if (part === 'resolve' || part === 'reject') {
      found = fate('');
      this.settle(found, activation, at, part === 'resolve', undefined);
    } else {
      found = fate(part, this.items(args[0]));
      found.since = this.order;
    }
    this.fates.set(value, found);
  }

  /** Callbacks wait for a promise, and another one waits for them. */
  then(part, self, args) {
    const source = this.fateOf(self);
    const next = fate('then', [source]);
    const wait = (given, ok) => {
      if (typeof given !== 'function') return 0;
      const fn = this.same(given);
      this.callbacks.set(fn, this.callbacks.has(fn) ? null : { source, ok, next });
      return 1;
    };
    if (part === 'then') {
      const [both, one] = [wait(args[0], true), wait(args[1], false)];
      if (both !== one) next.only = both === 1 ? 'fulfilled' : 'rejected';
    } else if (part === 'catch') {
      if (wait(args[0], false) === 1) next.only = 'rejected';
    } else wait(args[0], undefined);
    return next;
  }

  items(list) {
    if (types.isProxy(list) || !Array.isArray(list) || list.length > MOST_ITEMS) return [null];
    const found = [];
    for (let i = 0; i < list.length; i += 1) {
      const item = own(list, i);
      found.push(isObject(item) ? this.fateOf(item) : VALUE);
    }
    return found;
  }

  /** A run begins with nothing above it: who settled what its function waited for. */
  entered(fn, activation, at, args) {
    const found = this.callbacks.get(fn);
    if (found === undefined) return null;
    this.callbacks.delete(fn);
    if (found === null) return null; // it waited for two
    if (found.settles !== undefined) {
      this.settlers(args[0], args[1], found.settles);
      return null;
    }
    const { next, ok, source } = found;
    const told = this.causes(source, ok, at);
    Object.assign(next, { by: activation, of: null });
    bounded(this.under).set(activation, next);
    return told;
  }

  /** A run ended, or goes on later. */
  exited(activation, value, closure, height, isAsync) {
    if (this.under.size !== 0) {
      const next = this.under.get(activation);
      if (next !== undefined) {
        this.under.delete(activation);
        const found = this.fateOf(value);
        if (found !== null && found !== next && next.outer < DEEPEST) {
          next.of = [found];
          found.outer = Math.max(found.outer, next.outer + 1);
        }
      }
    }
    if (!types.isPromise(value)) return;
    const order = isAsync ? 0 : UNKNOWN;
    this.left = { activation, closure, height, result: this.fateOf(value), order, ok: true, at: 0 };
  }

  /** What a run awaits, or returns (`site` 0); the `then` of what is no promise, or null. */
  awaits(activation, site, value) {
    if (site === 0) {
      if (types.isPromise(value)) bounded(this.returned).set(activation, this.fateOf(value));
      return null;
    }
    bounded(this.sites).set(activation, site);
    if (types.isPromise(value) || !isObject(value)) {
      bounded(this.waiting).set(activation, this.fateOf(value));
      return null;
    }
    const then = inherited(value, 'then');
    const found = fate('');
    bounded(this.waiting).set(activation, found);
    if (typeof then !== 'function') return null;
    this.callbacks.set(then, this.callbacks.has(then) ? null : { settles: found });
    return then;
  }

  /** A generator was made by a function, or begins, as `activation`. */
  generator(value, closure) {
    const found = fate('generator');
    found.user = 0;
    this.fates.set(value, found);
    bounded(this.born).set(closure, this.born.has(closure) ? null : found);
  }

  begins(closure, activation) {
    const found = this.born.get(closure);
    this.born.delete(closure);
    if (!found) return; // of two nobody knows which
    found.by = activation;
    bounded(this.generators).set(activation, found);
  }

  /** A run goes through something that makes it wait. */
  loop(activation, object) {
    const found = this.fates.get(object) || null;
    if (found !== null && found.how === 'generator') found.user = activation;
    bounded(this.loops).set(activation, found);
  }

  /** Where a run awaits something at this moment; 0 when it does not. */
  where(activation) {
    const { sites, waiting } = this;
    return waiting.has(activation) ? sites.get(activation) || 0 : 0;
  }

  /** A run goes on: who settled what it waited for. */
  resumed(activation, ok, at) {
    const { generators, loops, waiting } = this;
    const found = waiting.get(activation);
    if (found !== undefined) {
      waiting.delete(activation);
      this.sites.delete(activation);
      return this.causes(found, ok, at);
    }
    const through = loops.get(activation);
    if (through) return through.how === 'generator' && through.by !== 0 ? [[through.by, at]] : [];
    const made = generators.get(activation);
    return made !== undefined && made.user !== 0 ? [[made.user, at]] : [];
  }

  /** [run, when] of who settled a promise, which has been settled; `ok`: how, if known. */
  causes(found, ok, at, told = [], depth = 0) {
    if (found === null || depth > DEEPEST || told.length >= MOST_TOLD) return told;
    const { by, how, of } = found;
    if (by !== 0) told.push([by, how === '' || how === 'follows' ? found.at : at]);
    if (how === 'run' && this.returned.has(by)) this.causes(this.returned.get(by), ok, at, told, depth + 1);
    // It still waits, and its promise has been settled: what it waited for was rejected.
    if (how === 'run' && this.waiting.has(by)) this.causes(this.waiting.get(by), false, at, told, depth + 1);
    if (of === null) return told;
    const each = () => {
      for (const one of of) this.causes(one, undefined, at, told, depth + 1);
    };
    if (how === 'follows' || how === 'run') this.causes(of[0], ok, at, told, depth + 1);
    else if (how === 'then') {
      const before = by !== 0 || found.only === '' ? undefined : found.only === 'rejected';
      this.causes(of[0], before, at, told, depth + 1);
    } else if (how === 'allSettled' || (how === 'all' && ok === true) || (how === 'any' && ok === false)) each();
    else if (how === 'race' || ok !== undefined) first(found, how === 'race' ? undefined : ok, told);
    return told;
  }
}

function bounded(map) {
  if (map.size >= MOST) map.clear();
  return map;
}

module.exports = { Promises };
