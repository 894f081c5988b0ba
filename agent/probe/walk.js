'use strict';
/**
 * Find the functions of the app: a walk over live objects, nearest first, in steps.
 *
 * In: roots, and V8's ids of the scripts that are Node's own. Out: for every function
 * that is not Node's: where it was written, how far it is, and every slot that holds it.
 * Reads own data only: no getter, no Proxy, no code of the app runs.
 */

const {
  getOwnPropertyDescriptor, getPrototypeOf, isObject, nameOf, now, own, ownKeys,
  textOf, types,
} = require('./natives.js');
const { Looker } = require('./looker.js');
const { looksLikeData, redactKey, redactValues } = require('./redact.js');
const { durations, roots } = require('./roots.js');

const MOST_OBJECTS = 300000;
const MOST_ELEMENTS = 2000; // of one array, Map or Set
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
  }

  /** Begin, or begin again: functions that are known keep their numbers. */
  start(internal, skip) {
    this.looker = new Looker(this.hold);
    this.internal = new Set(internal);
    this.internal.add(this.looker.describe(pathOf).script);
    this.visited = new Set([...skip, process.env]);
    this.queue = [];
    this.at = 0;
    this.before = this.functions;
    this.functions = new Map();
    this.phases = [...roots(), ...durations()];
    this.classes = new Map();
    this.objects = 0;
    this.done = false;
    this.capped = false;
  }

  /** Go on for some milliseconds; true when nothing is left. */
  step(budget) {
    const end = now() + budget;
    while (!this.done && now() < end) {
      for (let i = 0; i < 32 && this.at < this.queue.length; i += 1) this.next();
      if (this.at < this.queue.length) continue;
      this.queue = [];
      this.at = 0;
      if (this.phases.length === 0) this.finish();
      else this.begin(this.phases.shift());
    }
    if (!this.done) this.looker.release();
    return this.done;
  }

  begin({ label, values }) {
    let found = [];
    try {
      found = values();
    } catch {} // a root that this Node does not have
    this.root = label;
    for (const [name, value] of found) {
      this.edge(null, value, { kind: 'root', holder: null, key: name }, 0, `${label} ${name}`);
    }
  }

  finish() {
    this.done = true;
    this.visited = new Set();
    this.before = new Map();
    this.classes = new Map();
    this.looker.close();
  }

  next() {
    const item = this.queue[this.at];
    this.at += 1;
    if (this.objects >= MOST_OBJECTS) {
      this.capped = true;
      return;
    }
    this.objects += 1;
    try {
      if (typeof item.value === 'function') this.fn(item);
      else this.contents(item);
    } catch {} // one object that cannot be read hides nothing else
  }

  /** A reference was found: remember the slot, and visit what it leads to once. */
  edge(from, met, slot, depth, key) {
    if (!isObject(met) || types.isProxy(met)) return;
    const value = typeof met === 'function' ? this.stands.get(met) || met : met;
    if (typeof value === 'function') {
      const known = this.functions.get(value);
      if (known !== undefined) known.slots.push(slot);
      else if (!this.visited.has(value)) {
        this.queue.push({ value, depth, from, key, slot });
        this.visited.add(value);
        const again = this.before.get(value) || { id: 0 };
        again.slots = [slot];
        this.functions.set(value, again);
      }
      return;
    }
    if (this.visited.has(value)) return;
    this.visited.add(value);
    this.queue.push({ value, depth, from, key, slot });
  }

  fn(item) {
    const fn = item.value;
    const known = this.functions.get(fn);
    const text = textOf(fn);
    const native = text.endsWith('{ [native code] }');
    if (native && !nameOf(fn).startsWith('bound ')) {
      this.functions.delete(fn);
      return;
    }
    const about = this.looker.describe(fn);
    if (about.target !== undefined) {
      const target = this.looker.fetch(about.target);
      this.edge(item, target, { kind: 'bound', holder: fn, key: '' }, item.depth, '[bound]');
      known.bound = {
        self: this.looker.fetch(about.boundThis),
        args: Array.from(this.looker.fetch(about.boundArgs) || []),
      };
      this.contents(item);
      return;
    }
    if (about.script === '' || this.internal.has(about.script)) {
      this.functions.delete(fn);
      const listener = own(fn, 'listener');
      this.edge(item, listener, { kind: 'listener', holder: fn, key: 'listener' },
        item.depth + 1, '.listener');
      return;
    }
    this.keep(item, known, about, text);
    this.looker.scopes(about).forEach((scope, index) => {
      for (const key of ownKeys(scope)) {
        this.edge(item, own(scope, key), { kind: 'captured', holder: fn, key, index },
          item.depth + 1, ` > ${String(key)}`);
      }
    });
    this.contents(item);
  }

  keep(item, known, about, text) {
    if (known.id === 0) known.id = this.list.push(known);
    Object.assign(known, {
      fn: item.value, script: about.script, line: about.line,
      column: about.column, depth: item.depth, root: this.root, item,
      isClass: text.startsWith('class'),
    });
  }

  /** Own properties, entries, private fields and the prototype. */
  contents(item) {
    const { value, depth } = item;
    if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) return;
    if (Array.isArray(value)) this.elements(item);
    else this.properties(item);
    if (types.isMap(value)) this.entries(item);
    else if (types.isSet(value)) this.members(item);
    const prototype = getPrototypeOf(value);
    if (isObject(prototype)) {
      this.edge(item, prototype, { kind: 'prototype', holder: value, key: '' }, depth + 1, '.__proto__');
      if (this.hasPrivates(prototype)) {
        for (const [name, field] of this.looker.privates(value)) {
          this.edge(item, field, { kind: 'private', holder: value, key: name }, depth + 1, `.${name}`);
        }
      }
    }
  }

  elements(item) {
    const { value, depth } = item;
    const length = Math.min(value.length, MOST_ELEMENTS);
    for (let i = 0; i < length; i += 1) {
      this.edge(item, own(value, i), { kind: 'element', holder: value, key: i }, depth + 1, `[${i}]`);
    }
  }

  properties(item) {
    const { value, depth } = item;
    for (const key of ownKeys(value)) {
      if (key === 'constructor' || (typeof value === 'function' && key === 'caller')) continue;
      let found;
      try {
        found = getOwnPropertyDescriptor(value, key);
      } catch {
        continue; // an export that is not initialised yet
      }
      if (found === undefined) continue;
      const name = `.${String(key)}`;
      if ('value' in found) {
        this.edge(item, found.value, { kind: 'property', holder: value, key }, depth + 1, name);
        continue;
      }
      this.edge(item, found.get, { kind: 'get', holder: value, key }, depth + 1, name);
      this.edge(item, found.set, { kind: 'set', holder: value, key }, depth + 1, name);
    }
  }

  entries(item) {
    let count = 0;
    for (const [key, entry] of Map.prototype.entries.call(item.value)) {
      if ((count += 1) > MOST_ELEMENTS) return;
      const slot = { kind: 'entry', holder: item.value, key };
      this.edge(item, entry, slot, item.depth + 1, '.get()');
      this.edge(item, key, { kind: 'key', holder: item.value, key }, item.depth + 1, '.key');
    }
  }

  members(item) {
    let count = 0;
    for (const member of Set.prototype.values.call(item.value)) {
      if ((count += 1) > MOST_ELEMENTS) return;
      this.edge(item, member, { kind: 'member', holder: item.value, key: '' }, item.depth + 1, '.has()');
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
    return this.list.slice(from, from + most).map((found) => ({
      id: found.id, script: found.script, line: found.line, column: found.column,
      name: redactValues(nameOf(found.fn)), isClass: found.isClass, depth: found.depth, root: found.root,
      slots: [...new Set(found.slots.map(({ kind }) => kind))], path: pathOf(found.item),
    }));
  }
}

/** How the walk came here, such as `server._events.request.router.stack[2].handle`. */
function pathOf(item) {
  const parts = [];
  for (let at = item; at && parts.length < PATH_PARTS; at = at.from) parts.unshift(at.key);
  const path = parts.join('');
  return (looksLikeData(path) ? parts.map(redactKey).join('') : path).slice(-300);
}

module.exports = { Walk };
