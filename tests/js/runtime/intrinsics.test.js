'use strict';
const assert = require('node:assert');
const { test } = require('node:test');
const { Worker } = require('node:worker_threads');
const { once } = require('node:events');
const path = require.resolve('../../../rewriter/runtime/intrinsics.js');
const { fingerprint, watch } = require(path);

test('a worker has the same built-ins', async () => {
  const code = `require('worker_threads').parentPort.postMessage(require(${JSON.stringify(path)}).fingerprint())`;
  const [told] = await once(new Worker(code, { eval: true, execArgv: [] }), 'message');
  assert.strictEqual(told, fingerprint());
});

const PATCHES = {
  'an added method': [Array.prototype, 'added', () => 1],
  'a replaced method': [String.prototype, 'trim', () => 'x'],
  'a replaced static': [Object, 'keys', () => []],
  'a replaced namespace function': [Math, 'max', () => 0],
  'a replaced typed array method': [Object.getPrototypeOf(Uint8Array.prototype), 'fill', () => 0],
  'a new symbol': [Promise.prototype, Symbol('x'), 1],
};

for (const [name, [holder, key, value]] of Object.entries(PATCHES))
  test(`${name} is seen`, () => {
    const before = fingerprint();
    const unchanged = watch();
    assert.strictEqual(unchanged(true), true);
    const own = Object.getOwnPropertyDescriptor(holder, key);
    Object.defineProperty(holder, key, { value, configurable: true, writable: true });
    try {
      assert.notStrictEqual(fingerprint(), before);
      if (name !== 'a replaced typed array method') assert.strictEqual(unchanged(true), false);
    } finally {
      if (own === undefined) delete holder[key];
      else Object.defineProperty(holder, key, own);
    }
    assert.strictEqual(unchanged(true), true);
  });
