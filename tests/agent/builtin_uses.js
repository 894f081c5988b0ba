/**
 * A use of every built-in function that the probe knows the effects of.
 *
 * In: a row's holder and a name. Out: `{self, args, look, make}` lists: the receiver and
 * arguments; `look`, what of the state a snapshot cannot see; `make`, called with `new`.
 * Made anew for each use, of objects that nobody has seen.
 */
'use strict';

/** A callback that reports, as the probe tells by its text. */
const reports = (body) => new Function('u', 'v', `/* $x_fx.enter( */ return ${body}`);
const same = reports('u');
/** A generator function that reports, which tries again when something is thrown into it. */
const steps = (word) => new Function(`return ${word} () { /* $x_fx.enter( */ for (;;) try { yield 1; } catch {} }`)();
const one = () => ({ n: 1 });
const fill = (list) => list.map((value) => (value === one ? one() : value));
const use = (self, ...args) => ({ self, args: fill(args) });
const mapOf = () => new Map([['p', one()], ['q', [one()]]]);
const setOf = () => new Set([one(), 'p']);

const of = {
  __proto__: null,
  'Array.prototype'(key) {
    const self = () => [one(), 3, [one()], one()];
    const calls = /^(?:every|filter|find|flatMap|forEach|map|reduce|some|sort|toSorted)/.test(key);
    const args = { __proto__: null,
      push: [one], unshift: [one], splice: [1, 1, one], fill: [one, 0, 2], copyWithin: [0, 2, 3], at: [0], concat: [[one()], one],
      sort: [reports('String(u) < String(v) ? -1 : 1')], toSorted: [reports('0')], slice: [0, 2], with: [1, one], toSpliced: [0, 1, one], includes: [3], indexOf: [3], lastIndexOf: [3],
      flatMap: [reports('[u]')],
    }[key] || (calls ? [same] : []);
    return [use(self(), ...args)];
  },
  Array: (key) => [{ __proto__: null, of: use(Array, one), isArray: use(Array, [1]), from: use(Array, [one()]), Array: use(undefined, 3) }[key],
    ...(key === 'from' ? [use(Array, mapOf(), same), use(Array, [one()], same)] : [])],
  'Map.prototype'(key) {
    const args = { __proto__: null, set: ['p', one], delete: ['p'], get: ['p'], has: ['p'], forEach: [same], getOrInsert: ['r', one], getOrInsertComputed: ['r', same] }[key] || [];
    return [use(mapOf(), ...args), use(mapOf(), ...args)];
  },
  Map: (key) => (key === 'groupBy' ? [use(Map, [one()], same)] : [{ ...use(undefined, [['p', one()]]), make: true }, { ...use(undefined, mapOf()), make: true }]),
  'Set.prototype'(key) {
    const args = { __proto__: null, add: [one], delete: ['p'], has: ['p'], forEach: [same] }[key] || (/[A-Z]|union|intersection|difference/.test(key) ? [setOf()] : []);
    return [use(setOf(), ...args)];
  },
  Set: () => [{ ...use(undefined, [one()]), make: true }, { ...use(undefined, setOf()), make: true }],
  'WeakMap.prototype'(key) {
    const held = one();
    const self = new WeakMap([[held, one()]]);
    const args = { __proto__: null, set: [held, one], getOrInsert: [one(), one], getOrInsertComputed: [one(), same] }[key] || [held];
    return [{ ...use(self, ...args), look: () => [self.get(args[0])] }];
  },
  WeakMap: () => [{ ...use(undefined, [[one(), one()]]), make: true }],
  'WeakSet.prototype'(key) {
    const held = one();
    const self = new WeakSet(key === 'add' ? [] : [held]);
    return [{ ...use(self, held), look: () => [self.has(held)] }];
  },
  WeakSet: () => [{ ...use(undefined, [one()]), make: true }],
  'WeakRef.prototype': () => [use(new WeakRef(one()))],
  WeakRef: () => [{ ...use(undefined, one), make: true }],
  'FinalizationRegistry.prototype'(key) {
    const self = new FinalizationRegistry(same);
    const held = one();
    if (key === 'unregister') self.register(held, 1, held);
    let count = 0; // nobody can see who is registered but by unregistering
    return [{ ...use(self, held, ...(key === 'register' ? [1, held] : [])), look: () => [count++] }];
  },
  FinalizationRegistry: () => [{ ...use(undefined, same), make: true }],
  'TypedArray.prototype'(key) {
    const self = new Uint8Array([3, 1, 2, 4]);
    const calls = /^(?:every|filter|find|forEach|map|reduce|some)/.test(key);
    const args = { __proto__: null, set: [[9, 8]], fill: [7], copyWithin: [0, 2], subarray: [1], at: [0], slice: [1], with: [0, 5], includes: [3], indexOf: [3], lastIndexOf: [3] }[key] || (calls ? [same] : []);
    return [use(self, ...args), ...(key === 'sort' ? [use(new Uint8Array([2, 1]), reports('u - v'))] : [])];
  },
  TypedArray: (key) => [use(Uint8Array, ...(key === 'of' ? [1, 2] : [[1, 2], same]))],
  'Uint8Array.prototype': (key) => [use(new Uint8Array(4), ...(/^set/.test(key) ? [key === 'setFromHex' ? '0a0b' : 'AQID'] : []))],
  Uint8Array: (key) => (key === 'Uint8Array' ? [views(Uint8Array)] : [use(Uint8Array, key === 'fromHex' ? '0a' : 'AQID')]),
  'DataView.prototype': (key) => [use(new DataView(new ArrayBuffer(16)), 0, /Big/.test(key) ? 5n : 5)],
  DataView: () => [{ ...use(undefined, new ArrayBuffer(8)), make: true }],
  'ArrayBuffer.prototype'(key) {
    const self = new ArrayBuffer(8, { maxByteLength: 16 });
    return [{ ...use(self, ...(key === 'slice' ? [1] : [4])), look: () => [self.byteLength] }];
  },
  ArrayBuffer: (key) => [key === 'isView' ? use(ArrayBuffer, one) : { ...use(undefined, 8), make: true }],
  'SharedArrayBuffer.prototype'(key) {
    const self = new SharedArrayBuffer(8, { maxByteLength: 16 });
    return [{ ...use(self, ...(key === 'slice' ? [1] : [16])), look: () => [self.byteLength] }];
  },
  SharedArrayBuffer: () => [{ ...use(undefined, 8), make: true }],
  Atomics(key) {
    const self = new Int32Array(new SharedArrayBuffer(16));
    self[0] = 6;
    const args = { __proto__: null, compareExchange: [0, 6, 7], wait: [0, 5, 0], load: [0], notify: [0], and: [0, 3], isLockFree: [4], pause: [] }[key] || [0, 1];
    return [use(Atomics, ...(/isLock|pause/.test(key) ? args : [self, ...args]))];
  },
  'Date.prototype'(key) {
    const self = new Date(1e12);
    return [use(self, ...(/^set/.test(key) ? [5] : key === '@@toPrimitive' ? ['number'] : []))];
  },
  Date: (key) => [use(Date, ...(key === 'UTC' ? [1999, 1] : key === 'parse' ? ['1999'] : key === 'Date' ? [] : []))],
  'RegExp.prototype'(key) {
    const self = /p(?<n>a)/g;
    const args = { __proto__: null, compile: ['q'], '@@replace': ['papa', '1'] }[key] || ['papa'];
    if (key === '@@match' || key === '@@replace') self.lastIndex = 2;
    const both = [{ ...use(self, ...(key === 'toString' ? [] : args)), look: () => [self.source] }];
    if (/exec|test/.test(key)) both.push(use(/p/y, 'pap'), use(/p/, 'pap'));
    return both;
  },
  RegExp: (key) => [key === 'escape' ? use(RegExp, 'a.b') : { ...use(undefined, 'p', 'g'), make: true }],
  'String.prototype'(key) {
    const stale = /p/g;
    stale.lastIndex = 1;
    const args = { __proto__: null, toLocaleLowerCase: [], toLocaleUpperCase: [], match: [stale], replace: [stale, '1'], replaceAll: [stale, '1'], matchAll: [/p/g], normalize: [], repeat: [2], localeCompare: ['q'] }[key] || (/index|code|char|pad|at$/i.test(key) ? [1] : ['p']);
    return [use('papa', ...args)];
  },
  String: (key) => [use(String, ...(key === 'raw' ? [{ raw: ['a', 'b'] }, 1] : [97]))],
  Object(key) {
    const self = { p: one(), q: [one()], get g() { /* $x_fx.enter( */ return 1; } };
    const args = { __proto__: null,
      assign: [self, { r: one(), p: 2 }, null, { s: 1 }], defineProperties: [self, { r: { value: one(), configurable: true } }], defineProperty: [self, 'r', { value: one(), configurable: true }],
      setPrototypeOf: [self, { z: 1 }], getPrototypeOf: [Object.create({ z: 1 })], getOwnPropertyDescriptor: [self, 'p'], hasOwn: [self, 'p'], fromEntries: [[['p', one()]]],
      groupBy: [[one(), one()], same], create: [self, { p: { value: one() } }], is: [self, self], Object: [self],
    }[key] || [self];
    return [use(Object, ...args), ...(key === 'assign' ? [use(Object, {}, self)] : [])];
  },
  'Object.prototype'(key) {
    const self = { p: one(), get g() { /* $x_fx.enter( */ return 1; } };
    const args = { __proto__: null, __defineGetter__: ['p', same], __defineSetter__: ['p', same], __lookupGetter__: ['g'], __lookupSetter__: ['g'], isPrototypeOf: [one] }[key] || ['p'];
    return [use(self, ...args)];
  },
  Reflect(key) {
    const self = { p: one() };
    const args = { __proto__: null,
      defineProperty: [self, 'r', { value: one(), configurable: true }], deleteProperty: [self, 'p'], set: [self, 'p', one()], setPrototypeOf: [self, { z: 1 }], getPrototypeOf: [Object.create({ z: 1 })],
      apply: [Array.prototype.push, [1], [one()]], construct: [Map, [[['p', one()]]]],
    }[key] || [self, 'p'];
    return [use(Reflect, ...args), ...(key === 'set' ? [use(Reflect, {}, 'p', one, self)] : [])];
  },
  'Function.prototype'(key) {
    const list = [1];
    return {
      __proto__: null,
      call: () => [use(Array.prototype.push, list, one)], apply: () => [use(Array.prototype.push, list, [one()])],
      bind: () => [use(Array.prototype.push, list, 5)], toString: () => [use(same)], '@@hasInstance': () => [use(Map, new Map())],
    }[key]();
  },
  ArrayIterator: () => [stepping([one()][Symbol.iterator]())],
  MapIterator: () => [stepping(mapOf().values())],
  SetIterator: () => [stepping(setOf().values())],
  StringIterator: () => [stepping('pa'[Symbol.iterator]())],
  RegExpStringIterator: () => [stepping('pa'.matchAll(/p/g))],
  Iterator(key) {
    const args = /drop|take/.test(key) ? [1] : key === 'flatMap' ? [reports('[u]')] : key === '@@iterator' || key === 'toArray' ? [] : [same];
    const self = [one(), one()].values();
    return [/drop|take|ilter|ap|@@/.test(key) ? use(self, ...args) : stepping(self, ...args)];
  },
  AsyncIterator: () => [use((async function* () {})())],
  Generator: (key) => [{ ...stepping(undefined, ...(key === 'next' ? [] : [1])), maker: steps('function*'), throws: key === 'throw' }],
  AsyncGenerator: (key) => [{ ...stepping(undefined, ...(key === 'throw' ? [1] : [])), maker: steps('async function*') }],
  Promise(key) {
    if (key === 'Promise') return [{ ...use(undefined, same), make: true }];
    return [use(Promise, ...(key === 'try' ? [same] : key === 'resolve' || key === 'reject' ? [1] : key === 'withResolvers' ? [] : [[1]]))];
  },
  'Promise.prototype': () => [use(Promise.resolve(1), same)],
  JSON: (key) => [use(JSON, ...(key === 'parse' ? ['{"p":1}', same] : ['1']))],
  Proxy: () => [{ ...use(undefined, one, {}), make: true }],
  Error: (key) => (key === 'captureStackTrace' ? [use(Error, one)] : [use(Error, key === 'isError' ? one : 'p')]),
  AggregateError: () => [use(undefined, [one()], 'p')],
  'Error.prototype': () => [use(new Error('p'))],
  Symbol: (key) => [use(Symbol, key === 'keyFor' ? Symbol.for('p') : 'p')],
  'Symbol.prototype': () => [use(Symbol.for('p'))],
  Number: () => [use(Number, '1')],
  'Number.prototype': () => [use(5, 2)],
  BigInt: (key) => [use(BigInt, ...(/asU?[Ii]nt/.test(key) ? [4, 5n] : [5]))],
  'BigInt.prototype': () => [use(5n)],
  Boolean: () => [use(undefined, 1)],
  'Boolean.prototype': () => [use(true)],
  Math: (key) => [use(Math, ...(key === 'sumPrecise' ? [[1, 2]] : [1, 2]))],
  'Buffer.prototype'(key) {
    const self = Buffer.alloc(16, 1);
    const args = { __proto__: null,
      copy: [Buffer.alloc(16)], fill: [3], write: ['ab'], equals: [Buffer.from('a')], compare: [Buffer.from('a')], includes: [1], indexOf: [1], lastIndexOf: [1], subarray: [1], slice: [1],
    }[key] || (/Write$/.test(key) ? ['6162', 0] : /^write/.test(key) ? [/Big/.test(key) ? 5n : 5, 0, ...(/U?Int[BL]E$/i.test(key) ? [2] : [])] : /^read/.test(key) ? [0, 2] : []);
    if (/^write.*Int[BL]E$/i.test(key)) args.splice(0, args.length, 5, 0, 2);
    const self16 = /^swap/.test(key) ? Buffer.alloc(16, 'abcdefgh') : self;
    return [use(/^swap/.test(key) ? self16 : self, ...args)];
  },
  Buffer(key) {
    const args = { __proto__: null, from: [[1, 2]], concat: [[Buffer.alloc(2)]], compare: [Buffer.alloc(1), Buffer.alloc(1)], byteLength: ['ab'], of: [1, 2], copyBytesFrom: [new Uint8Array(2)], isBuffer: [one], isEncoding: ['hex'] }[key] || [4];
    return [use(Buffer, ...args)];
  },
  process: () => [use(process, same)],
  '': (key) => [use(undefined, ...(/^set|queue/.test(key) ? [same] : /^clear/.test(key) ? [undefined] : ['1']))],
};

/** An iterator or generator: how far it is shows in a copy of what is left. */
function stepping(self, ...args) {
  let count = 0; // a look would move it: being asked is the change
  return { ...use(self, ...args), look: () => [count++] };
}

function views(kind) {
  return { ...use(undefined, new ArrayBuffer(16)), make: true, kind };
}

/** The uses of one function of a row. */
function usesOf(path, key) {
  const holder = path.replace(/[{}]/g, '');
  const found = of[holder];
  if (found !== undefined) return found(key === path ? holder : key);
  if (/^(?:Big)?(?:Int|Uint|Float)/.test(holder)) return [views(holder)];
  return [use(undefined, 'p')]; // an Error
}

module.exports = { usesOf };
