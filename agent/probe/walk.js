'use strict';
/**
 * Find the functions of the app: a walk over live objects, nearest first, in steps.
 *
 * In: roots, and who tells which scripts are Node's own. Out: for every function that
 * is not Node's: where it was written, how far it is, and every slot that holds it.
 * Reads own data only: no getter, no Proxy, no code of the app runs.
 */

const { isObject, mine, nameOf, now, own, textOf, types } = require('./natives.js');
const { Looker } = require('./looker.js');
const { through } = require('./masks.js');
const { contents } = require('./contents.js');
const { Queue, costOf } = require('./queue.js');
const { looksLikeData, redactKey, redactValues } = require('./redact.js');
const { durations, roots } = require('./roots.js');
const { Scopes } = require('./scopes.js');

const MOST_OBJECTS = 300000;
const PATH_PARTS = 14;

class Walk {
  /** `stands` knows the originals of the functions that we put in their places. */
  constructor(hold, stands) {
    this.hold = hold;
    this.stands = stands;
    this.functions = new Map();
    this.list = [];
    this.done = true;
    this.looker = null;
    this.heard = null; // told of each slot of a function of the app
    this.nodes = new WeakSet(); // functions that are Node's own
    this.witnesses = new Map(); // script -> its longest function, as a place and a text
    this.scopes = new Scopes();
    this.memory = new WeakMap(); // what earlier rounds knew of functions that are still there
  }

  /** Begin, or begin again: functions that are known keep their numbers. */
  start(internal, skip) {
    const scripts = new Set(internal);
    this.open({ own: (script) => scripts.has(script) }, skip, [...roots(), ...durations()]);
    this.nodes = new WeakSet();
    this.heard = null;
    this.again = false;
    this.most = MOST_OBJECTS;
  }

  /**
   * Begin a round that goes on beside the app. `builtins` tells what is Node's own;
   * what an earlier round has looked into is only passed through.
   */
  patrol({ builtins, skip, phases, most, heard, again }) {
    this.open(builtins, skip, phases);
    this.heard = heard;
    this.again = again;
    this.most = most;
  }

  open(builtins, skip, phases) {
    if (!this.done) this.close();
    this.looker = new Looker(this.hold);
    this.builtins = builtins;
    this.mine = new Set([pathOf, through].map((fn) => this.looker.describe(fn).script));
    this.visited = new Set([...skip, process.env]);
    this.reached = new Set(); // scopes
    this.queue = new Queue();
    this.rest();
    this.phases = phases;
    this.classes = new Map();
    this.objects = 0;
    this.done = false;
    this.capped = false;
  }

  /** Go on for some milliseconds; true when nothing is left. */
  step(budget) {
    const end = now() + budget;
    while (!this.done && now() < end) {
      for (let i = 0; this.queue.size > 0 && i < 256; i += 1) {
        if (this.next() || i % 32 === 31) break;
      }
      if (this.queue.size > 0) continue;
      if (this.phases.length === 0) this.finish();
      else this.begin(this.phases.shift());
    }
    if (!this.done) this.looker.release();
    return this.done;
  }

  /** Hold on to nothing of the app: what was found keeps its number as long as it lives. */
  rest() {
    for (const [fn, known] of this.functions) {
      this.memory.set(fn, known);
      known.slots = [];
      known.item = null;
    }
    this.functions = new Map();
    this.list.fill(null);
  }

  /** Give up the round that is under way. */
  close() {
    if (!this.done) this.finish();
  }

  begin({ label, values }) {
    let found = [];
    try {
      found = values(this.looker);
    } catch {} // a root that this Node does not have
    this.root = label;
    for (const [name, value] of found) {
      this.edge(null, value, { kind: 'root', holder: null, key: name }, 0, `${label} ${name}`);
    }
  }

  finish() {
    this.done = true;
    this.visited = new Set();
    this.reached = new Set();
    this.queue = new Queue();
    this.classes = new Map();
    this.looker.close();
  }

  /** Visit one object; true when that was slow, so that the clock is looked at. */
  next() {
    const item = this.queue.shift();
    if (this.objects >= this.most) {
      this.capped = true;
      return false;
    }
    this.objects += 1;
    try {
      if (typeof item.value === 'function') this.fn(item);
      else contents(this, item);
    } catch {} // one object that cannot be read hides nothing else
    return typeof item.value === 'function';
  }

  /** A reference was found: remember the slot, and visit what it leads to once. */
  edge(from, met, slot, depth, key) {
    if (!isObject(met)) return;
    const value = typeof met === 'function' ? this.stands.get(met) || met : met;
    if (types.isProxy(value)) return;
    if (typeof value === 'function') {
      const known = this.functions.get(value);
      if (known !== undefined) {
        // By how many closures it is captured is told by nobody: nothing is put there.
        if (slot.kind === 'captured' && known.captured) return;
        known.captured ||= slot.kind === 'captured';
        known.slots.push(slot);
        if (this.heard !== null) this.heard(known, slot);
        return;
      }
    }
    if (this.visited.has(value)) return;
    this.visited.add(value);
    const cost = costOf(from, slot, value);
    const item = { value, depth, from, key, slot, cost, held: null };
    const out = this.queue.push(item, cost);
    if (out !== null) this.forget(out.value);
    if (out === item) return;
    if (typeof value !== 'function' || this.nodes.has(value)) return;
    const again = this.memory.get(value) || { id: 0 };
    again.slots = [slot];
    again.captured = slot.kind === 'captured';
    again.item = null;
    if (again.id !== 0) this.list[again.id - 1] = again;
    this.functions.set(value, again);
  }

  /** It was left out: whatever is nearer may still lead to it. */
  forget(value) {
    this.capped = true;
    this.visited.delete(value);
    const known = this.functions.get(value);
    if (known === undefined) return;
    this.functions.delete(value);
    if (known.id !== 0) this.list[known.id - 1] = null;
  }

  fn(item) {
    const fn = item.value;
    const known = this.functions.get(fn);
    if (known === undefined) {
      this.listener(item);
      return;
    }
    if (this.again && known.id !== 0) {
      known.item = item;
      if (this.heard !== null) this.heard(known, item.slot);
      this.remembered(item, known);
      contents(this, item);
      return;
    }
    const text = textOf(fn);
    if (text.endsWith('{ [native code] }') && !nameOf(fn).startsWith('bound ')) {
      this.drop(fn);
      return;
    }
    const about = this.looker.describe(fn);
    if (about.target !== undefined) {
      this.bound(item, known, about);
      return;
    }
    if (about.script === '' || this.mine.has(about.script) ||
        this.builtins.own(about.script, text, about.line, about.column)) {
      this.drop(fn);
      this.listener(item);
      return;
    }
    this.keep(item, known, about, text);
    this.captured(item, known, about);
    contents(this, item);
  }

  /** Node's own, or made by no script at all. */
  drop(fn) {
    this.functions.delete(fn);
    this.nodes.add(fn);
  }

  /** A function of Node's that stands for a listener of the app. */
  listener(item) {
    const slot = { kind: 'listener', holder: item.value, key: 'listener' };
    this.edge(item, own(item.value, 'listener'), slot, item.depth + 1, '.listener');
  }

  bound(item, known, about) {
    const { value: holder, depth } = item;
    const target = this.looker.fetch(about.target);
    known.bound = {
      self: this.looker.fetch(about.boundThis),
      args: mine(this.looker.fetch(about.boundArgs) || [], 1),
    };
    this.edge(item, target, { kind: 'bound', holder, key: '' }, depth, '[bound]');
    known.bound.of = this.functions.get(target);
    if (this.heard !== null) for (const slot of known.slots) this.heard(known, slot);
    this.edge(item, known.bound.self, { kind: 'self', holder, key: '' }, depth + 1, '[this]');
    contents(this, item);
  }

  captured(item, known, about) {
    known.reaches = this.looker.scopes(about).map((scope) => this.scopes.of(scope));
    this.remembered(item, known);
  }

  /** What the scopes of a function held when they were looked into; each scope once. */
  remembered(item, known) {
    for (const scope of known.reaches || []) {
      if (this.reached.has(scope)) continue;
      this.reached.add(scope);
      for (const [key, reference] of scope) {
        const slot = { kind: 'captured', holder: item.value, key };
        this.edge(item, reference.deref(), slot, item.depth + 1, ` > ${key}`);
      }
    }
  }

  keep(item, known, about, text) {
    if (known.id === 0) known.id = this.list.push(known);
    Object.assign(known, {
      fn: item.value, script: about.script, line: about.line,
      column: about.column, depth: item.depth, root: this.root, item,
      isClass: text.startsWith('class'),
    });
    if (this.heard === null) return;
    for (const slot of known.slots) this.heard(known, slot);
    const witness = this.witnesses.get(about.script);
    if (witness === undefined || text.length > witness.size) {
      const { line, column } = about;
      this.witnesses.set(about.script, { line, column, size: text.length, fn: new WeakRef(item.value) });
    }
  }

  hasPrivates(prototype) {
    const known = this.classes.get(prototype);
    if (known !== undefined) return known;
    const made = own(prototype, 'constructor');
    const text = typeof made === 'function' && !types.isProxy(made) ? textOf(made) : '';
    const answer = text.startsWith('class') && text.includes('#');
    this.classes.set(prototype, answer);
    return answer;
  }

  /** What the agent is told of the functions from number `from` on. */
  told(from, most) {
    return this.list.slice(from, from + most).map((found) => found && found.item && about(found));
  }
}

/** What is told of one function. */
function about(found) {
  return {
    id: found.id, script: found.script, line: found.line, column: found.column,
    name: redactValues(nameOf(found.fn)), isClass: found.isClass, depth: found.depth, root: found.root,
    slots: [...new Set(found.slots.map(({ kind }) => kind))], path: pathOf(found.item),
  };
}

/** How the walk came here, such as `server._events.request.router.stack[2].handle`. */
function pathOf(item) {
  const parts = [];
  for (let at = item; at && parts.length < PATH_PARTS; at = at.from) parts.unshift(at.key);
  const path = parts.join('');
  return (looksLikeData(path) ? parts.map(redactKey).join('') : path).slice(-300);
}

module.exports = { Walk, about };
