/**
 * Does the tracer tell of every change that a program makes?
 *
 * In: on stdin a JSON list of {name, text}, rewritten; each exports `f`, what is watched,
 * and `roots`, which returns what it may change; `prep` runs before. Out: a JSON line for
 * each: what changed, what of it was told by no WRITE, and what was said to be unknown.
 */
'use strict';

const path = require('node:path');
const { builtIn, snapshot } = require('../rewriter/trace/snapshots.js');
const { KINDS, load } = require('../rewriter/trace/tracing.js');

const known = builtIn();
const make = load(path.join(__dirname, '..', '..', 'agent', 'probe'));
const turn = () => new Promise((resolve) => setTimeout(resolve, 2));

function keyOf(object, place) {
  if (typeof place === 'symbol') return `@@${place.description || ''}`;
  const key = place.replace(/^(?:set|flags) /, '').replace(/^Symbol\((.*)\)$/, '@@$1');
  if (/^(?:entry|key) \d+$|^time$|^\d+$/.test(key)) return '[]';
  return key === 'length' && Array.isArray(object) ? '[]' : key;
}

/** What records say: the cells of properties, and what was written and unknown. */
function heard(EVENT, list, from) {
  const told = { cells: new Map(), unknown: [], writes: new Set() };
  list.forEach(([code, ...rest], at) => {
    if (code === EVENT.CELL && KINDS[rest[1]] === 'property') told.cells.set(`${rest[2]} ${rest[3]}`, rest[0]);
    if (at < from) return;
    if (code === EVENT.WRITE) told.writes.add(rest[2]);
    else if (code === EVENT.OPAQUE) told.unknown.push(rest[2]);
  });
  return told;
}

async function tried({ name, text }) {
  const { EVENT, cells, fx, out, tracer } = make();
  globalThis[Symbol.for('fluxion.probe')] = { fx };
  const program = {};
  new Function('exports', 'require', text)(program, require);
  if (program.prep) await program.prep();
  await turn();
  const from = out.list.length;
  const before = snapshot(Object.values(program.roots()), known);
  const value = await program.f();
  await turn();
  const after = snapshot(Object.values(program.roots()), known);
  const told = heard(EVENT, out.list, from);
  const result = { name, changed: [], missed: [], unknown: told.unknown, fault: tracer.fault, value: String(value) };
  for (const [object, places] of before) {
    const now = after.get(object) || places;
    for (const place of new Set([...places.keys(), ...now.keys()])) {
      if (places.has(place) === now.has(place) && Object.is(places.get(place), now.get(place))) continue;
      const what = `${Object.prototype.toString.call(object)} ${String(place)}`;
      result.changed.push(what);
      const cell = told.cells.get(`${cells.of(object)} ${keyOf(object, place)}`);
      if (!told.writes.has(cell)) result.missed.push(what);
    }
  }
  return result;
}

(async () => {
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  for (const one of JSON.parse(Buffer.concat(chunks).toString())) console.log(JSON.stringify(await tried(one)));
})();
