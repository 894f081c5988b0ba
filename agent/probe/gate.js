'use strict';
/**
 * What a stand-in asks when it is called: is this run observed? And what it tells then.
 *
 * In: the calls of one function. Out: counts of all, records of some, with the run whose
 * turn led to this one as the cause. Never throws.
 */

const { builtin, now } = require('./natives.js');

const { executionAsyncId, triggerAsyncId } = builtin('async_hooks');
const RING = 4096;
const TIMED = 16;
const LONGEST_US = 100;
const CLOSED_US = 0.03; // a run that only passes through

/** Which run was the last of a turn of the event loop. */
class Turns {
  constructor() {
    this.turns = new Float64Array(RING);
    this.runs = new Float64Array(RING);
  }

  note(turn, run) {
    this.turns[turn % RING] = turn;
    this.runs[turn % RING] = run;
  }

  run(turn) {
    return turn > 1 && this.turns[turn % RING] === turn ? this.runs[turn % RING] : 0;
  }
}

class Gate {
  constructor(tracer, turns, script, start) {
    this.tracer = tracer;
    this.functions = tracer.functions;
    this.turns = turns;
    this.f = tracer.functions.get(script, start);
    this.calls = 0;
    this.paid = this.f.gated;
  }

  /** A run begins: its number, or 0 when it is only counted. */
  open(fn) {
    if (!this.tracer.alive || !this.functions.admit(this.f)) return 0;
    return this.begin(fn);
  }

  /** A run that is not observed, but counted. */
  pass() {
    this.f.gated += 1;
  }

  /** Microseconds that the runs took which only passed through, since the last time. */
  due() {
    const took = (this.f.gated - this.paid) * CLOSED_US;
    this.paid = this.f.gated;
    return took;
  }

  begin(fn) {
    const { tracer, turns } = this;
    const before = this.timed();
    try {
      const turn = executionAsyncId();
      const trigger = triggerAsyncId();
      const cause = trigger === turn ? 0 : turns.run(trigger);
      const run = tracer.begin(this.f, fn, cause, 0);
      if (turn > 1) turns.note(turn, run);
      if (before !== 0) this.charge(before);
      return run;
    } catch (error) {
      this.failed(error);
      return 0;
    }
  }

  close(run, outcome, value) {
    const { tracer } = this;
    if (!tracer.alive) return;
    const before = this.calls % TIMED === 0 ? now() : 0;
    try {
      tracer.exit(run, outcome, value);
    } catch (error) {
      this.failed(error);
    }
    if (before !== 0) this.charge(before);
  }

  timed() {
    this.calls = (this.calls + 1) | 0;
    return this.calls % TIMED === 0 ? now() : 0;
  }

  charge(before) {
    const took = Math.min((now() - before) * 1000, LONGEST_US) * TIMED;
    this.tracer.spent += took;
    this.f.spent += took;
  }

  failed(error) {
    const { tracer } = this;
    tracer.faults += 1;
    if (tracer.fault === '') tracer.fault = String(error && error.message).slice(0, 300);
  }
}

module.exports = { Gate, Turns };
