'use strict';
const assert = require('node:assert');
const { test } = require('node:test');
const { inspect } = require('node:util');
const { Survey, repair, freezeAgain } = require('../../../rewriter/runtime/codec.js');

function survey(value) {
  const made = new Survey();
  made.add(value);
  return made;
}

function travel(value) {
  const { reason, repairs } = survey(value);
  assert.strictEqual(reason, '');
  const arrived = structuredClone({ value, repairs });
  repair(arrived.repairs);
  freezeAgain(arrived.repairs);
  return arrived.value;
}

const shared = { n: 1 };
const cycle = { shared, again: [shared] };
cycle.self = cycle;
const bare = Object.assign(Object.create(null), { a: 1 });
const holes = [1, 2, 3];
delete holes[1];
const lasting = /x/g;
lasting.lastIndex = 3;

const TRAVEL = {
  'primitives': [1, -0, NaN, Infinity, 'a\ud800', true, null, undefined, 2n ** 80n],
  'a cycle and sharing': cycle,
  'a null prototype': bare,
  'a sparse array with properties': Object.assign(holes, { extra: bare }),
  'a match': /b(?<n>c)/.exec('abc'),
  'collections': new Map([[bare, new Set([cycle])]]),
  'a date': new Date(NaN),
  'a regular expression in use': lasting,
  'buffers': [Buffer.from('pooled'), Buffer.alloc(9), new ArrayBuffer(3)],
  'typed arrays': [new Float64Array([1.5, NaN]), new BigInt64Array(2), new DataView(new ArrayBuffer(4), 1)],
  'frozen objects': Object.freeze({ a: Object.freeze([1]) }),
  'an error': Object.assign(new RangeError('r', { cause: bare }), { name: 'Odd', code: 1 }),
  'an error without message': new TypeError(),
  'long arrays': [Array.from({ length: 500 }, (_, i) => ({ i })), new Uint8Array(5000)],
  'a property named __proto__': JSON.parse('{"__proto__": {"x": 1}}'),
};

for (const [name, value] of Object.entries(TRAVEL))
  test(`${name} arrive as they left`, () => {
    const how = { showHidden: true, depth: 9 };
    assert.strictEqual(inspect(travel(value), how), inspect(value, how));
  });

class P {}
let touched = 0;
const touch = () => ++touched;
const STAY = {
  'a function': () => 1,
  'a symbol': Symbol('x'),
  'a symbol key': { [Symbol('x')]: 1 },
  'a class instance': new P(),
  'a subclass of Array': new (class extends Array {})(),
  'a subclass of Error': new (class extends Error {})('x'),
  'a subclass of Map': new (class extends Map {})(),
  'a getter': { get x() { return touch(); } },
  'a getter in an array': Object.defineProperty([1], 0, { get: touch }),
  'a hidden property': Object.defineProperty({}, 'x', { value: 1 }),
  'a read-only property': Object.defineProperty({}, 'x', { value: 1, enumerable: true, configurable: true }),
  'a sealed object': Object.seal({ x: 1 }),
  'a Proxy': new Proxy({}, { getPrototypeOf: touch, ownKeys: touch, get: touch }),
  'a Promise': Promise.resolve(),
  'a WeakMap': new WeakMap(),
  'arguments': (function () { return arguments; })(1),
  'boxed': new Number(1),
  'shared memory': new Uint8Array(new SharedArrayBuffer(4)),
  'a map with properties': Object.assign(new Map(), { x: 1 }),
  'a view with properties': Object.assign(new Uint8Array(100), { x: 1 }),
  'a long array with a class instance': [...Array.from({ length: 99 }, () => 1), new P()],
  'a URL': new URL('http://x/'),
  'globalThis': globalThis,
  'a module namespace': Object.create(null, { [Symbol.toStringTag]: { value: 'Module' } }),
};

for (const [name, value] of Object.entries(STAY))
  test(`${name} stays`, () => {
    assert.notStrictEqual(survey(value).reason, '');
    assert.notStrictEqual(survey({ deep: [new Map([[1, value]])] }).reason, '');
    assert.strictEqual(touched, 0);
  });

test('both sides number objects alike', () => {
  const { nodes, repairs } = survey(cycle);
  const copy = structuredClone({ value: cycle, repairs });
  repair(copy.repairs);
  const keys = ({ nodes: all }) => [...all.keys()].map((node) => Object.keys(node).join());
  assert.deepStrictEqual(keys(survey(copy.value)), keys({ nodes }));
});

test('known objects are noted and not entered unless they changed', () => {
  const inner = { deep: { er: 1 } };
  const known = new Map([[inner, 0]]);
  const still = new Survey(known, new Map());
  still.add({ inner });
  assert.deepStrictEqual(still.met, [[0, inner]]);
  assert.strictEqual(still.nodes.has(inner.deep), false);
  const changed = new Survey(known, new Map([[inner, 0]]));
  changed.add({ inner });
  assert.strictEqual(changed.nodes.has(inner.deep), true);
});
