'use strict';
/**
 * `fx`: what instrumented code calls. It watches and never takes part.
 *
 * In: the calls of store/abi.py PROBE_CALLS. Out: records in the encoder's block; each
 * call returns what the table says, whatever goes wrong inside.
 */

const { EVENT, CELL_KIND, OUTCOME } = require('./abi.js');
const { isObject, now, types } = require('./natives.js');
const { TEXT_BYTES } = require('./encoder.js');
const { executionAsyncId } = require('./causes.js');
const { shapeOf } = require('./shapes.js');
const { natives } = require('./effects.js');

const RING = 32768; // activations whose function is remembered
const MOST_EVENTS = 1000; // of one activation; what follows is unknown, and says so
const MOST_REPEATS = 8; // of one effect at one site in one activation
const SHAPED_RUNS = 20;
const MOST_SHAPES = 8;
const ALL_SHAPES = 5000; // of all functions
const DEEPEST = 10000; // runs and calls that are under way at once
const GATE_US = 0.2; // a run that a closed gate lets through
const MOST_SHAPED = 200; // events of an activation whose calls are still described

/** Is a function so young that its values are described? Of a twin, its own runs count. */
function shaped(f, runs = SHAPED_RUNS) {
  return (f.traced > 0 ? f.traced : f.kept) <= runs;
}

/** How a run ended, as it is told. */
function outcomeOf(outcome, value) {
  if (outcome === OUTCOME.throw) return outcome;
  if (types.isPromise(value)) return OUTCOME.promise;
  return value === undefined ? OUTCOME.undefined : OUTCOME.value;
}

class Tracer {
  constructor(out, functions, cells, causes) {
    Object.assign(this, { out, functions, cells, causes });
    this.alive = true;
    this.started = now();
    this.count = 0;
    this.stack = [];
    this.owners = new Array(RING).fill(null);
    this.numbers = new Float64Array(RING);
    this.events = new Uint16Array(RING);
    this.entered = new Float64Array(RING);
    this.charged = new Float64Array(RING);
    this.repeats = new Float64Array(1024);
    this.repeated = new Uint8Array(1024);
    this.marks = [];
    this.shapes = 0;
    this.watch = null; // tells of calls of functions whose scope is wanted
    this.spent = 0;
    this.faults = 0;
    this.fault = '';
  }

  /** Microseconds since the stream began. */
  time() {
    return Math.round((now() - this.started) * 1000);
  }

  /** So many microseconds were ours, on behalf of an activation, if of any. */
  charge(microseconds, activation) {
    this.spent += microseconds;
    const f = this.owner(activation);
    if (f !== null) f.spent += microseconds;
  }

  /** Is this one of the first runs of its function, whose calls cost more? */
  young(activation, runs) {
    const f = this.owner(activation);
    return f !== null && shaped(f, runs);
  }

  /** What a call's mark belongs to. */
  marked(mark) {
    const found = this.marks[mark - 1];
    return found === undefined ? 0 : found.activation;
  }

  /** A run that is not observed: its caller's, or its own, to pay for. */
  pass(f) {
    const { stack } = this;
    if (stack.length > 0) this.charge(GATE_US, stack[stack.length - 1]);
    else {
      this.spent += GATE_US;
      f.spent += GATE_US;
    }
    return 0;
  }

  enter(script, start, closure, self, args) {
    const f = this.functions.get(script, start);
    if (!this.functions.admit(f)) return this.pass(f);
    return this.begin(f, closure, 0, 1, self, args);
  }

  /**
   * A run of `f` that is observed begins. `cause`: the run that led to it, where no
   * hand-over was seen; `frames`: how many frames of the stack are the function itself.
   */
  begin(f, closure, cause, frames, self, args) {
    const { stack, causes, out } = this;
    if (args !== undefined) f.traced += 1;
    const young = shaped(f);
    const before = now();
    const turn = executionAsyncId();
    const activation = (this.count += 1);
    const slot = activation % RING;
    this.owners[slot] = f;
    this.numbers[slot] = activation;
    this.events[slot] = 0;
    this.entered[slot] = before;
    this.charged[slot] = this.spent;
    const known = typeof closure === 'function' ? causes.know(closure, f.script, f.start) : null;
    const top = stack.length === 0 ? 0 : stack[stack.length - 1];
    if (top === 0) causes.entered(f, turn, frames);
    out.open(EVENT.ENTER, 8, 80);
    out.int(this.time());
    out.int(activation);
    out.int(f.script);
    out.int(f.start);
    out.int(known === null ? closure : known.number);
    out.int(top);
    out.int((known !== null && known.handed) || cause);
    out.int(turn);
    if (stack.length >= DEEPEST) stack.length = 0;
    stack.push(activation);
    if (args !== undefined) this.roots(f, self, args);
    if (f.stacks > 0) {
      f.stacks -= 1;
      causes.stack(activation, frames);
    }
    if (young) this.charge((now() - before) * 1000, activation);
    return activation;
  }

  /** Name what came in, and describe its shape while the function is young. */
  roots(f, self, args) {
    const { cells } = this;
    const young = shaped(f);
    const count = args === undefined ? 0 : Math.min(args.length, 16);
    for (let i = 0; i < count; i += 1) {
      const value = args[i];
      if (young) this.shape(f, `arg:${i}`, value);
      if (isObject(value) && cells.of(value) === 0) {
        cells.call(value, cells.root(CELL_KIND.argument, String(i), f.script, f.start));
      }
    }
    if (isObject(self) && self !== globalThis && cells.of(self) === 0) {
      cells.call(self, cells.root(CELL_KIND.this, 'this', f.script, f.start));
    }
    if (young && isObject(self)) this.shape(f, 'this', self);
  }

  exit(activation, outcome, value) {
    const { stack, out } = this;
    const at = stack.lastIndexOf(activation);
    if (at >= 0) stack.length = at;
    const f = this.owner(activation);
    const told = outcomeOf(outcome, value);
    if (told !== OUTCOME.throw && f !== null && shaped(f)) this.shape(f, 'result', value);
    out.open(EVENT.EXIT, 3, 40);
    out.int(this.time());
    out.int(activation);
    out.int(told);
    if (f === null) return;
    if (at === 0) this.causes.left(f, executionAsyncId());
    if (f.timing !== null) this.compare(f, activation, told);
  }

  /** What this run took beyond what an unobserved one takes, and beyond our own calls. */
  compare(f, activation, told) {
    const slot = activation % RING;
    if (told === OUTCOME.promise) f.timing.useless = true;
    const took = (now() - this.entered[slot]) * 1000;
    f.timing.saw(took - (this.spent - this.charged[slot]));
    if (!f.timing.useless && f.timing.extra > 0) this.charge(f.timing.extra, activation);
  }

  touch(code, activation, site, object, key, value) {
    const base = this.cells.of(object);
    if (base === 0) return;
    const cell = this.cells.child(base, key);
    this.cells.call(value, cell);
    this.effect(code, activation, site, cell);
  }

  capture(code, activation, site, name, declared, value) {
    const { cells } = this;
    const f = this.owner(activation);
    if (f === null) {
      this.opaque(activation, site, 'a captured variable, long after');
      return;
    }
    const kind = declared < 0 ? CELL_KIND.global : CELL_KIND.capture;
    const cell = cells.root(kind, name, declared < 0 ? 0 : f.script, declared < 0 ? 0 : declared);
    cells.call(value, cell);
    this.effect(code, activation, site, cell);
  }

  effect(code, activation, site, cell) {
    const { out } = this;
    if (cell === 0) {
      this.opaque(activation, site, 'too many cells');
      return;
    }
    const id = ((activation * 1021 + site * 31 + cell) * 2 + (code & 1)) % 9007199254740881;
    const slot = id % 1024;
    if (this.repeats[slot] !== id) {
      this.repeats[slot] = id;
      this.repeated[slot] = 0;
    } else if (this.repeated[slot] >= MOST_REPEATS) return;
    this.repeated[slot] += 1;
    if (!this.room(activation, site)) return;
    out.open(code, 3, 32);
    out.int(activation);
    out.int(site);
    out.int(cell);
  }

  /** Has this activation said so much that the rest is only called unknown? */
  room(activation, site) {
    const slot = activation % RING;
    if (this.numbers[slot] !== activation) return true;
    const events = (this.events[slot] += 1);
    if (events < MOST_EVENTS) return true;
    if (events === MOST_EVENTS) this.unknown(activation, site, 'more than could be kept');
    else this.events[slot] = MOST_EVENTS + 1;
    return false;
  }

  opaque(activation, site, what) {
    if (this.room(activation, site)) this.unknown(activation, site, what);
  }

  unknown(activation, site, what) {
    const { out } = this;
    out.open(EVENT.OPAQUE, 3, 32 + TEXT_BYTES);
    out.int(activation);
    out.int(site);
    out.safe(String(what).slice(0, 200));
  }

  call(activation, site, callee, self, args, text) {
    if (this.watch !== null) this.watch(callee);
    const slot = activation % RING;
    const mine = this.numbers[slot] === activation;
    if (mine && this.events[slot] > MOST_EVENTS) return 0;
    const f = mine ? this.owners[slot] : null;
    const young = f !== null && shaped(f) && this.events[slot] < MOST_SHAPED;
    for (let i = 0; i < args.length && i < 16; i += 1) {
      const value = args[i];
      if (typeof value === 'function') this.hand(activation, site, value, i, text);
      if (young) this.shape(f, `call:${site}:arg:${i}`, value);
    }
    if (typeof callee === 'function') natives(this, activation, site, callee, self, args, text);
    if (this.marks.length >= DEEPEST) return 0;
    this.marks.push({ activation, site, at: now() });
    return this.marks.length;
  }

  hand(activation, site, fn, argument, text) {
    const { causes, out } = this;
    const known = causes.closure(fn);
    known.handed = activation;
    out.open(EVENT.HAND, 8, 80 + TEXT_BYTES);
    out.int(this.time());
    out.int(activation);
    out.int(site);
    out.int(known.number);
    out.int(known.script);
    out.int(known.start);
    out.int(argument);
    out.safe(String(text).slice(0, 200));
  }

  settle(mark, thrown) {
    const { marks, out } = this;
    const found = marks[mark - 1];
    if (found === undefined) return;
    marks.length = mark - 1;
    if (!this.room(found.activation, found.site)) return;
    out.open(EVENT.CALL, 4, 40);
    out.int(found.activation);
    out.int(found.site);
    out.int(Math.round((now() - found.at) * 1000));
    out.int(thrown);
  }

  shape(f, slot, value) {
    const [shape, bytes] = shapeOf(value);
    const shapes = f.shapes || (f.shapes = new Map());
    const known = shapes.get(slot) || shapes.set(slot, new Map()).get(slot);
    const before = known.get(shape);
    if (before === undefined ? known.size >= MOST_SHAPES : bytes <= before * 2) return;
    if (before === undefined) {
      if (this.shapes >= ALL_SHAPES) return;
      this.shapes += 1;
    }
    known.set(shape, bytes);
    const { out } = this;
    out.open(EVENT.SHAPE, 5, 40 + 2 * TEXT_BYTES);
    out.int(f.script);
    out.int(f.start);
    out.text(slot);
    out.text(shape);
    out.int(bytes);
  }

  /** Roughly how many bytes the tables take, at the most. */
  memory() {
    const { cells, causes, functions } = this;
    return RING * 34 + this.shapes * 200 + cells.count * 250 + cells.names.held() * 40 +
      causes.closures.held() * 110 + functions.table.size * 700;
  }

  /** The function of an activation that is not too long ago. */
  owner(activation) {
    if (activation === 0) return null;
    const slot = activation % RING;
    return this.numbers[slot] === activation ? this.owners[slot] : null;
  }
}

module.exports = { Tracer, outcomeOf };
