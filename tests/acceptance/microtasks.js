'use strict';
// Prints in which order everything ran that needs no clock: a random tree of promises,
// awaits, microtasks, ticks and immediates, the same one for the same seed.
const { EventEmitter } = require('node:events');

const MOST = 400;

function run(seed) {
  const said = [];
  let state = seed;
  let count = 0;
  const pick = (most) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * most);
  };
  const bus = new EventEmitter();
  bus.on('tell', function heard(id) {
    said.push(`heard ${id}`);
  });

  async function awaits(id, value) {
    said.push(`awaits ${id}`);
    await value;
    said.push(`went on ${id}`);
    task();
    await null;
    said.push(`and on ${id}`);
    return id;
  }

  async function* numbers(id) {
    said.push(`yields ${id}`);
    yield 1;
    await undefined;
    yield Promise.resolve(2);
    said.push(`yielded ${id}`);
  }

  async function through(id) {
    for await (const one of numbers(id)) said.push(`got ${one} of ${id}`);
    task();
  }

  function thenable(id) {
    return {
      then(resolve) {
        said.push(`then of ${id}`);
        process.nextTick(resolve, id);
      },
    };
  }

  function task() {
    if (count >= MOST) return;
    const id = (count += 1);
    said.push(`task ${id}`);
    const more = () => {
      said.push(`more of ${id}`);
      for (let left = pick(3); left >= 0; left -= 1) task();
    };
    switch (pick(13)) {
      case 0: Promise.resolve(id).then(more); break;
      case 1: Promise.reject(new Error('no')).catch(more).finally(() => said.push(`finally ${id}`)); break;
      case 2: queueMicrotask(more); break;
      case 3: process.nextTick(more); break;
      case 4: setImmediate(more); break;
      case 5: awaits(id, id).then(more); break;
      case 6: awaits(id, thenable(id)).then(more); break;
      case 7: awaits(id, new Promise((resolve) => setImmediate(resolve))).then(more); break;
      case 8: Promise.all([awaits(id, 1), Promise.resolve(2), thenable(id)]).then(more); break;
      case 9: Promise.race([awaits(id, 1), awaits(id, 2)]).then(more, more); break;
      case 10: through(id).then(more); break;
      case 11:
        bus.emit('tell', id);
        new Promise((resolve) => {
          queueMicrotask(() => {
            said.push(`resolves ${id}`);
            resolve(Promise.resolve(id));
            process.nextTick(() => said.push(`tick ${id}`));
          });
        }).then(more);
        break;
      default:
        Promise.reject(new Error(`unheard ${id}`));
        process.nextTick(more);
    }
  }
  process.on('unhandledRejection', function unheard(error) {
    said.push(error.message);
  });
  for (let left = 20; left > 0; left -= 1) setImmediate(task);
  return said;
}

const said = run(Number(process.argv[2]));
process.on('exit', () => {
  process.stdout.write(`${said.join('\n')}\n`);
});
