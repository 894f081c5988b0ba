'use strict';
/**
 * Who handed a function over, and what ran after what on one stack.
 *
 * In: closures as they are made, passed and entered. Out: closure numbers, the
 * activation that caused a run, and AFTER and STACK records.
 */

const { EVENT } = require('./abi.js');
const { builtin, textOf } = require('./natives.js');
const { callers } = require('./stacks.js');
const { TEXT_BYTES } = require('./encoder.js');

const { executionAsyncId } = builtin('async_hooks');
const MOST_CLOSURES = 100000;
const MOST_PENDING = 64;
/** How the rewritten text of a literal begins its activation. */
const ENTER = /\benter\((\d+), ?(\d+),/;
const DEPTH = 60;

class Causes {
  constructor(out) {
    this.out = out;
    this.closures = new WeakMap();
    this.handed = new Map();
    this.made = new Map();
    this.pending = [];
    this.count = 0;
    this.last = null;
    this.lastTurn = 0;
    this.lastEdge = false;
  }

  /** The number of a function value, given at its first use. */
  closureOf(fn) {
    let closure = this.closures.get(fn);
    if (closure === undefined) {
      closure = (this.count += 1);
      this.closures.set(fn, closure);
    }
    return closure;
  }

  /** A literal is about to be evaluated: a closure number for the value to come. */
  make(script, start) {
    const closure = (this.count += 1);
    remember(this.made, closure, { script, start });
    this.pending.push(closure);
    if (this.pending.length > MOST_PENDING) this.pending.shift();
    return closure;
  }

  /** The number of a function that is handed over; a fresh literal brings its own. */
  handedOver(fn) {
    const known = this.closures.get(fn);
    if (known !== undefined || this.pending.length === 0) return known || this.closureOf(fn);
    const [, script, start] = ENTER.exec(textOf(fn).slice(0, 600)) || [];
    const at = script === undefined ? -1 : this.pending.findIndex((closure) => {
      const made = this.made.get(closure);
      return made !== undefined && made.script === +script && made.start === +start;
    });
    if (at < 0) return this.closureOf(fn);
    const [closure] = this.pending.splice(at, 1);
    this.closures.set(fn, closure);
    return closure;
  }

  /** This activation passed this closure on; it is the cause of the runs to come. */
  hand(closure, activation) {
    remember(this.handed, closure, activation);
  }

  causeOf(closure) {
    return this.handed.get(closure) || 0;
  }

  /** A traced run begins with no traced run above it. */
  entered(f, turn) {
    const { last, out } = this;
    if (last === null || this.lastTurn !== turn) return;
    // Promise continuations all have turn 0: what is alone on its stack came after nothing.
    if (turn === 0 && callers(6).length === 0) return;
    out.open(EVENT.AFTER, 4, 48);
    out.int(last.script);
    out.int(last.start);
    out.int(f.script);
    out.int(f.start);
  }

  /** ... and has ended. A microtask runs once this stack is left. */
  left(f, turn) {
    this.last = f;
    this.lastTurn = turn;
    if (this.lastEdge) return;
    this.lastEdge = true;
    queueMicrotask(() => {
      this.last = null;
      this.lastEdge = false;
    });
  }

  stack(activation) {
    const text = callers(DEPTH).join('\n');
    const { out } = this;
    out.open(EVENT.STACK, 2, 24 + TEXT_BYTES);
    out.int(activation);
    out.text(text);
  }
}

/** Bounded: the oldest are forgotten, and their runs have an unknown cause. */
function remember(map, key, value) {
  map.set(key, value);
  if (map.size > MOST_CLOSURES) map.delete(map.keys().next().value);
}

module.exports = { Causes, executionAsyncId };
