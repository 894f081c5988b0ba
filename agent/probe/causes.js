'use strict';
/**
 * Who handed a function over, and what ran after what on one stack.
 *
 * In: functions as they are made, passed and entered. Out: closure numbers, the
 * activation that caused a run, and AFTER and STACK records. Holds functions weakly.
 */

const { EVENT } = require('./abi.js');
const { Ages } = require('./ages.js');
const { builtin, textOf } = require('./natives.js');
const { callers } = require('./stacks.js');
const { TEXT_BYTES } = require('./encoder.js');
const { redactValues } = require('./redact.js');
const { queue } = require('./soon.js');

const { executionAsyncId } = builtin('async_hooks');
const DEPTH = 60;
const ENTERS = /\$x\d*_fx\.enter\((\d+),(\d+),0,/;
const KEYWORD = /^(?:async\b\s*)?function\b/;
const NESTED = /=>|\bfunction\b|\bclass\b/;
const MOST_CLOSURES = 10000; // in a generation

class Causes {
  constructor(out) {
    this.out = out;
    this.closures = new Ages(MOST_CLOSURES);
    this.twins = new WeakMap(); // see twins.js
    this.count = 0;
    this.last = null;
    this.lastTurn = 0;
    this.lastEdge = false;
    this.empty = () => {}; // the stack is
    this.emptied = [() => {
      this.last = null;
      this.lastEdge = false;
      try {
        this.empty();
      } catch {} // as a rejection it would end the app
    }];
  }

  /** Is this the twin of a function, in a place where code that is not traced finds it? */
  placed(fn) {
    const twin = this.twins.get(fn);
    return twin !== undefined && twin.placed;
  }

  /**
   * Whose hand-overs are those of this function? Of a twin that only traced code finds,
   * its original's, as whose its runs are told. Of another one nobody has seen them all.
   */
  same(fn) {
    const twin = this.twins.get(fn);
    return twin === undefined || twin.placed ? fn : twin.fn;
  }

  /** The number of what tells of its runs where this is called; 0 as long as none is known. */
  runs(callee) {
    const twin = this.twins.get(callee);
    if (twin !== undefined && twin.fn === callee) return -1; // the original, not its twin
    const known = this.closures.get(twin === undefined ? callee : twin.fn);
    return known === undefined ? 0 : known.number;
  }

  /** What is known of a function value; it is numbered at its first use. */
  closure(value) {
    const fn = this.same(value);
    let found = this.closures.get(fn);
    if (found === undefined) {
      found = { number: (this.count += 1), script: 0, start: 0, handed: 0, stream: undefined };
      this.closures.set(fn, found);
    }
    return found;
  }

  /** A function value of this literal was made, or is entered. */
  know(fn, script, start) {
    const found = this.closure(fn);
    if (found.script === 0) {
      found.script = script;
      found.start = start;
    }
    return found;
  }

  /** A method does not know itself: which literal it is stands in its text. */
  read(known, fn) {
    const text = textOf(fn);
    const found = ENTERS.exec(text);
    if (found === null) return;
    const head = text.slice(0, found.index).replace(KEYWORD, '');
    if (NESTED.test(head)) return; // a default value's, perhaps
    known.script = Number(found[1]);
    known.start = Number(found[2]);
  }

  /** A traced run begins with no traced run above it. */
  entered(f, turn, frames) {
    const { last, out } = this;
    if (last === null || this.lastTurn !== turn) return;
    // Promise continuations all have turn 0: what is alone on its stack came after nothing.
    if (turn === 0 && callers(6, frames).length === 0) return;
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
    queue(this.emptied); // `queueMicrotask` would take a number of those that the app is given
  }

  stack(activation, frames) {
    const text = callers(DEPTH, frames).join('\n');
    const { out } = this;
    out.open(EVENT.STACK, 2, 24 + TEXT_BYTES);
    out.int(activation);
    out.text(redactValues(text));
  }
}

module.exports = { Causes, executionAsyncId };
