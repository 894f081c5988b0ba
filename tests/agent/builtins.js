/**
 * Hold the table of built-in functions against the functions themselves.
 *
 * In: nothing. Out: one JSON line for each function of the table that this Node has: what
 * it changed, what the tracer said, and what is wrong about that. A use runs the real
 * function on objects of which only the receiver and the arguments have names.
 */
'use strict';

const path = require('node:path');
const { inspect } = require('node:util');
const { builtIn, changes, isObject, snapshot } = require('../rewriter/trace/snapshots.js');
const { load } = require('../rewriter/trace/tracing.js');
const { usesOf } = require('./builtin_uses.js');

const probe = path.join(__dirname, '..', '..', 'agent', 'probe');
const { CELL_KIND, EVENT } = require(path.join(probe, 'abi.js'));
const { parse, ready } = require(path.join(probe, 'known.js'));

const learned = [];
ready((holder, key, fn, effects) => learned.push({ path: holder, key, fn, effects }));

const known = builtIn();
const make = load(probe);

/** A run under way, in which `values` came in as arguments. */
function begun(values) {
  const { cells, out, tracer } = make();
  const activation = tracer.enter(1, 1, 0, undefined, values);
  return { activation, cells, out, tracer };
}

function keyOf(object, place) {
  if (typeof place === 'symbol') return `@@${place.description}`;
  const key = place.replace(/^(?:set|flags) /, '');
  if (/^(?:entry|key) \d+$|^time$|^\d+$/.test(key)) return '[]';
  return key === 'length' && Array.isArray(object) ? '[]' : key;
}

/** One use: what is wrong, and whether anything changed. */
function tried(fn, { self: given, args, look, make, maker, throws }) {
  const { activation, cells, out, tracer } = begun([given, ...args]);
  let self = given;
  if (maker !== undefined) {
    const made = tracer.call(activation, 1, maker, undefined, [], 'maker');
    tracer.settle(made, 0, (self = maker()));
    cells.call(self, cells.root(CELL_KIND.this, 'this', 1, 1));
  }
  const before = snapshot([self, ...args], known);
  const seen = look === undefined ? [] : look();
  const from = out.list.length;
  const mark = tracer.call(activation, 7, fn, self, args, 'use');
  let value;
  let thrown = false;
  try {
    value = make ? Reflect.construct(fn, args) : Reflect.apply(fn, self, args);
  } catch (error) {
    thrown = true;
    value = error;
  }
  tracer.settle(mark, thrown ? 1 : 0, value);
  const after = snapshot([self, ...args], known);
  const told = out.list.slice(from);
  const cellOf = new Map(out.list.filter(([code]) => code === EVENT.CELL).map(([, cell, , base, key]) => [`${base} ${key}`, cell]));
  const written = new Set(told.filter(([code]) => code === EVENT.WRITE).map((record) => record[3]));
  const wrong = told.filter(([code]) => code === EVENT.OPAQUE).map((record) => `unknown: ${record[3]}`);
  if (thrown && !throws) wrong.push(`threw ${value}`);
  let changed = 0;
  for (const [object, place] of changes(before, after, before)) {
    changed += 1;
    const name = cells.base(object);
    const cell = cellOf.get(`${name} ${place === 'extensible' ? '*' : keyOf(object, place)}`);
    if (!written.has(cell)) wrong.push(`wrote ${String(place)}, unreported`);
  }
  const now = look === undefined ? [] : look();
  if (now.some((one, at) => !Object.is(one, seen[at]))) {
    changed += 1;
    if (![self, ...args].some((one) => isObject(one) && written.has(cellOf.get(`${cells.base(one)} []`)))) wrong.push('changed inside, unreported');
  }
  for (const object of unnamed(value, cells, before)) wrong.push(`returned ${inspect(object)} without a name`);
  return { wrong, changed, written: written.size };
}

/** Objects that were there before, and that the result leads to past everything named. */
function unnamed(value, cells, before) {
  const found = [];
  const queue = [value];
  const met = new Set();
  while (queue.length > 0) {
    const one = queue.pop();
    if (!isObject(one) || met.has(one) || known.has(one) || cells.of(one) !== 0) continue;
    met.add(one);
    if (before.has(one) && typeof one !== 'function' && !ArrayBuffer.isView(one) && !(one instanceof ArrayBuffer)) found.push(one);
    else for (const [, places] of snapshot([one], new Set([...known, ...before.keys()]))) queue.push(...places.values());
  }
  return found;
}

process.on('unhandledRejection', () => {});
for (const { path: holder, key, fn, effects } of learned) {
  const uses = usesOf(holder, key).filter(Boolean).map((use) => tried(fn, use));
  const row = parse(effects);
  const wrong = uses.flatMap((use) => use.wrong);
  const changed = uses.reduce((sum, use) => sum + use.changed, 0);
  const writes = row.writes.length > 0 || /assign|define|set$|matche[sd]|generator/.test(row.rule);
  if (writes && changed === 0) wrong.push('the table says that it writes, and it did not');
  if (!writes && row.rule === '' && changed > 0) wrong.push('the table says that it does not write');
  console.log(JSON.stringify({ holder, key: String(key), effects, uses: uses.length, changed, written: uses.reduce((sum, use) => sum + use.written, 0), wrong }));
}
process.stdout.write('', () => process.exit(0)); // once everything is written
