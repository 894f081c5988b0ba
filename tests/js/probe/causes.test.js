'use strict';
const assert = require('node:assert');
const { test } = require('node:test');
const { Causes } = require('../../../agent/probe/causes.js');

function twinned(placed) {
  const causes = new Causes(null);
  const [fn, twin] = [() => {}, () => {}];
  const one = { fn, placed };
  causes.twins.set(fn, one).set(twin, one);
  return { causes, fn, twin };
}

test('a twin that traced code alone finds is handed over as its original', () => {
  const { causes, fn, twin } = twinned(false);
  assert.strictEqual(causes.closure(twin), causes.closure(fn));
  assert.strictEqual(causes.placed(twin), false);
});

test('of a twin in a place nobody has seen every hand-over', () => {
  const { causes, fn, twin } = twinned(true);
  assert.notStrictEqual(causes.closure(twin).number, causes.closure(fn).number);
  assert.strictEqual(causes.placed(twin), true);
});

test('a call of a twin runs what is told as its original, a call of that nothing', () => {
  for (const placed of [true, false]) {
    const { causes, fn, twin } = twinned(placed);
    const { number } = causes.closure(fn);
    assert.strictEqual(causes.runs(twin), number);
    assert.strictEqual(causes.runs(fn), -1);
    assert.strictEqual(causes.runs(() => {}), 0);
  }
});
