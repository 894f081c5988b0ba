'use strict';
const assert = require('node:assert');
const { test } = require('node:test');
const { Survey, repair } = require('../../../rewriter/runtime/codec.js');
const { remember, changedOf, graft } = require('../../../rewriter/runtime/changes.js');

/** What the worker and main do between them, without the thread. */
function roundTrip(value, act) {
  const main = new Survey();
  main.add(value);
  const originals = [...main.nodes.keys()];
  const copy = structuredClone(value);
  const worker = new Survey();
  worker.add(copy);
  const kept = remember(worker.nodes, worker.nodes.size);
  const known = new Map([...worker.nodes.keys()].map((node, at) => [node, at]));
  const result = act(copy);
  const changed = changedOf(kept);
  const answer = new Survey(known, changed);
  answer.add(result);
  for (const node of changed.keys()) answer.add(node);
  const { met, repairs } = answer;
  const message = structuredClone({ result, met, repairs, changed: [...changed.values()] });
  repair(message.repairs);
  const [mine] = graft(
    [message.result], message.met, message.changed, originals, message.repairs,
  );
  return { mine, changed: changed.size };
}

const told = ({ message, code, stack }) => [message, code, stack];

test('an error that nobody touched has not changed', () => {
  const { changed } = roundTrip({ e: Object.assign(new TypeError('x'), { a: 1 }) }, (v) => v.e.stack);
  assert.strictEqual(changed, 0);
});

test('nothing changed, nothing written, identity restored', () => {
  const value = { a: [1, { b: 2 }], m: new Map([[1, 2]]) };
  const { mine, changed } = roundTrip(value, (v) => ({ inner: v.a[1], all: v }));
  assert.strictEqual(changed, 0);
  assert.strictEqual(mine.all, value);
  assert.strictEqual(mine.inner, value.a[1]);
});

const WRITES = {
  'a property': [{ a: 1 }, (v) => { v.a = 2; }],
  'a new property': [{ a: 1 }, (v) => { v.b = { a: v }; }],
  'a deletion and the order of keys': [{ a: 1, b: 2 }, (v) => { delete v.a; v.a = 3; }],
  'a sort': [[3, { n: 1 }, 2], (v) => { v.reverse(); }],
  'a shorter array': [[1, 2, 3], (v) => { v.length = 1; }],
  'a hole': [[1, 2, 3], (v) => { delete v[1]; }],
  'a Map': [new Map([[1, { x: 1 }]]), (v) => { v.get(1).x = 2; v.set(2, v); }],
  'a Set': [new Set([1]), (v) => { v.delete(1); v.add(2); }],
  'a date': [{ d: new Date(1) }, (v) => { v.d.setTime(2); }],
  'bytes': [{ b: new Uint8Array([1, 2, 3]) }, (v) => { v.b[1] = 9; }],
  'not a number': [[0, NaN], (v) => { v[0] = -0; }],
  'a swap of children': [{ a: { n: 1 }, b: { n: 2 } }, (v) => { [v.a, v.b] = [v.b, v.a]; }],
  'an error': [{ e: new Error('x') }, (v) => { v.e.message = 'y'; v.e.code = 1; v.e.stack = 'z'; }],
  'frozen afterwards': [{ a: 1 }, (v) => { Object.freeze(v); }],
};

for (const [name, [value, act]] of Object.entries(WRITES))
  test(`${name} comes back in place`, () => {
    const expected = structuredClone(value);
    act(expected);
    const inside = [...new Set(Object.values(value).filter((v) => typeof v === 'object'))];
    const { changed } = roundTrip(value, act);
    assert.ok(changed > 0);
    if (name === 'an error') return assert.deepStrictEqual(told(value.e), told(expected.e));
    assert.deepStrictEqual(value, expected);
    assert.deepStrictEqual(Reflect.ownKeys(value), Reflect.ownKeys(expected));
    assert.strictEqual(Object.isFrozen(value), Object.isFrozen(expected));
    for (const held of Object.values(value))
      if (typeof held === 'object' && name !== 'a new property') assert.ok(inside.includes(held));
  });
