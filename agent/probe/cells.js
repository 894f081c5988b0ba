'use strict';
/**
 * Name places in memory: a number for each argument, captured variable, `this` and
 * property path, given when it is first used.
 *
 * In: objects and keys as the traced code meets them. Out: cell numbers, and one CELL
 * record for each. An object keeps the name under which it was first met; an object that
 * was met on no path has none. Holds objects weakly.
 */

const { EVENT, CELL_KIND } = require('./abi.js');
const { Ages } = require('./ages.js');
const { apply, builtin, getPrototypeOf, isObject, own, types } = require('./natives.js');
const { intrinsic } = require('./known.js');
const { TEXT_BYTES } = require('./encoder.js');
const { redactKey } = require('./redact.js');

const MOST_CELLS = 10000;
const MOST_NAMES = 20000; // objects in a generation
const MOST_KEYS = 500; // of one holder; an object used as a table folds into `*`
const LONGEST_KEY = 100;
const SHARE = 16384; // above MOST_CELLS: a name is a cell and, in these steps, which object
const ENTRIES = 2 ** 40; // indices are below it
const INDEX = /^(0|[1-9][0-9]{0,15})$/;
const { getOwnPropertyDescriptor } = Object;
const getter = (holder, key) => getOwnPropertyDescriptor(holder, key).get;
const typedBuffer = getter(getPrototypeOf(Uint8Array.prototype), 'buffer');
const viewBuffer = getter(DataView.prototype, 'buffer');
const bufferLength = getter(ArrayBuffer.prototype, 'byteLength');
const typedLength = getter(getPrototypeOf(Uint8Array.prototype), 'byteLength');
const buffers = own(own(builtin('buffer'), 'Buffer'), 'prototype');
const POOL = own(own(builtin('buffer'), 'Buffer'), 'poolSize'); // bytes of what small Buffers are cut from
const ALIGNMENT = 64;

class Cells {
  constructor(out) {
    this.out = out;
    this.names = new Ages(MOST_NAMES);
    this.roots = new Map();
    this.children = [];
    this.count = 0;
    this.objects = 0; // that have had a name
    this.vague = new Set(); // cells of several keys
    this.shared = new WeakSet(); // what a view of others was seen of: no pool, or no longer only one
  }

  /** The cell of an object, 0 when it was met on no path. */
  of(value) {
    const name = isObject(value) ? this.names.get(value) : undefined;
    return name === undefined ? 0 : name - Math.floor(name / SHARE) * SHARE;
  }

  /** Give an object its name, unless it has one. */
  call(value, cell) {
    if (cell === 0 || !isObject(value) || this.names.get(value) !== undefined) return;
    this.names.set(value, (this.objects += 1) * SHARE + cell);
  }

  /**
   * Which object this is, of all that have the same name, and which of its items a key of
   * `cell` means: 0 for its contents as a whole. The object is 0 where that is not known.
   */
  object(object) {
    if (!isObject(object)) return 0;
    let about = object;
    if (ArrayBuffer.isView(object)) {
      const buffer = apply(types.isTypedArray(object) ? typedBuffer : viewBuffer, object, []);
      if (!this.pooled(object, buffer)) about = buffer;
    }
    const name = this.names.get(about);
    return name === undefined ? 0 : Math.floor(name / SHARE);
  }

  item(key) {
    if (typeof key === 'number') return Number.isInteger(key) && key >= 0 ? key + 1 : 0;
    return typeof key === 'string' && INDEX.test(key) ? Number(key) + 1 : 0;
  }

  /** The same of a key of a Map or Set, which may be anything; -1 where nobody can tell. */
  entry(key) {
    if (isObject(key)) return this.object(key) === 0 ? -1 : ENTRIES * 2 + this.object(key);
    if (typeof key === 'symbol' || (typeof key === 'string' && key.length > LONGEST_KEY)) return -1;
    if (typeof key === 'number' && Number.isInteger(key) && key >= 0 && key < ENTRIES) return key + 1;
    let hash = typeof key === 'string' ? 7 : 11;
    const text = String(key);
    for (let i = 0; i < text.length; i += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
    return ENTRIES + (hash >>> 0);
  }

  /**
   * The cell that the contents of an object belong to, 0 when it was met on no path. Views
   * of the same bytes are one; Buffers of Node's pool share it by chance only.
   */
  base(value) {
    const own = this.of(value);
    if (ArrayBuffer.isView(value)) {
      const buffer = apply(types.isTypedArray(value) ? typedBuffer : viewBuffer, value, []);
      if (this.pooled(value, buffer)) return own;
      const found = this.of(buffer);
      if (found === 0) this.call(buffer, own);
      return found || own;
    }
    if (own !== 0 || !isObject(value)) return own;
    if (types.isArrayBuffer(value)) this.share(value);
    const name = value === globalThis ? 'globalThis' : intrinsic(value);
    if (name === undefined) return 0;
    const cell = this.root(CELL_KIND.global, name, 0, 0);
    this.call(value, cell);
    return cell;
  }

  /** Does a Buffer lie in memory that Node cuts others from, of which nobody has the whole? */
  pooled(view, buffer) {
    if (!types.isUint8Array(view) || types.isSharedArrayBuffer(buffer)) return false;
    if (!poolSized(buffer) || this.of(buffer) !== 0 || this.shared.has(buffer)) return false;
    if (descends(view) && apply(typedLength, view, []) < POOL) return true;
    this.shared.add(buffer);
    return false;
  }

  /** Somebody has the memory itself: from now on all views of it are one. */
  share(buffer) {
    if (poolSized(buffer)) this.shared.add(buffer);
  }

  /** The memory of a Buffer of the pool is asked for; was it nobody's but Node's? */
  opens(view) {
    if (!ArrayBuffer.isView(view)) return false;
    const buffer = apply(types.isTypedArray(view) ? typedBuffer : viewBuffer, view, []);
    if (!this.pooled(view, buffer)) return false;
    this.shared.add(buffer);
    return true;
  }

  /** The cell of a property of `object`, whose cell is `base`: sizes belong to the contents. */
  place(base, object, key) {
    if (object === globalThis) return this.root(CELL_KIND.global, keyText(key), 0, 0);
    const counts = (key === 'length' || key === 'size' || key === 'byteLength') &&
      (Array.isArray(object) || types.isMap(object) || types.isSet(object) ||
        ArrayBuffer.isView(object) || types.isAnyArrayBuffer(object));
    return this.child(base, counts ? 0 : key);
  }

  root(kind, key, script, start) {
    const id = `${kind} ${script} ${start} ${key}`;
    let cell = this.roots.get(id);
    if (cell === undefined) {
      cell = this.create(kind, 0, key, script, start);
      if (cell !== 0) this.roots.set(id, cell);
    }
    return cell;
  }

  /** The cell of a property; all indexes of a holder are one. */
  child(base, key) {
    const table = this.children[base] || (this.children[base] = new Map());
    const known = table.get(key);
    if (known !== undefined) return known;
    let name = keyText(key);
    if (table.size >= MOST_KEYS) name = '*';
    let cell = table.get(name);
    if (cell === undefined) {
      cell = this.create(CELL_KIND.property, base, name, 0, 0);
      if (cell !== 0) table.set(name, cell);
      // What is cut, folded or hidden stands for more than one key.
      if (name !== key && (name === '*' || (typeof key === 'string' && name !== '[]'))) this.vague.add(cell);
    }
    if (typeof key === 'string' && key.length <= LONGEST_KEY && table.size < MOST_KEYS) {
      if (cell !== 0) table.set(key, cell);
    }
    return cell;
  }

  create(kind, base, key, script, start) {
    if (this.count >= MOST_CELLS) return 0;
    const cell = (this.count += 1);
    const { out } = this;
    out.open(EVENT.CELL, 6, 40 + TEXT_BYTES);
    out.int(cell);
    out.int(kind);
    out.int(base);
    out.text(key);
    out.int(script);
    out.int(start);
    return cell;
  }
}

/** Some Nodes make it a little longer, so that it can begin where they like. */
function poolSized(buffer) {
  const size = apply(bufferLength, buffer, []);
  return size >= POOL && size <= POOL + ALIGNMENT;
}

/** Is this a Buffer, of whatever class? */
function descends(view) {
  for (let at = view, depth = 0; isObject(at) && depth < 10 && !types.isProxy(at); depth += 1) {
    at = getPrototypeOf(at);
    if (at === buffers) return true;
  }
  return false;
}

function keyText(key) {
  if (typeof key === 'number') return key >= 0 && Number.isInteger(key) ? '[]' : String(key);
  if (typeof key === 'symbol') return `@@${redactKey(key.description || '')}`.slice(0, LONGEST_KEY);
  if (isObject(key)) return '*'; // its text is the app's code
  const text = String(key);
  return INDEX.test(text) ? '[]' : redactKey(text).slice(0, LONGEST_KEY);
}

module.exports = { Cells };
