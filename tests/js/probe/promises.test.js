'use strict';
const assert = require('node:assert');
const { test } = require('node:test');
const { OUTCOME } = require('../../../agent/probe/abi.js');
const { Promises } = require('../../../agent/probe/promises.js');

const { resolve } = Promise;

/** What traced code says around a call, and what it returned. */
function call(promises, activation, callee, self, args, at) {
  const mark = { activation, callee, self, args, height: 1 };
  promises.before(mark, at);
  const value = Reflect.apply(callee, self, args);
  promises.after(mark, value, 0, at);
  return value;
}

/** A promise whose functions run 1 has, as an executor is given them. */
function deferred(promises) {
  const found = {};
  found.promise = new Promise((ok, no) => Object.assign(found, { ok, no }));
  const fate = promises.settlers(found.ok, found.no);
  promises.after({ callee: Promise, args: [], height: 1, fate }, found.promise, 0, 0);
  return found;
}

function settle(promises, activation, fn, at) {
  promises.before({ activation, callee: fn, args: [], height: 1 }, at);
}

test('who called the function that settles a promise', () => {
  const promises = new Promises();
  const { promise, ok } = deferred(promises);
  const then = () => {};
  call(promises, 2, Promise.prototype.then, promise, [then], 5);
  settle(promises, 3, ok, 7);
  settle(promises, 4, ok, 8); // too late
  assert.deepStrictEqual(promises.entered(then, 9, 10, []), [[3, 7]]);
  assert.strictEqual(promises.entered(then, 11, 12, []), null, 'it runs once');
});

test('a callback that waits for two promises tells of neither', () => {
  const promises = new Promises();
  const [one, two] = [deferred(promises), deferred(promises)];
  const then = () => {};
  for (const { promise } of [one, two]) call(promises, 2, Promise.prototype.then, promise, [then], 5);
  settle(promises, 3, one.ok, 7);
  assert.strictEqual(promises.entered(then, 9, 10, []), null);
});

test('a chain of promises leads to the run of the callback before, which follows from its own', () => {
  const promises = new Promises();
  const { promise, ok } = deferred(promises);
  const [first, second] = [() => {}, () => {}];
  const next = call(promises, 2, Promise.prototype.then, promise, [first], 5);
  call(promises, 2, Promise.prototype.then, next, [second], 6);
  settle(promises, 3, ok, 7);
  promises.entered(first, 8, 9, []);
  promises.exited(8, undefined, 0, 0);
  assert.deepStrictEqual(promises.entered(second, 10, 11, []).map(([run]) => run), [8]);
});

test('all wait for all, a race for the first, and what nobody knows for nobody', () => {
  for (const [how, ok, runs] of [['all', true, [3, 4]], ['race', undefined, [4]], ['allSettled', true, [3, 4]]]) {
    const promises = new Promises();
    const [one, two] = [deferred(promises), deferred(promises)];
    const both = call(promises, 2, Promise[how], Promise, [[one.promise, two.promise]], 5);
    settle(promises, 4, two.ok, 6);
    settle(promises, 3, one.ok, 7);
    const told = promises.causes(promises.fateOf(both), ok, 9).map(([run]) => run);
    assert.deepStrictEqual(told.sort(), runs, how);
    const strange = call(promises, 2, Promise[how], Promise, [[one.promise, new Promise(() => {})]], 5);
    const some = promises.causes(promises.fateOf(strange), ok, 9).map(([run]) => run);
    assert.deepStrictEqual(some, how === 'race' ? [] : [3], how);
  }
});

test('what is awaited is asked for nothing but its own `then`', () => {
  const promises = new Promises();
  let asked = 0;
  const strange = Object.defineProperty({}, 'then', { get: () => (asked += 1) });
  assert.strictEqual(promises.awaits(1, 5, strange), null);
  const proxy = new Proxy({}, { get: () => { asked += 1; }, getOwnPropertyDescriptor: () => { asked += 1; } });
  assert.strictEqual(promises.awaits(1, 5, proxy), null);
  const own = { then() {} };
  assert.strictEqual(promises.awaits(1, 5, own), own.then);
  assert.strictEqual(asked, 0);
});

test('a run that waited goes on because of who settled that', () => {
  const promises = new Promises();
  const { promise, ok, no } = deferred(promises);
  promise.catch(() => {});
  promises.awaits(1, 5, promise);
  settle(promises, 3, no, 7);
  settle(promises, 4, ok, 8);
  assert.deepStrictEqual(promises.resumed(1, false, 9), [[3, 7]]);
  assert.deepStrictEqual(promises.resumed(1, true, 10), [], 'it waits no longer');
});

test('an app that replaced Promise.resolve is not asked, and its function not taken for it', () => {
  try {
    Promise.resolve = function replaced() { throw new Error('asked'); };
    const promises = new Promises();
    assert.strictEqual(promises.part(Promise.resolve), undefined);
    assert.strictEqual(promises.part(Promise.all), 'all');
  } finally {
    Promise.resolve = resolve;
  }
});

test('the tables are bounded', () => {
  const promises = new Promises();
  for (let run = 1; run < 25000; run += 1) promises.awaits(run, 5, null);
  assert.ok(promises.waiting.size <= 10000);
});

test('a promise is of the run inside the call that returned it, and of none before', () => {
  const promises = new Promises();
  const gave = (run) => {
    const mark = { activation: 1, callee: () => {}, args: [], height: 1, gated: run === null };
    promises.before(mark, 5);
    const value = new Promise(() => {});
    if (run > 0) promises.exited(run, value, 7, 1);
    promises.after(mark, value, 7, 6);
    return promises.fateOf(value);
  };
  assert.strictEqual(gave(2).by, 2);
  assert.strictEqual(gave(0), null, 'the next run was not told');
  assert.strictEqual(gave(null), null);
});

test('a twin that waits is told as its original', () => {
  const [original, twin] = [() => {}, () => {}];
  const promises = new Promises((fn) => (fn === twin ? original : fn));
  const { promise, ok } = deferred(promises);
  call(promises, 2, Promise.prototype.then, promise, [twin], 5);
  settle(promises, 3, ok, 7);
  assert.deepStrictEqual(promises.entered(original, 9, 10, []), [[3, 7]]);
});

/** An async function's run, called by run 1; its promise. */
function running(promises, activation) {
  const later = Promise.resolve();
  promises.exited(activation, later, 5, 1, true);
  const promise = new Promise(() => {});
  promises.after({ callee: running, args: [], height: 1 }, promise, 5, 1);
  return promise;
}

function raced(promises, list) {
  const then = () => {};
  const promise = call(promises, 1, Promise.race, Promise, [list], 3);
  call(promises, 1, Promise.prototype.then, promise, [then], 4);
  return (at) => promises.entered(then, 99, at, []);
}

test('who won a race of async functions is who ended first', () => {
  const promises = new Promises();
  const over = raced(promises, [running(promises, 2), running(promises, 3)]);
  promises.ended(3, OUTCOME.value, 1, 7);
  promises.ended(2, OUTCOME.value, 1, 7);
  assert.deepStrictEqual(over(8), [[3, 7]]);
});

test('of those that had ended before the race, the first of the list has won', () => {
  const promises = new Promises();
  const list = [running(promises, 2), running(promises, 3)];
  promises.ended(3, OUTCOME.value, 1, 1);
  promises.ended(2, OUTCOME.throw, 1, 2);
  assert.deepStrictEqual(raced(promises, list)(8), [[2, 2]]);
  assert.deepStrictEqual(raced(promises, [5, ...list])(8), [], 'what is no promise has');
});

test('nobody knows who won where one that ended waits for something else', () => {
  for (const value of [Promise.resolve(), { then() {} }, new Proxy({}, {}), { get then() { throw new Error('asked'); } }]) {
    const promises = new Promises();
    const over = raced(promises, [running(promises, 2), running(promises, 3)]);
    promises.ended(2, OUTCOME.value, value, 6);
    promises.ended(3, OUTCOME.value, 1, 7);
    assert.deepStrictEqual(over(8), []);
  }
});

test('a plain function that returns a promise has not settled it when it ends', () => {
  const promises = new Promises();
  promises.exited(2, Promise.resolve(), 5, 1, false);
  const promise = new Promise(() => {});
  promises.after({ callee: running, args: [], height: 1 }, promise, 5, 1);
  const over = raced(promises, [promise, running(promises, 3)]);
  promises.ended(3, OUTCOME.value, 1, 7);
  assert.deepStrictEqual(over(8), []);
});
