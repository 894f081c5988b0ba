'use strict';
/**
 * What a stand-in asks when it is called: is this run observed? And what it tells then.
 *
 * In: the calls of one function. Out: counts of all, records of some, with the run whose
 * turn led to this one as the cause. Never throws.
 */

const { EVENT } = require('./abi.js');
const { builtin, now } = require('./natives.js');
const { outcomeOf } = require('./outcomes.js');

const { executionAsyncId } = builtin('async_hooks');
const TIMED = 16;
const LONGEST_US = 100;
const CLOSED_US = 0.03; // a run that only passes through
const MOST_EARLY = 16; // runs of one function before it is known which it is

class Gate {
  constructor(tracer) {
    this.tracer = tracer;
    this.functions = tracer.functions;
    this.turns = tracer.turns;
    this.f = null; // until the agent says of which literal these runs are
    this.runs = []; // ... of the first, what there is to say then
    this.passed = 0;
    this.calls = 0;
    this.paid = 0;
  }

  /** These are runs of this literal. */
  of(script, start) {
    const f = this.functions.get(script, start);
    f.seen += this.runs.length;
    f.kept += this.runs.length;
    f.gated += this.passed;
    this.paid = f.gated;
    this.f = f;
    return this;
  }

  /** A run begins: its number, or 0 when it is only counted. */
  open(fn) {
    if (!this.tracer.alive) return 0;
    if (this.f === null) return this.early(fn);
    if (this.functions.admit(this.f)) return this.begin(fn);
    this.turns.pass();
    return 0;
  }

  /** A run before it is known of what. */
  early(fn) {
    const { runs, tracer, turns } = this;
    const turn = executionAsyncId();
    if (runs.length >= MOST_EARLY) {
      this.passed += 1;
      turns.pass();
      return 0;
    }
    const cause = turns.led(turn);
    const run = (tracer.count += 1);
    runs.push({ fn: new WeakRef(fn), run, cause, turn, at: tracer.time(), until: -1, outcome: 0 });
    turns.note(run);
    return run;
  }

  /** Tell of the runs before it was known of what they are. */
  tell(out) {
    const { f, runs, tracer } = this;
    for (const { fn, run, cause, turn, at, until, outcome } of runs) {
      const closure = fn.deref();
      out.open(EVENT.ENTER, 8, 80);
      for (const field of [at, run, f.script, f.start,
        closure === undefined ? 0 : tracer.causes.know(closure, f.script, f.start).number, 0, cause, turn]) out.int(field);
      if (until < 0) continue; // it is under way, and will say so itself
      out.open(EVENT.EXIT, 3, 40);
      for (const field of [until, run, outcome]) out.int(field);
    }
    runs.length = 0;
  }

  /** A run that is not observed, but counted. */
  pass() {
    if (this.f === null) this.passed += 1;
    else this.f.gated += 1;
  }

  /** Microseconds that the runs took which only passed through, since the last time. */
  due() {
    if (this.f === null) return 0;
    const took = (this.f.gated - this.paid) * CLOSED_US;
    this.paid = this.f.gated;
    return took;
  }

  begin(fn) {
    const { tracer } = this;
    const before = this.timed();
    try {
      const run = tracer.begin(this.f, fn, 0);
      this.turns.note(run);
      if (run === 1) tracer.out.flush(); // the agent hears of the first at once
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
    const early = this.runs.length === 0 ? undefined : this.runs.find((one) => one.run === run);
    if (early !== undefined) {
      early.outcome = outcomeOf(outcome, value);
      early.until = tracer.time();
      return;
    }
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

module.exports = { Gate };
