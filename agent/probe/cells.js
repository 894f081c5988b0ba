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
const { isObject } = require('./natives.js');
const { TEXT_BYTES } = require('./encoder.js');
const { redactKey } = require('./redact.js');

const MOST_CELLS = 10000;
const MOST_NAMES = 20000; // objects in a generation
const MOST_KEYS = 500; // of one holder; an object used as a table folds into `*`
const LONGEST_KEY = 100;
const INDEX = /^(0|[1-9][0-9]{0,15})$/;

class Cells {
  constructor(out) {
    this.out = out;
    this.names = new Ages(MOST_NAMES);
    this.roots = new Map();
    this.children = [];
    this.count = 0;
  }

  /** The cell of an object, 0 when it was met on no path. */
  of(value) {
    return isObject(value) ? this.names.get(value) || 0 : 0;
  }

  /** Give an object its name, unless it has one. */
  call(value, cell) {
    if (cell !== 0 && isObject(value) && this.names.get(value) === undefined) this.names.set(value, cell);
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

function keyText(key) {
  if (typeof key === 'number') return '[]';
  if (typeof key === 'symbol') return `@@${redactKey(key.description || '')}`.slice(0, LONGEST_KEY);
  if (isObject(key)) return '*'; // its text is the app's code
  const text = String(key);
  return INDEX.test(text) ? '[]' : redactKey(text).slice(0, LONGEST_KEY);
}

module.exports = { Cells };
