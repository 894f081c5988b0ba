'use strict';
/**
 * What the probe's own calls cost a traced run, in microseconds of CPU.
 *
 * In: checkouts of fluxion, each with its `agent/probe/abi.js` made, this one if none is
 * named. Each is measured in processes of its own, in turn, ROUNDS times (5). Out: one JSON
 * object a checkout: the median of the rounds for a nested run, a callback of the event
 * loop, an `await` and a touch; what the app does itself is taken off. A gate that is
 * closed calls none of this: `make bench TOPIC=trace` has that.
 */

const { execFileSync } = require('node:child_process');
const path = require('node:path');

const RUNS = 20000;
const SLICES = 6;

function face(checkout) {
  const part = (name) => require(path.join(checkout, 'agent', 'probe', name));
  const { EVENT } = part('abi.js');
  const out = new (part('encoder.js').Encoder)(() => {});
  const functions = new (part('functions.js').Functions)(out, () => 0, {});
  functions.admit = (f) => {
    f.traced = 1000;
    f.kept = 1000;
    return true;
  };
  const { Tracer } = part('tracer.js');
  const tracer = new Tracer(out, functions, new (part('cells.js').Cells)(out), new (part('causes.js').Causes)(out));
  tracer.charge = () => {};
  const fx = part('fx.js').facade(tracer, {
    CLOCK_US: 0, EVENT, Math, captured: 0, describe: String, freeze: (made) => made, now: () => performance.now(),
  });
  return { awaits: (a, site, value) => value, ...fx };
}

function spent() {
  const { system, user } = process.cpuUsage();
  return user + system;
}

/** Callbacks of the event loop, one after the other. */
function loop(body) {
  return new Promise((done) => {
    let left = RUNS;
    setImmediate(function next() {
      body(next);
      if ((left -= 1) > 0) setImmediate(next);
      else done();
    });
  });
}

async function waits(body) {
  for (let i = 0; i < RUNS; i += 1) await body();
}

const KINDS = (fx) => ({
  nested: [() => {
    const around = fx.enter(1, 10, KINDS, undefined, []);
    for (let i = 0; i < RUNS; i += 1) fx.exit(fx.enter(1, 20, face, undefined, []), 0, undefined);
    fx.exit(around, 0, undefined);
  }, () => {}],
  callback: [
    () => loop((next) => fx.exit(fx.enter(1, 30, next, undefined, []), 0, undefined)),
    () => loop(() => {}),
  ],
  await: [() => waits(async () => {
    const a = fx.enter(1, 40, waits, undefined, []);
    fx.exit(a, 0, fx.came(a, 5, 'await', await fx.awaits(a, 5, null)));
    fx.awaits(a, -1, undefined); // it ends
  }), () => waits(async () => {
    await null;
  })],
  touch: [() => {
    const object = { x: 1 };
    for (let i = 0; i < RUNS / 10; i += 1) {
      const a = fx.enter(1, 50, spent, undefined, [object]);
      for (let site = 1; site <= 10; site += 1) fx.read(a, site, object, 'x', 1);
      fx.exit(a, 0, undefined);
    }
  }, () => {}],
});

async function measure(checkout) {
  const kinds = KINDS(face(checkout));
  const best = {};
  for (let slice = 0; slice < SLICES; slice += 1) {
    for (const [kind, bodies] of Object.entries(kinds)) {
      const took = [];
      for (const body of bodies) {
        const before = spent();
        await body();
        took.push(spent() - before);
      }
      const each = (took[0] - took[1]) / RUNS;
      if (slice > 1 && !(best[kind] < each)) best[kind] = each;
    }
  }
  console.log(JSON.stringify(best));
}

function compare(checkouts) {
  const seen = new Map(checkouts.map((one) => [one, []]));
  for (let round = Number(process.env.ROUNDS || 5); round > 0; round -= 1) {
    for (const [one, rows] of seen) rows.push(JSON.parse(execFileSync(process.execPath, [__filename, '--one', one])));
  }
  for (const [checkout, rows] of seen) {
    const row = { checkout };
    for (const kind of Object.keys(rows[0])) {
      const all = rows.map((each) => each[kind]).sort((a, b) => a - b);
      row[kind] = Number(all[all.length >> 1].toFixed(3));
    }
    console.log(JSON.stringify(row));
  }
}

const [first, ...others] = process.argv.slice(2);
if (first === '--one') measure(others[0]);
else compare([first || path.dirname(__dirname), ...others].map((one) => path.resolve(one)));
