'use strict';
/**
 * Tell Node's own functions from the app's, without a debugger.
 *
 * In: a function's text and where V8 says that it was written. Out: whether exactly
 * this text stands there in one of the files that Node itself is made of. A process
 * carries those texts; all functions of one script are Node's, or none is.
 */

const { apply, mine, own } = require('./natives.js');

const { indexOf, startsWith, slice } = String.prototype;
const MODULE = 'NativeModule ';
const ALWAYS = ['internal/per_context/', 'internal/bootstrap/', 'internal/main/'];
const LONG = 60; // a text of this length does not stand at one place in two files
const ENOUGH = 3; // ... and neither do three short ones
const MOST_TRIES = 40;

const always = (name) => ALWAYS.some((head) => apply(startsWith, name, [head]));

class Builtins {
  constructor() {
    this.sources = sources();
    this.files = [];
    this.loaded = 0;
    this.names = new Set();
    this.verdicts = new Map();
  }

  /** Can this process tell at all? */
  get known() {
    return this.sources !== null;
  }

  /** Is this function of script `script` written by Node? */
  own(script, text, line, column) {
    const before = this.verdicts.get(script);
    if (before !== undefined && before.settled) return before.own;
    const verdict = before || { own: false, settled: false, matches: 0 };
    verdict.own = this.stands(text, line, column);
    verdict.matches += verdict.own ? 1 : 0;
    verdict.settled = !verdict.own || text.length >= LONG || verdict.matches >= ENOUGH;
    this.verdicts.set(script, verdict);
    return verdict.own;
  }

  stands(text, line, column) {
    if (!this.known) return false;
    for (const _ of this.load()) void _;
    const heads = openings(text);
    return this.files.some(({ source, starts }) => line < starts.length &&
      heads.some((head) => apply(startsWith, source, [text, starts[line] + column - head])));
  }

  /** Index the files that Node has loaded since the last time, one at a time. */
  *load() {
    const list = own(process, 'moduleLoadList');
    if (!this.known || !Array.isArray(list)) return;
    if (this.loaded === 0) {
      for (const name of Object.keys(this.sources).filter(always)) {
        this.add(name);
        yield;
      }
    }
    for (; this.loaded < list.length; this.loaded += 1) {
      const name = String(list[this.loaded]);
      if (!apply(startsWith, name, [MODULE])) continue;
      this.add(apply(slice, name, [MODULE.length]));
      yield;
    }
  }

  add(name) {
    const source = own(this.sources, name);
    if (this.names.has(name) || typeof source !== 'string') return;
    this.names.add(name);
    const starts = [0];
    for (let at = apply(indexOf, source, ['\n']); at >= 0; at = apply(indexOf, source, ['\n', at + 1])) {
      starts.push(at + 1);
    }
    this.files.push({ source, starts });
  }
}

/** The texts of Node's own files by name; null where they cannot be had in silence. */
function sources() {
  const { binding } = process;
  const words = [...mine(process.execArgv), process.env.NODE_OPTIONS || ''].join(' ');
  const warns = words.includes('--pending-deprecation') || process.env.NODE_PENDING_DEPRECATION === '1';
  if (warns || typeof binding !== 'function') return null;
  try {
    const found = apply(binding, process, ['natives']);
    return typeof own(found, 'events') === 'string' ? found : null;
  } catch {
    return null; // such as the permission model
  }
}

/** Where in a function's text V8 may say that it begins: at a parenthesis, or at its start. */
function openings(text) {
  const found = [0];
  const mark = apply(startsWith, text, ['class']) ? 'constructor' : '(';
  for (let at = apply(indexOf, text, [mark]); at >= 0 && found.length < MOST_TRIES;) {
    const open = mark === '(' ? at : apply(indexOf, text, ['(', at]);
    if (open < 0) break;
    found.push(open);
    at = apply(indexOf, text, [mark, open + 1]);
  }
  return found;
}

module.exports = { Builtins, openings, sources };
