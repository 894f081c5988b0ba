'use strict';
const assert = require('node:assert');
const { AsyncResource, createHook, executionAsyncId } = require('node:async_hooks');
const { Readable } = require('node:stream');
const { setImmediate: immediate } = require('node:timers/promises');
const { test } = require('node:test');
const { EVENT, LEAD } = require('../../../agent/probe/abi.js');
const { Leads } = require('../../../agent/probe/leads.js');

const HOW = Object.keys(LEAD);

/** Leads, and what they said: [run, how, source]. */
function made() {
  const records = [];
  const out = { open: (code) => records.push([code]), int: (value) => records.at(-1).push(value) };
  const leads = new Leads(out);
  return {
    leads,
    said: () => records.filter(([code]) => code === EVENT.LEAD).map(([, , run, how, source]) => [run, HOW[how], source]),
  };
}

const inTurn = (fn) => new AsyncResource('turn').runInAsyncScope(fn);

test('whoever is called by a run that goes on is on its stack', () => {
  const { leads, said } = made();
  leads.entered(5, 2, null, 0, 1, []);
  assert.deepStrictEqual(said(), [[2, 'called', 1]]);
});

test('a timer that calls back again follows its own last run, a server does not', async () => {
  const { leads, said } = made();
  await new Promise((done) => {
    let left = 2;
    const timer = setInterval(() => {
      leads.entered(5, 4 - left, null, executionAsyncId(), 0, []);
      if ((left -= 1) === 0) {
        clearInterval(timer);
        done();
      }
    }, 1);
  });
  assert.deepStrictEqual(said(), [[3, 'again', 2]]);
});

test('a tick follows the stack that queued it', async () => {
  const { leads, said } = made();
  await new Promise((done) => {
    setImmediate(() => {
      leads.entered(5, 1, null, executionAsyncId(), 0, []);
      process.nextTick(() => {
        leads.entered(6, 2, null, executionAsyncId(), 0, []);
        done();
      });
    });
  });
  assert.deepStrictEqual(said(), [[2, 'queued', 1]]);
});

test('what runs before the queues are empty follows the stack that filled them', async () => {
  const { leads, said } = made();
  setImmediate(() => {
    leads.entered(5, 1, null, executionAsyncId(), 0, []);
    Promise.resolve().then(() => leads.entered(6, 2, null, 0, 0, []));
    leads.left(executionAsyncId());
    Promise.resolve().then(leads.next[0]);
  });
  await immediate();
  await immediate();
  leads.entered(7, 3, null, 0, 0, []);
  assert.deepStrictEqual(said(), [[2, 'settled', 1]], 'and nothing that runs later does');
  assert.strictEqual(leads.base, null);
});

test('an app that listens to promises is told of none that follows another of ours', async () => {
  const { leads } = made();
  let promises = 0;
  const hook = createHook({ init: (id, type) => { promises += type === 'PROMISE' ? 1 : 0; } });
  for (let stack = 0; stack < 5; stack += 1) {
    await new Promise((done) => {
      setImmediate(() => {
        leads.entered(5, 1, null, executionAsyncId(), 0, []);
        leads.left(executionAsyncId());
        hook.enable();
        promises = 0;
        Promise.resolve().then(leads.next[0]);
        setImmediate(() => {
          hook.disable();
          done();
        });
      });
    });
    assert.strictEqual(promises, 2, 'those of this test');
  }
  assert.strictEqual(leads.heard, true);
});

test('the events of a stream that is only read have one order', () => {
  const { leads, said } = made();
  const [stream, other] = [Readable.from([]), Readable.from([])];
  const [data, end, both] = [{}, {}, {}];
  leads.listens(data, stream, 'data');
  leads.listens(end, stream, 'end');
  for (const one of [stream, other]) leads.listens(both, one, 'data');
  leads.event(data.stream, 5, 1, 0);
  leads.event(data.stream, 6, 2, 0);
  leads.event(end.stream, 7, 4, 3);
  leads.event(end.stream, 8, 5, 0);
  assert.deepStrictEqual(said(), [[2, 'again', 1], [5, 'again', 4]]);
  assert.strictEqual(both.stream, null, 'whose listener it is nobody knows');
});

test('other emitters and what an app calls a stream have none', () => {
  const { leads } = made();
  const known = {};
  let asked = 0;
  const trap = () => { asked += 1; };
  leads.listens(known, new (require('node:stream').Duplex)(), 'data');
  leads.listens(known, new (require('node:events'))(), 'data');
  leads.listens(known, new Proxy({}, { get: trap, getOwnPropertyDescriptor: trap }), 'data');
  leads.listens(known, Object.defineProperty({}, '_readableState', { get: trap }), 'data');
  leads.listens(known, Readable.from([]), Symbol('data'));
  assert.deepStrictEqual(known, {});
  assert.strictEqual(asked, 0);
});

test('one turn, one resource: turns that begin elsewhere have nothing to do with it', () => {
  const { leads, said } = made();
  inTurn(() => leads.entered(5, 1, null, executionAsyncId(), 0, []));
  inTurn(() => leads.entered(6, 2, null, executionAsyncId(), 0, []));
  assert.deepStrictEqual(said(), []);
});
