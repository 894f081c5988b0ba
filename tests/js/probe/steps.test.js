'use strict';
const assert = require('node:assert');
const { Readable, Transform, Writable, pipeline } = require('node:stream');
const { test } = require('node:test');
const { Steps } = require('../../../agent/probe/steps.js');

/** Steps, and what they said: [run, source]. */
function made() {
  const said = [];
  return { steps: new Steps({ tell: (at, run, how, source) => said.push([run, source]) }), said };
}

/** A pipeline whose steps tell of their runs, which are numbered as they begin. */
function piped(steps, source, over) {
  const runs = [];
  const begins = (fn, self, args) => {
    runs.push(fn.name);
    steps.begins(runs.length, runs.length, fn, self, args);
  };
  const streams = [
    source,
    new Transform({
      transform: function upper(chunk, encoding, callback) {
        begins(upper, this, [chunk, encoding, callback]);
        callback(null, chunk);
      },
    }),
    new Writable({
      write: function sink(chunk, encoding, callback) {
        begins(sink, this, [chunk, encoding, callback]);
        setImmediate(callback);
      },
    }),
  ];
  // A listener is no step, though it is called on the stream, too.
  streams[1].on('data', function heard(chunk) {
    begins(heard, this, [chunk]);
  });
  function done(...args) {
    begins(done, undefined, args);
    over(runs);
  }
  const args = [...streams, done];
  steps.before({ callee: pipeline, args });
  pipeline(...args);
}

test('a step comes after the one before, and the end after all of them', async () => {
  const { steps, said } = made();
  const runs = await new Promise((over) => piped(steps, Readable.from(['a', 'b']), over));
  const number = (name, nth) => runs.flatMap((one, i) => (one === name ? [i + 1] : []))[nth];
  const again = (name) => [number(name, 1), number(name, 0)];
  assert.deepStrictEqual(said.slice(0, -2).sort(), [again('upper'), again('sink')].sort());
  assert.deepStrictEqual(said.slice(-2), [[runs.length, number('upper', 1)], [runs.length, number('sink', 1)]]);
});

test('an end with an error follows nothing', async () => {
  const { steps, said } = made();
  const source = new Readable({ read() {} });
  source.push('a');
  setTimeout(() => source.destroy(new Error('gone')), 20);
  const runs = await new Promise((over) => piped(steps, source, over));
  assert.ok(runs.includes('sink'));
  assert.deepStrictEqual(said, []);
});

test('what only has the name is no pipeline', () => {
  const { steps } = made();
  steps.before({ callee: function pipeline() {}, args: [new Transform(), new Transform(), () => {}] });
  assert.strictEqual(steps.some, false);
  steps.before({ callee: null, args: [] });
});
