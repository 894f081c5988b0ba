'use strict';
/**
 * Hosts that are suspended, and how they go on: in the order of their turns.
 *
 * A *frame* is one activation of a host's copy, a *run* one cut in it that was sent
 * away (or waits for its turn). Each remainder runs in a turn of its own, in the async
 * context of the cut, below the catch clauses that stood around the host.
 */
const { AsyncResource } = require('async_hooks');
const { apply, generatorNext, generatorThrow } = require('./primordials.js');
const stack = require('./stack.js');
const sockets = require('./hold.js');
const { arrive } = require('./answers.js');

const NATIVE = null;

class Frame {
  constructor(body, self) {
    this.body = body;
    /** The host's receiver. */
    this.self = self;
    this.generator = null;
    this.name = '';
    this.number = 0;
    this.holder = null;
    this.resolve = null;
    this.reject = null;
  }
}

class Run {
  constructor(number, frame, self, callee, args) {
    this.number = number;
    this.frame = frame;
    this.self = self;
    this.callee = callee;
    this.args = args;
    this.holder = null;
    this.resource = null;
    this.catchers = null;
    this.sockets = null;
    this.cargo = null;
    this.lane = null;
    this.id = 0;
    /** null while away; then {here: true} or what the worker answered. */
    this.outcome = null;
    /** Calls of handles that arrived before the answer was released. */
    this.calls = [];
    /** What is to happen once it is released. */
    this.after = [];
    this.released = false;
    this.promise = null;
    this.called = false;
  }
}

class Calls {
  constructor() {
    this.current = null;
    this.catchers = [];
    this.queue = [];
    this.scheduled = false;
    this.numbers = 0;
    this.delivering = false;
  }

  /** Run a host's copy up to its first cut; its value is the host's own. */
  drive(constructed, self, args, body) {
    const frame = new Frame(body, self);
    const before = this.current;
    const limit = stack.raise();
    this.current = constructed === undefined ? frame : NATIVE;
    try {
      frame.generator = apply(body, self, args);
      return apply(generatorNext, frame.generator, []).value;
    } finally {
      this.current = before;
      stack.lower(limit);
    }
  }

  /** Suspend the frame at this cut; the outcome is set later. */
  suspend(run, holds, below) {
    const { frame } = run;
    if (frame.number === 0) frame.number = ++this.numbers;
    stack.mark(frame, frame.body, below);
    run.holder = frame.holder;
    run.resource = new AsyncResource('FLUXION');
    run.catchers = this.catchers.slice();
    run.sockets = sockets.hold(holds === undefined ? [] : holds());
    this.queue.push(run);
  }

  /** The answer is there, or the original is to run on main: release what can be. */
  settle(run, outcome) {
    run.outcome = outcome;
    this.schedule();
  }

  schedule() {
    if (this.scheduled || this.queue.length === 0 || this.queue[0].outcome === null) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.releaseFirst();
    });
  }

  releaseFirst() {
    const run = this.queue.shift();
    if (run === undefined) return;
    this.delivering = true;
    let ended = false;
    try {
      run.resource.runInAsyncScope(fluxionBottom, null, this, run);
      ended = true;
    } finally {
      // After a throw that ends the process nothing later may run.
      if (ended) this.delivering = false;
      else setImmediate(() => (this.delivering = false));
      this.schedule();
    }
  }

  advance(run) {
    const before = this.catchers;
    this.catchers = run.catchers;
    try {
      if (run.catchers.length === 0) this.proceed(run);
      else this.guarded(run);
    } finally {
      this.catchers = before;
      run.released = true;
      this.letGo(run);
      for (const act of run.after) act();
    }
  }

  letGo(run) {
    // The remainder of an async host runs in the microtasks of this turn.
    if (run.frame.resolve !== null) setImmediate(sockets.release, run.sockets);
    else sockets.release(run.sockets);
  }

  /** A throw enters the catch clauses that stood around the host, innermost first. */
  guarded(run) {
    try {
      this.proceed(run);
    } catch (error) {
      let thrown = error;
      for (let i = run.catchers.length - 1; i >= 0; i--) {
        this.catchers = run.catchers.slice(0, i);
        try {
          apply(run.catchers[i], undefined, [thrown]);
          return;
        } catch (again) {
          thrown = again;
        }
      }
      throw thrown;
    }
  }

  proceed(run) {
    if (run.outcome.here) return this.resume(run, null, false);
    let arrived;
    try {
      arrived = arrive(run);
    } catch (error) {
      return this.resume(run, error, true);
    }
    return this.resume(run, arrived.threw ? arrived.value : arrived, arrived.threw);
  }

  resume(run, value, threw) {
    const { frame } = run;
    if (frame.resolve !== null) {
      if (threw) frame.reject(value);
      else frame.resolve(value);
      return;
    }
    const before = this.current;
    this.current = frame;
    try {
      if (fluxionContinue(frame.generator, value, threw)) stack.release(frame);
    } finally {
      this.current = before;
    }
  }
}

/** Named in stacks: everything below belongs to the runtime (see stack.js). */
function fluxionBottom(calls, run) {
  calls.advance(run);
}

function fluxionContinue(generator, value, threw) {
  return apply(threw ? generatorThrow : generatorNext, generator, [value]).done;
}

module.exports = { Calls, Frame, Run };
