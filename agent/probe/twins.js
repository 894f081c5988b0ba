'use strict';
/**
 * Put twins in the place of live functions, and everything back.
 *
 * In: functions that the walk found, evaluators of their scopes, instrumented source.
 * Out: swapped slots, each written to the journal before it is touched, so that leaving
 * restores exactly those that are still ours.
 */

const { apply, getOwnPropertyDescriptor, is, nameOf, own, textOf } = require('./natives.js');
const { compared, none } = require('./keeping.js');
const { ready } = require('./known.js');
const { isName } = require('./naming.js');
const { SWAPPABLE, replace } = require('./slots.js');
const { dress, herald } = require('./stand_in.js');

const OWN_NAME = /^(?:async\s+)?function\s*\*?\s*([\p{ID_Start}$_][\p{ID_Continue}$]*)\s*\(/u;

/** A hoisted name that stands for the object which holds the method. */
const HOME = '$home';
const MOST_DOUBTS = 5;
const MOST_LAYERS = 4; // of bind upon bind
const HOMES = new Set(['property', 'get', 'set']);

class Twins {
  /** `watch(seen)` has the tracer tell `seen` of every callee before its call. */
  constructor(fx, walk, stands, watch, twinned) {
    this.fx = fx;
    this.twinned = twinned; // hears of the function whose twin is in its places
    this.literals = new Map(); // id -> [script, start]
    this.walk = walk;
    this.watch = watch;
    this.stands = stands;
    this.journal = [];
    this.active = new Map(); // id -> {stand, evaluator}
    this.want = 0;
    this.armed = new Set(); // ids whose entry has a breakpoint at this moment
    this.called = new Set();
    this.taken = new Map(); // id -> evaluator
    this.doubts = new Map(); // id -> entries of its literal that nothing proved to be it
    this.release = () => null; // takes away a stand-in of the watch; its gate, or null
    this.compared = none(); // names of what the app compares by identity
    this.origins = new WeakMap(); // twin, and original -> {fn, placed}: its original; do places hold it?
    this.ready = new Map(); // id -> twin that is not in place yet
  }

  found(id) {
    const found = this.walk.list[id - 1];
    if (found === undefined) throw new Error(`no function ${id}`);
    return found;
  }

  slotsOf(found) {
    // An emitter that removes a listener compares it with this property of ours.
    const named = getOwnPropertyDescriptor(found.fn, 'listener') !== undefined;
    return found.slots.flatMap((slot) => {
      if (isIdentity(slot) || (named && listens(slot)) || compared(slot, this.compared)) return [];
      if (slot.kind === 'bound') return this.binders(slot.holder, []);
      return SWAPPABLE.has(slot.kind) ? [slot] : [];
    });
  }

  /** The places of a function that binds another one, or binds what binds it. */
  binders(fn, inner) {
    const known = this.walk.functions.get(fn);
    if (known === undefined || inner.length === MOST_LAYERS) return [];
    const bound = [...inner, { fn, ...known.bound }];
    return known.slots.flatMap((slot) => {
      if (slot.kind === 'bound') return this.binders(slot.holder, bound);
      const fits = SWAPPABLE.has(slot.kind) && !compared(slot, this.compared);
      return fits ? [{ ...slot, bound }] : [];
    });
  }

  /** Is what holds it compared by the app, so that nothing may stand there? */
  forbidden({ slots }) {
    return slots.some((slot) => compared(slot, this.compared));
  }

  /**
   * Watch for calls of a function; a call says whose scope the next entry is. Tells how
   * many places could be taken, and whether any is compared by the app.
   */
  announce(id) {
    ready(); // not in `make`, which is a command: it takes regular expressions
    const found = this.found(id);
    const gate = this.release(id);
    const stand = herald(found.fn, this.listening(found), () => {
      if (gate !== null) gate.pass();
      this.expect(id);
    });
    return [id, this.install(id, stand), this.forbidden(found)];
  }

  /** Function `id` is entered next; only an armed one consumes this at once. */
  expect(id) {
    this.called.add(id);
    this.want = this.armed.has(id) ? id : 0;
  }

  /** Breakpoints on these are set now; `false` is said before they are removed. */
  arm(ids, on) {
    this.want = 0;
    this.doubts.clear();
    for (const id of ids) {
      if (on) this.armed.add(id);
      else this.armed.delete(id);
    }
    const callees = new Map([...this.armed].map((id) => [this.found(id).fn, id]));
    this.watch(callees.size === 0 ? null : (callee) => {
      const id = callees.get(callee);
      if (id !== undefined) this.expect(id);
    });
  }

  bind(target, layers) {
    return bind(target, layers);
  }

  /** Put `stand` where the function, or its earlier stand-in, is; how many slots hold it. */
  install(id, stand) {
    const found = this.found(id);
    this.release(id);
    const slots = this.slotsOf(found);
    this.stands.set(stand, found.fn);
    this.active.set(id, stand);
    let held = 0;
    for (const slot of slots) {
      const entry = this.entryOf(id, slot, found);
      const next = slot.bound === undefined ? stand : bind(stand, slot.bound);
      this.stands.set(next, entry.original);
      if (!replace(slot, entry.installed, next)) continue;
      entry.installed = next;
      held += 1;
    }
    return held;
  }

  /** Written before the slot is touched; one entry for each slot, whatever stands in it. */
  entryOf(id, slot, found) {
    const same = (one) => one.id === id && one.slot.holder === slot.holder &&
      is(one.slot.key, slot.key) && one.slot.kind === slot.kind;
    let entry = this.journal.find(same);
    if (entry === undefined) {
      const original = slot.bound === undefined ? found.fn : slot.bound.at(-1).fn;
      entry = { id, slot, original, installed: original, twin: undefined };
      this.journal.push(entry);
    }
    return entry;
  }

  /** Does an emitter hold it? */
  listening(found) {
    return found.slots.some(listens);
  }

  /** Called by a breakpoint condition at the entry of the literal of functions `ids`. */
  take(ids, evaluator) {
    try {
      for (const id of ids) {
        if (this.taken.has(id) || !this.armed.has(id)) continue;
        if (this.want === id || this.proves(evaluator, this.found(id))) {
          this.taken.set(id, evaluator);
        } else this.doubts.set(id, (this.doubts.get(id) || 0) + 1);
      }
    } catch {} // a scope that we cannot use stays unused
    this.want = 0;
    return false;
  }

  /**
   * Does the function's own name mean this very function here? Only a name that belongs
   * to the literal proves it: every closure of the literal has such a binding of its own.
   */
  proves(evaluator, found) {
    const [, name] = OWN_NAME.exec(textOf(found.fn)) || [];
    if (name === undefined || name in globalThis) return false;
    try {
      return evaluator(name) === found.fn;
    } catch {
      return false;
    }
  }

  /** Which of these names mean a known function here? [name, id] pairs. */
  resolve(id, names) {
    const evaluator = this.taken.get(id);
    return names.flatMap((name) => {
      if (!isName(name)) return [];
      try {
        const known = this.walk.functions.get(evaluator(name));
        return known === undefined || known.id === 0 ? [] : [[name, known.id]];
      } catch {
        return [];
      }
    });
  }

  /** Evaluate a twin in its scope; `others` are names that mean another twin in it. */
  make(id, source, hoisted, pairs, literal) {
    const others = new Map(pairs);
    const found = this.found(id);
    const evaluator = this.taken.get(id);
    if (evaluator === undefined) throw new Error('its scope was not reached');
    const values = hoisted.map((name) => {
      if (name === HOME) return this.home(found);
      if (!isName(name)) throw new Error(`not a name: ${name}`);
      const other = others.get(name);
      const twin = this.ready.get(other) || this.active.get(other);
      return twin === undefined ? evaluator(name) : twin;
    });
    const twin = evaluator(source)(this.fx, found.fn, ...values);
    if (typeof twin !== 'function') throw new Error('the rewritten text is no function');
    this.ready.set(id, twin);
    this.stems(twin, found);
    if (literal) this.literals.set(id, literal);
  }

  /** Note whose twin this is; what calls it by its name calls it undressed. */
  stems(twin, found) {
    const one = this.origins.get(found.fn) || { fn: found.fn, placed: false };
    one.placed = one.placed || this.slotsOf(found).length > 0;
    this.origins.set(found.fn, one).set(twin, one);
  }

  /** Which scopes were reached, and which seem out of reach while only calls by name come. */
  reached() {
    const doubtful = [...this.doubts].filter(([, count]) => count >= MOST_DOUBTS);
    return { taken: [...this.taken.keys()], doubtful: doubtful.map(([id]) => id) };
  }

  /** Those whose twins were made and are not in their places yet. */
  waiting() {
    return [...this.ready.keys()];
  }

  /** Put a twin that was made in its places; [id, how many slots hold it]. */
  swap(id) {
    const twin = this.ready.get(id);
    if (twin === undefined) return [id, 0];
    this.ready.delete(id);
    this.open(new Set([id])); // a new twin takes the place of the parked one
    const found = this.found(id);
    const stand = dress(twin, found.fn, this.listening(found));
    this.stems(stand, found);
    const held = this.install(id, stand);
    const literal = this.literals.get(id);
    if (literal !== undefined) this.twinned(id, literal);
    return [id, held];
  }

  /** The object whose method this is: what `super` begins at. Unsure is none. */
  home(found) {
    const name = nameOf(found.fn);
    const key = name.startsWith('get ') || name.startsWith('set ') ? name.slice(4) : name;
    const homes = new Set(found.slots
      .filter(({ kind, key: at }) => HOMES.has(kind) && methodName(at) === key)
      .map(({ holder }) => holder));
    if (homes.size !== 1) throw new Error('the object whose method it is cannot be told');
    return [...homes][0];
  }

  /** Give up on these: their slots get the originals back. */
  restore(ids) {
    const wanted = new Set(ids);
    this.undo((entry) => wanted.has(entry.id));
    for (const id of ids) {
      this.active.delete(id);
      this.called.delete(id);
    }
  }

  /**
   * Take twins out of their places for a while: these hold the originals, or `stands`
   * (by id) instead of them. A place that the app has changed is the app's from now on.
   */
  park(ids, stands) {
    this.journal = this.journal.filter((entry) => {
      if (!ids.has(entry.id) || entry.twin !== undefined) return true;
      const { installed, original } = entry;
      if (installed === original) return true;
      const stand = stands.get(entry.id);
      const next = stand === undefined ? original : this.standing(stand, entry.slot, original);
      if (!replace(entry.slot, installed, next)) return false;
      entry.twin = installed;
      entry.installed = next;
      return true;
    });
  }

  /** Is one of them in a Set, which cannot be changed while the app goes through it? */
  gathered(ids) {
    return this.journal.some((entry) => ids.has(entry.id) && entry.slot.kind === 'member');
  }

  /** What stands where `original` stood; the walk and the app see the original in it. */
  standing(stand, slot, original) {
    const next = slot.bound === undefined ? stand : bind(stand, slot.bound);
    this.stands.set(next, original);
    return next;
  }

  /** The stand-ins of a parked function have seen enough: the originals are back. */
  bare(id) {
    this.journal = this.journal.filter((entry) => {
      if (entry.id !== id || entry.twin === undefined || entry.installed === entry.original) return true;
      if (!replace(entry.slot, entry.installed, entry.original)) return false;
      entry.installed = entry.original;
      return true;
    });
  }

  /** Parked twins are back in the places that nobody else has changed. */
  open(ids) {
    this.journal = this.journal.filter((entry) => {
      if (!ids.has(entry.id) || entry.twin === undefined) return true;
      if (!replace(entry.slot, entry.installed, entry.twin)) return false;
      entry.installed = entry.twin;
      entry.twin = undefined;
      return true;
    });
  }

  /** A stand-in for a parked function; an emitter takes it for the listener. */
  dressed(id, stand) {
    const found = this.found(id);
    return dress(stand, found.fn, this.listening(found));
  }

  /** Undo the journal, last first, only where a slot is still ours. */
  undo(which) {
    let lost = 0;
    for (let i = this.journal.length - 1; i >= 0; i -= 1) {
      const entry = this.journal[i];
      if (!which(entry)) continue;
      this.journal.splice(i, 1);
      if (entry.installed === entry.original) continue;
      try {
        if (!replace(entry.slot, entry.installed, entry.original)) lost += 1;
      } catch {
        lost += 1;
      }
    }
    return lost;
  }

  forget() {
    this.undo(() => true);
    this.active.clear();
    this.taken.clear();
    this.ready.clear();
    this.called.clear();
    this.literals.clear();
  }
}

/** What an EventTarget or an emitter compares, and does not call, stays the app's own. */
function isIdentity({ kind, key, holder }) {
  return kind === 'property' && key === 'listener' &&
    (typeof holder === 'function' || own(holder, 'callback') !== undefined);
}

/** Is it a place in an emitter's `_events`, or in a list there? */
function listens({ by, over }) {
  return by === '_events' || over === '_events';
}

function methodName(key) {
  return typeof key === 'symbol' ? `[${key.description}]` : String(key);
}

/** Bind as the app did, the innermost first. */
function bind(target, layers) {
  return layers.reduce((inner, { fn, self, args }) => {
    const bound = apply(Function.prototype.bind, inner, [self, ...args]);
    return dress(bound, fn, false);
  }, target);
}

module.exports = { Twins };
