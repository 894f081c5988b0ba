'use strict';
/**
 * `fx`: what instrumented code calls. It watches and never takes part.
 *
 * In: the calls of store/abi.py PROBE_CALLS. Out: records in the encoder's block; each
 * call returns what the table says, whatever goes wrong inside.
 */

const { EVENT, CELL_KIND, OUTCOME } = require('./abi.js');
const { Accessors } = require('./accessors.js');
const { Blocks } = require('./blocks.js');
const { isObject, now } = require('./natives.js');
const { TEXT_BYTES } = require('./encoder.js');
const { executionAsyncId } = require('./causes.js');
const { Leads } = require('./leads.js');
const { outcomeOf } = require('./outcomes.js');
const { Repeats } = require('./repeats.js');
const { Shapes, young } = require('./shapes.js');
const effects = require('./effects.js');
const { unbound } = require('./returned.js');
const { Touches } = require('./touches.js');
const { Turns } = require('./turns.js');

const RING = 32768; // activations whose function is remembered
const MOST_EVENTS = 1000; // of one activation; what follows is unknown, and says so
const MOST_US = 3000; // of ours in one activation; what follows is unknown, too
const MOST_EACH = 10; // of that for one call: a longer one was interrupted by the machine
const QUIET_US = 0.02; // a call on behalf of an activation of which no more is told
const MOST_REPEATS = 8; // of one effect at one site in one activation
const DEEPEST = 10000; // runs and calls that are under way at once
const GATE_US = 0.2; // a run that a closed gate lets through
const MOST_SHAPED = 200; // events of an activation whose calls are still described

class Tracer {
  constructor(out, functions, cells, causes) {
    Object.assign(this, { out, functions, cells, causes, spent: 0, faults: 0, fault: '' });
    this.alive = true;
    this.started = now();
    this.count = 0;
    this.stack = [];
    this.owners = new Array(RING).fill(null);
    this.closures = new Float64Array(RING); // their numbers
    this.numbers = new Float64Array(RING);
    this.events = new Uint16Array(RING);
    this.entered = new Float64Array(RING);
    this.charged = new Float64Array(RING);
    this.costs = new Float64Array(RING);
    this.site = 0; // of the last effect or call
    this.repeats = new Repeats(); // of effects
    this.leads = new Leads(out, this);
    this.blocks = new Blocks(out);
    this.turns = new Turns();
    this.unknowns = new Repeats(); // whose cell is 0
    this.marks = [];
    causes.empty = () => {
      this.marks.length = 0; // of calls whose end nobody told
      this.leads.empty();
    };
    this.early = 0; // whose parameters were evaluated where nobody was told
    this.accessors = new Accessors(this);
    this.touches = new Touches(this);
    this.shapes = new Shapes(out);
    this.iterating = null; // whose iterator the next run above will return
    this.texts = { held: 0 }; // of files that were rewritten as they were loaded
    this.watch = null; // tells of calls of functions whose scope is wanted
  }

  /** Microseconds since the stream began. */
  time() {
    return Math.round((now() - this.started) * 1000);
  }

  /** So many microseconds were ours, on behalf of an activation, if of any. */
  charge(microseconds, activation) {
    this.spent += microseconds;
    const slot = activation % RING;
    if (activation === 0 || this.numbers[slot] !== activation) return;
    this.owners[slot].spent += microseconds;
    const before = this.costs[slot];
    const cost = before + Math.min(microseconds, MOST_EACH);
    this.costs[slot] = cost;
    if (before <= MOST_US && cost > MOST_US) this.quieten(activation, slot);
  }

  /**
   * A long loop: each turn of it costs us far more than it costs the app, so that it would
   * hold the target up for seconds. No more is told of this run, and the next one of its
   * function is observed when the budget has room for one as dear.
   */
  quieten(activation, slot) {
    const told = this.events[slot] >= MOST_EVENTS;
    this.events[slot] = MOST_EVENTS + 1;
    if (!told) this.unknown(activation, this.site, 'more than could be kept');
    const f = this.owners[slot];
    f.left = 0;
    this.functions.shut(f);
  }

  /** Is no more told of an activation? Called for everything that it does, so quick. */
  quiet(activation) {
    const slot = activation % RING;
    if (this.events[slot] <= MOST_EVENTS || this.numbers[slot] !== activation) return false;
    this.charge(QUIET_US, activation);
    return true;
  }

  /** Is this one of the first runs of its function, whose calls cost more? */
  young(activation, runs) {
    const f = this.owner(activation);
    return f !== null && young(f, runs);
  }

  /** What a call's mark belongs to. */
  marked(mark) {
    const found = this.marks[mark - 1];
    return found === undefined ? 0 : found.activation;
  }

  /** A run that is not observed: its caller's, or its own, to pay for. */
  pass(f) {
    const { marks, stack } = this;
    this.turns.pass();
    if (marks.length > 0) marks[marks.length - 1].gated = true;
    const around = this.current();
    if (around !== 0) this.unseen(around, this.site, 'a run that was not observed');
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
    return this.begin(f, closure, 1, self, args);
  }

  /**
   * A run of `f` that is observed begins. `frames`: how many frames of the stack are the
   * function itself. Where no hand-over was seen, its turn tells which run led to it.
   */
  begin(f, closure, frames, self, args) {
    const { stack, causes, out } = this;
    if (args !== undefined) f.traced += 1;
    const fresh = young(f);
    const before = now();
    const turn = executionAsyncId();
    const activation = (this.count += 1);
    const slot = activation % RING;
    this.owners[slot] = f;
    this.closures[slot] = 0;
    this.numbers[slot] = activation;
    this.events[slot] = 0;
    this.costs[slot] = 0;
    this.entered[slot] = before;
    this.charged[slot] = this.spent;
    const known = typeof closure === 'function' ? causes.know(closure, f.script, f.start) : null;
    if (known !== null) this.closures[slot] = known.number;
    const top = stack.length === 0 ? 0 : stack[stack.length - 1];
    if (top === 0) causes.entered(f, turn, frames);
    const at = this.time();
    out.open(EVENT.ENTER, 9, 90);
    out.int(at);
    out.int(activation);
    out.int(f.script);
    out.int(f.start);
    out.int(known === null ? closure : known.number);
    out.int(top);
    out.int((known !== null && known.handed) || (top === 0 ? this.turns.led(turn) : 0));
    out.int(turn);
    out.int(top === 0 ? this.leads.trigger(turn) : 0);
    if (top === 0) this.leads.entered(at, activation, closure, turn, this.current(), args || []);
    if (known !== null) {
      this.leads.begins(known, at, activation, top);
      if (this.leads.steps.some) this.leads.steps.begins(at, activation, closure, self, args || []);
    }
    if (stack.length >= DEEPEST) stack.length = 0;
    stack.push(activation);
    if (args !== undefined) this.roots(f, closure, self, args);
    if (this.early !== 0) {
      if (this.early === f.start) this.opaque(activation, f.start, 'parameters');
      this.early = 0;
    }
    if (f.stacks > 0) {
      f.stacks -= 1;
      causes.stack(activation, frames);
    }
    if (fresh) this.charge((now() - before) * 1000, activation);
    return activation;
  }

  /**
   * The run under way, 0 when there is none: for code that runs on behalf of whoever
   * called it, such as the values of fields and of parameters.
   */
  current() {
    const { marks, stack } = this;
    const mark = marks.length === 0 ? undefined : marks[marks.length - 1];
    if (mark !== undefined && mark.height >= stack.length) return mark.activation;
    return stack.length === 0 ? 0 : stack[stack.length - 1];
  }

  /** As `current`; where there is none, the run of `begins`, which is next, says so. */
  around(begins) {
    const activation = this.current();
    if (activation === 0) this.early = begins;
    return activation;
  }

  /** Name what came in, and describe its shape while the function is young. */
  roots(f, closure, self, args) {
    const { cells, marks } = this;
    const mark = marks.length === 0 ? undefined : marks[marks.length - 1];
    if (mark !== undefined && mark.entry !== null && mark.entry.rule === 'promise') {
      effects.settlers(this, mark, f, closure, args);
    }
    const fresh = young(f);
    for (let i = 0; i < args.length; i += 1) {
      const value = args[i];
      if (fresh && i < 16) this.shapes.tell(f, `arg:${i}`, value);
      if (isObject(value) && cells.of(value) === 0) {
        cells.call(value, cells.root(CELL_KIND.argument, i < 16 ? String(i) : 'arguments', f.script, f.start));
      }
    }
    if (isObject(self) && self !== globalThis && cells.of(self) === 0) {
      cells.call(self, cells.root(CELL_KIND.this, 'this', f.script, f.start));
    }
    if (fresh && isObject(self)) this.shapes.tell(f, 'this', self);
  }

  exit(activation, outcome, value) {
    const { stack, out } = this;
    const at = stack.lastIndexOf(activation);
    if (at >= 0) stack.length = at;
    const { iterating } = this;
    if (iterating !== null && at <= iterating.height) {
      this.iterating = null;
      if (at === iterating.height && outcome !== OUTCOME.throw) effects.stepper(this, iterating, value);
    }
    const f = this.owner(activation);
    const told = outcomeOf(outcome, value);
    this.leads.promises.exited(activation, value, this.closures[activation % RING], at, outcome === OUTCOME.promise);
    if (f !== null && isObject(value) && this.events[activation % RING] >= MOST_EVENTS) {
      effects.arrival(this.cells, f, 'result', value);
    }
    if (told !== OUTCOME.throw && f !== null && young(f)) this.shapes.tell(f, 'result', value);
    out.open(EVENT.EXIT, 3, 40);
    out.int(this.time());
    out.int(activation);
    out.int(told);
    if (f === null) return;
    if (at === 0) {
      const turn = executionAsyncId();
      this.leads.left(turn);
      this.causes.left(f, turn);
    }
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

  /** Nobody knows what happens here; said once for a site. */
  unseen(activation, site, what) {
    if (this.unknowns.more(activation, site * 2, 0) > 1) return;
    this.opaque(activation, site, what);
  }

  /** `object`: whose place it is, where that is told; `item`: which one, 0 for all of it. */
  effect(code, activation, site, cell, object, item = 0) {
    const { out } = this;
    if (cell === 0) {
      this.opaque(activation, site, 'too many cells');
      return;
    }
    if (this.repeats.more(activation, site * 2 + (code & 1), cell) > MOST_REPEATS) return;
    if (!this.room(activation, site)) return;
    out.open(code, 5, 50);
    out.int(activation);
    out.int(site);
    out.int(cell);
    const { cells } = this;
    out.int(object === undefined || cells.vague.has(cell) ? 0 : cells.object(object));
    out.int(item);
  }

  /** Has this activation said so much that the rest is only called unknown? */
  room(activation, site) {
    const slot = activation % RING;
    if (this.numbers[slot] !== activation) return true;
    const events = (this.events[slot] += 1);
    if (events < MOST_EVENTS) return true;
    if (events === MOST_EVENTS) this.unknown(activation, site, 'more than could be kept');
    this.events[slot] = MOST_EVENTS + 1;
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
    this.site = site;
    if (this.watch !== null) this.watch(callee);
    this.goes(activation, false);
    const slot = activation % RING;
    const mine = this.numbers[slot] === activation;
    if (mine && this.events[slot] > MOST_EVENTS) return 0;
    const f = mine ? this.owners[slot] : null;
    const fresh = f !== null && young(f) && this.events[slot] < MOST_SHAPED;
    for (let i = 0; i < args.length && i < 16; i += 1) {
      const value = args[i];
      if (typeof value === 'function') this.hand(activation, site, value, i, text, i === 1 ? self : undefined, args[0]);
      if (fresh) this.shapes.tell(f, `call:${site}:arg:${i}`, value);
    }
    const { marks } = this;
    if (marks.length >= DEEPEST) {
      this.unseen(activation, site, 'too deep');
      return 0;
    }
    const mark = {
      activation, site, callee, self, args, text, at: 0, height: this.stack.length, gated: false, entry: null,
    };
    mark.entry = effects.before(this, mark);
    this.leads.before(mark, this.time());
    mark.at = now();
    return marks.push(mark);
  }

  hand(activation, site, fn, argument, text, self, event) {
    const { causes, out } = this;
    this.turns.note(activation);
    const known = causes.closure(unbound(fn));
    if (known.script === 0) causes.read(known, unbound(fn));
    known.handed = activation;
    if (self !== undefined) this.leads.listens(known, self, event);
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

  /** A run that had waited does something: it goes on, after the `await` at `site`; 0: see there. */
  goes(activation, ok, always = false, site = 0) {
    const { loops, waiting } = this.leads.promises;
    if (always || (waiting.size !== 0 && waiting.has(activation)) || (loops.size !== 0 && loops.has(activation))) this.leads.resumed(this.time(), activation, ok, site);
  }

  settle(mark, thrown, value) {
    const { marks, out } = this;
    const found = marks[mark - 1];
    if (found === undefined) return;
    marks.length = mark - 1;
    if (thrown === 0) this.leads.gave(found, value, this.causes, this.time());
    if (thrown === 0 && found.entry !== null) effects.after(this, found, value);
    else if (found.gated) this.touches.came(found.activation, found.site, `${found.text}()`, value);
    if (!this.room(found.activation, found.site)) return;
    out.open(EVENT.CALL, 4, 40);
    out.int(found.activation);
    out.int(found.site);
    out.int(Math.round((now() - found.at) * 1000));
    out.int(thrown);
  }

  /** Roughly how many bytes the tables take, at the most. */
  memory() {
    const { cells, causes, functions } = this;
    return RING * 50 + this.leads.memory() + this.blocks.memory() + 2 * Repeats.BYTES + this.shapes.count * 200 + cells.count * 250 + cells.names.held() * 40 +
      causes.closures.held() * 110 + functions.table.size * 700 + this.texts.held;
  }

  /** The function of an activation that is not too long ago. */
  owner(activation) {
    const slot = activation % RING;
    return activation !== 0 && this.numbers[slot] === activation ? this.owners[slot] : null;
  }
}

module.exports = { Tracer };
