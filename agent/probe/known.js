'use strict';
/**
 * Which functions we know: those of table.js by identity, and whether one that is written
 * in JavaScript reports what it does.
 *
 * In: function values. Out: an entry for each: what it reads and writes, or that nobody
 * knows. A method that the app has put in the place of a built-in is not the built-in.
 */

const { sources } = require('./builtins.js');
const { NODE, TABLE } = require('./table.js');
const { literals } = require('./masks.js');
const {
  apply, builtin, construct, getPrototypeOf, hasOwn, inherited, isObject, own, ownKeys, textOf,
} = require('./natives.js');

const table = new WeakMap(); // function -> entry
const intrinsics = new WeakMap(); // what holds them -> its name
// What a key may hold that is called otherwise: iterators, and methods with an older name.
const ALIASES = ['values', 'entries', 'toUTCString', 'trimStart', 'trimEnd', 'parseInt', 'parseFloat'];
const NATIVE = '{ [native code] }';
const PARTS = /^([rw])(t|\d\+?)(?:\.(\d)|\.(\w+)|(\*))?$/;
// What the rewriter leaves in what it writes: names of ours, and comments in classes.
const TRACED = /\$x\d*_fx\.enter\(/;
const ALONE = /\/\*\$x\d*_alone\*\//;
const CLASS = /^class\b[^]*?\/\*\$x\d*_(own|none|alone)\*\//;
const GENERATOR = /^(?:async\b\s*)?(?:function\s*)?\*/;

/** What a row's effects mean. */
function parse(text) {
  const entry = { reads: [], writes: [], keeps: false, keyed: false, calls: false, later: 0, checks: '', looks: false, result: '', rule: '', kind: 'known' };
  for (const part of text.split(' ')) {
    const effect = part[0] === 'r' || part[0] === 'w';
    const [, mode, target, argument, name, all] = (effect && PARTS.exec(part)) || [];
    if (mode !== undefined) {
      const key = all || name || (argument === undefined ? '' : Number(argument));
      const use = { target: target === 't' ? -1 : parseInt(target, 10), more: target.endsWith('+'), key };
      (mode === 'r' ? entry.reads : entry.writes).push(use);
    } else if (part === 'k') entry.keeps = true;
    else if (part === 'y') entry.keyed = true;
    else if (part === 'g') entry.looks = true;
    else if (part === 'f') entry.calls = true;
    else if (part[0] === '?') entry.checks = part.slice(1);
    else if (part[0] === 'l') entry.later = Number(part[1]);
    else if (part[0] === '>') entry.result = part.slice(1);
    else entry.rule = part;
  }
  // Runs nothing later. By hand, as two rows are read while the probe loads (main.js).
  entry.pure = text.split(' ').every((part) => part === '' || part === 'f' || part[0] === '?');
  return entry;
}

const NOTHING = parse('');
const SETTLES = parse('?t');
const unknown = (kind) => ({ ...NOTHING, kind, pure: false });
const OTHER = unknown('native');
const FOREIGN = unknown('foreign');
const REPORTS = { ...NOTHING, kind: 'traced' };
const MAKES = { ...NOTHING, kind: 'traced', rule: 'makes' };

/** Holders that no global names. */
function hidden() {
  const iterator = (value, key = Symbol.iterator) => {
    const method = inherited(value, key);
    if (!isNative(method)) throw new Error('replaced');
    return getPrototypeOf(apply(method, value, ['']));
  };
  const made = (name, ...args) => {
    const build = own(globalThis, name);
    if (textOf(build) !== `function ${name}() ${NATIVE}`) throw new Error('replaced');
    return construct(build, args);
  };
  const found = { __proto__: null, '': globalThis, process, Buffer: own(builtin('buffer'), 'Buffer') };
  const remember = (name, make) => {
    try {
      found[`{${name}}`] = make();
    } catch {} // the app has replaced what leads there: its functions stay unknown
  };
  const { generator, asyncGenerator } = literals;
  remember('TypedArray', () => getPrototypeOf(own(globalThis, 'Uint8Array')));
  remember('ArrayIterator', () => iterator(made('Array')));
  remember('MapIterator', () => iterator(made('Map')));
  remember('SetIterator', () => iterator(made('Set')));
  remember('StringIterator', () => iterator(made('String', '')));
  remember('RegExpStringIterator', () => iterator(made('RegExp', '', 'g'), Symbol.matchAll));
  remember('Iterator', () => getPrototypeOf(found['{ArrayIterator}']));
  remember('Generator', () => own(getPrototypeOf(generator), 'prototype'));
  remember('AsyncGenerator', () => own(getPrototypeOf(asyncGenerator), 'prototype'));
  remember('AsyncIterator', () => getPrototypeOf(found['{AsyncGenerator}']));
  return found;
}

function holderOf(path, secret) {
  const [first, ...rest] = path.split('.');
  const at = hasOwn(secret, first) ? secret[first] : own(globalThis, first);
  return rest.reduce((holder, key) => (isObject(holder) ? own(holder, key) : undefined), at);
}

function keyOf(name) {
  return name.startsWith('@@') ? Symbol[name.slice(2)] : name;
}

/** [key, function] pairs of the functions that a row names. */
function* functions(path, names, holder) {
  for (const name of names.split(/\s+/)) {
    if (name.endsWith('()')) yield [path, holder];
    else if (name === '*' || name[0] === '/') {
      const pattern = name === '*' ? /^/ : new RegExp(name.slice(1, -1));
      for (const key of ownKeys(holder)) {
        const text = typeof key === 'symbol' ? `@@${String(key.description).slice(7)}` : key;
        if (key !== 'constructor' && pattern.test(text)) yield [text, own(holder, key)];
      }
    } else yield [name, own(holder, keyOf(name))];
  }
}

function isNative(fn) {
  const text = textOf(fn);
  return text.endsWith(NATIVE) && !text.startsWith('function ()');
}

/** Is this the built-in of that name, and not another one that the app has put there? */
function isItself(fn, key) {
  const [, name] = /^function (.*)\(\) \{ \[native code\] \}$/.exec(textOf(fn)) || [];
  if (name === undefined) return false;
  const plain = key.split('.').pop().replace(/[{}]/g, '');
  return ALIASES.includes(name) || name === (key.startsWith('@@') ? `[Symbol.${key.slice(2)}]` : plain);
}

/** Fill the table; `learned(path, key, fn, effects)` hears of each entry. */
function learn(rows, genuine, secret, learned) {
  const parsed = new Map();
  for (const [path, effects, names] of rows) {
    const holder = holderOf(path, secret);
    if (!isObject(holder)) continue;
    if (path !== '' && !intrinsics.has(holder)) intrinsics.set(holder, path.replace(/[{}]/g, ''));
    if (!parsed.has(effects)) parsed.set(effects, parse(effects));
    for (const [key, fn] of functions(path, names, holder)) {
      if (typeof fn !== 'function' || table.has(fn) || !genuine(fn, key)) continue;
      table.set(fn, parsed.get(effects));
      learned(path, key, fn, effects);
    }
  }
}

function learnAll(learned) {
  const secret = hidden();
  learn(TABLE, isItself, secret, learned);
  const files = sources();
  if (files === null) return;
  const texts = ['buffer', 'internal/buffer', 'timers', 'internal/process/task_queues']
    .map((name) => own(files, name)).filter((text) => typeof text === 'string');
  const written = (fn) => {
    const text = textOf(fn);
    return isNative(fn) || (text.length > 20 && texts.some((one) => one.includes(text)));
  };
  learn(NODE, written, secret, learned);
}

let learnt = false;

/**
 * Learn the table. Some 7 ms, which a target that is only watched does not pay: whoever
 * traces says so before, and what was not said is made up for.
 */
function ready(learned = () => {}) {
  if (learnt) return;
  learnt = true;
  learnAll(learned);
}

/** The name of what holds built-in functions, such as `Array.prototype`. */
function intrinsic(value) {
  ready();
  return intrinsics.get(value);
}

/** What is known of a function; `made`: that it is a literal which reports. */
function entryOf(fn, made = false) {
  ready();
  let entry = table.get(fn);
  if (entry === undefined) {
    entry = judged(fn, made);
    table.set(fn, entry);
  }
  return entry;
}

function judged(fn, made) {
  const text = textOf(fn);
  if (text.endsWith(NATIVE) || text === '') return OTHER;
  if (/^class\b/.test(text)) return ofClass(fn, text);
  const traced = made || (TRACED.test(text) && !ALONE.test(text.slice(0, text.search(TRACED))));
  if (!traced) return FOREIGN;
  return GENERATOR.test(text) ? MAKES : REPORTS;
}

/** A class whose constructor reports, or that has none and leaves it to what it extends. */
function ofClass(fn, text) {
  const found = CLASS.exec(text);
  if (found === null || found[1] === 'alone') return FOREIGN;
  if (found[1] === 'own') return REPORTS;
  const parent = getPrototypeOf(fn);
  if (typeof parent !== 'function' || textOf(parent) === `function () ${NATIVE}`) return REPORTS;
  return entryOf(parent);
}

/**
 * A promise's own function, which settles it, does nothing else that anybody could see. One of
 * the app's has a text, one that it bound has a name.
 */
function harmless(fn) {
  if (typeof fn !== 'function' || textOf(fn) !== `function () ${NATIVE}`) return;
  if (own(fn, 'length') === 1 && own(fn, 'name') === '' && !hasOwn(fn, 'prototype')) table.set(fn, SETTLES);
}

/** Is this the language's own `Promise`? */
function isPromise(fn) {
  return typeof fn === 'function' && entryOf(fn).rule === 'promise';
}

module.exports = { FOREIGN, OTHER, entryOf, harmless, intrinsic, isPromise, parse, ready, table };
