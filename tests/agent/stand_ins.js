// Every kind of function beside its stand-in: the same uses must give the same answers.
// Prints the differences as JSON. In sloppy mode, as the functions of many apps are.

const path = require('path');
const { EventEmitter } = require('events');
const vm = require('vm');

const probe = path.join(__dirname, '..', '..', 'agent', 'probe');
const { dress, watcher } = require(path.join(probe, 'stand_in.js'));

const KINDS = {
  sloppy: () => function named(a, b = 2) { return [this === globalThis, a, b, arguments.length]; },
  sloppyThis: () => function () { return typeof this; },
  strict: () => function strictly(a) { 'use strict'; return [this === undefined, typeof this, a]; },
  arrow: () => (a, ...rest) => [a, rest.length],
  anonymous: () => [function (a) { return a; }][0],
  method: () => ({ method(a) { return [typeof this, a]; } }).method,
  computed: () => ({ ['a b'](x) { return x; } })['a b'],
  getter: () => Object.getOwnPropertyDescriptor({ get g() { return 7; } }, 'g').get,
  setter: () => Object.getOwnPropertyDescriptor({ set g(v) { this.v = v; } }, 'g').set,
  async: () => async function later(a) { await null; return a; },
  asyncArrow: () => async (a) => { throw new Error(`no ${a}`); },
  generator: () => function* several(a) { const b = yield a; yield b; return 3; },
  asyncGenerator: () => async function* () { yield 1; },
  constructor: () => function Point(x) { this.x = x; this.made = new.target === undefined ? 'no' : new.target.name; },
  returning: () => function Other() { return { other: true }; },
  class: () => class Made { #x = 4; constructor(x) { this.x = x; } get y() { return this.#x; } static s() { return 5; } },
  derived: () => class extends EventEmitter { constructor() { super(); this.z = new.target.name; } },
  throwing: () => function throwing(a) { throw Object.assign(new TypeError('told'), { a }); },
  throwsValue: () => () => { throw 5; },
  own: () => Object.assign(function owner() { return owner.count; }, { count: 3, deep: { a: 1 } }),
  noName: () => { const f = function named() {}; delete f.name; delete f.length; return f; },
  renamed: () => Object.defineProperty(function a(x, y) {}, 'name', { value: 'b c', configurable: true }),
  recursive: () => function down(n) { return n <= 0 ? 0 : 1 + down(n - 1); },
  frozen: () => Object.freeze(function frozen() { return 1; }),
  noPrototype: () => { const f = function bare() { return 1; }; f.prototype = null; return f; },
  ownString: () => Object.assign(function loud() {}, { toString: () => 'mine' }),
};

const attempt = (use) => {
  try {
    return shown(use());
  } catch (error) {
    return ['threw', shown(error)];
  }
};
const shown = (value) => {
  // V8 puts the text of what is no constructor in the message.
  if (value instanceof TypeError && value.message.includes('is not a constructor')) return 'no constructor';
  if (value instanceof Error) return [value.name, value.message, { ...value }];
  if (typeof value === 'function') return `function ${value.name}`;
  if (typeof value === 'symbol') return String(value);
  if (value instanceof Promise) return 'promise';
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value === 'object' && value !== null) {
    return [Object.prototype.toString.call(value), Object.keys(value).map((key) => [key, shown(value[key])])];
  }
  return value === undefined ? 'undefined' : value;
};

// Own names that a stand-in has beside those of its original.
const EXTRA = new Set(['toString', 'listener']);
const USES = {
  call: (f) => f(1),
  apply: (f) => f.apply('text', [1, 2, 3]),
  number: (f) => f.call(5, 1),
  nothing: (f) => f.call(undefined),
  construct: (f) => new f(1),
  reflected: (f) => Reflect.construct(f, [2], class Target {}),
  base: (f) => { class Sub extends f { } return new Sub(3); },
  instance: (f) => { const made = new f(1); return [made instanceof f, Object.getPrototypeOf(made) === f.prototype]; },
  name: (f) => f.name,
  length: (f) => f.length,
  described: (f) => ['name', 'length', 'prototype', 'caller', 'arguments'].map((key) => {
    const found = Object.getOwnPropertyDescriptor(f, key);
    return found && [found.writable, found.enumerable, found.configurable, typeof found.value];
  }),
  names: (f) => Reflect.ownKeys(f).filter((key) => !EXTRA.has(key)),
  keys: (f) => Object.keys(f),
  text: (f) => f.toString(),
  joined: (f) => `${f}`,
  kind: (f) => Object.prototype.toString.call(f),
  type: (f) => [typeof f, f instanceof Function],
  made: (f) => f.constructor.name,
  bound: (f) => { const b = f.bind('x', 1); return [b.name, b.length, attempt(() => b(2))]; },
  statics: (f) => (typeof f.s === 'function' ? f.s() : 'none'),
  set: (f) => { if (Object.isExtensible(f)) f.later = 1; return f.later; },
  stepped: (f) => { const g = f(1); return g && g.next ? [g.next(), g instanceof f, Object.getPrototypeOf(g) === f.prototype].slice(1) : 'none'; },
  deep: (f) => { const g = f(1); return Symbol.iterator in Object(g) && typeof g !== 'string' ? [...g] : 'none'; },
  emitted: (f) => { const e = new EventEmitter(); e.on('x', f); return [e.listenerCount('x'), attempt(() => e.emit('x', 1))]; },
  mapped: (f) => [1, 2].map(f),
};

async function settled(f) {
  try {
    return ['value', shown(await f(9))];
  } catch (error) {
    return ['error', shown(error)];
  }
}

function frames(f) {
  const g = f;
  try {
    return (function outer() { return g(1); })();
  } catch (error) {
    return String(error.stack || '').split('\n').length;
  }
}

process.on('unhandledRejection', () => {});

async function main() {
  const differences = [];
  for (const [kind, make] of Object.entries(KINDS)) {
    for (const open of [false, true]) {
      const told = [];
      const gate = {
        open: () => (open ? told.push('open') : 0),
        close: (run, outcome, value) => told.push([run, outcome, shown(value)]),
      };
      const [original, other] = [make(), make()];
      const made = watcher(other, gate);
      const stand = dress(made, other, true);
      const compare = (use, one, two) => {
        if (JSON.stringify(one) !== JSON.stringify(two)) differences.push([kind, open, use, one, two]);
      };
      for (const [use, action] of Object.entries(USES)) {
        compare(use, attempt(() => action(original)), attempt(() => action(stand)));
      }
      compare('settled', await settled(original), await settled(stand));
      const more = frames(stand) - frames(original);
      // A class with statics would get a mask; classes are left alone where they stand.
      if (more > 1 && kind !== 'class') differences.push([kind, open, 'frames', more]);
      if (open && told.length === 0) differences.push([kind, open, 'never told']);
    }
  }
  const emitter = new EventEmitter();
  const listener = () => 1;
  const stand = watcher(listener, { open: () => 0, close: () => {} });
  dress(stand, listener, true);
  emitter.on('x', listener);
  emitter._events.x = stand;
  if (emitter.listeners('x')[0] !== listener) differences.push('listeners');
  emitter.removeListener('x', listener);
  if (emitter.listenerCount('x') !== 0) differences.push('removeListener');
  const foreign = vm.runInNewContext('(function () { return this === undefined })');
  const far = watcher(foreign, { open: () => 0, close: () => {} });
  if (far() !== foreign()) differences.push('realm');
  console.log(JSON.stringify(differences));
}

main();
