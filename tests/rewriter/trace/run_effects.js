/**
 * Run traced programs and tell what the tracer said, in words.
 *
 * In: JSON on stdin: {probe, programs: [{name, text, gated}]}; functions at the offsets in
 * `gated` are not observed. Out: one JSON line each: what was
 * logged, `told` as [activation's function, what, path], and every cell with what it is.
 */
'use strict';

const util = require('node:util');
const { KINDS, load } = require('./tracing.js');

const globals = new Set(Reflect.ownKeys(globalThis));

function worded({ EVENT, out }) {
  const paths = new Map();
  const cells = [];
  const starts = new Map();
  const told = [];
  for (const [code, ...fields] of out.list) {
    if (code === EVENT.CELL) {
      const [cell, kind, base, key, script, start] = fields;
      const path = KINDS[kind] === 'property' ? `${paths.get(base)}.${key}` : key;
      paths.set(cell, path);
      cells.push(KINDS[kind] === 'property' ? path : `${KINDS[kind]} ${path} ${script} ${start}`);
    } else if (code === EVENT.ENTER) starts.set(fields[1], fields[3]);
    else if (code === EVENT.READ) told.push([starts.get(fields[0]) ?? 0, 'read', paths.get(fields[2])]);
    else if (code === EVENT.WRITE) told.push([starts.get(fields[0]) ?? 0, 'write', paths.get(fields[2])]);
    else if (code === EVENT.OPAQUE) told.push([starts.get(fields[0]) ?? 0, 'unknown', fields[2]]);
  }
  return { cells, told };
}

async function run(make, { name, text, gated = [] }) {
  const made = make();
  const { functions } = made.tracer;
  const { admit } = functions;
  functions.admit = (f) => !gated.includes(f.start) && admit(f);
  globalThis[Symbol.for('fluxion.probe')] = { fx: made.fx };
  const logged = [];
  const log = (...values) => logged.push(util.format(...values));
  const program = { exports: {} };
  try {
    const wrapped = new Function('exports', 'require', 'module', '__filename', '__dirname', '$out', text);
    wrapped.call(program.exports, program.exports, require, program, `/programs/${name}.js`, '/programs', { set line(values) { log(...values); } });
    await program.exports;
    await new Promise((resolve) => setTimeout(resolve, 5));
  } catch (error) {
    log('uncaught', String(error));
  }
  made.tracer.alive = false;
  for (const key of Reflect.ownKeys(globalThis)) {
    if (!globals.has(key) && key !== Symbol.for('fluxion.probe')) delete globalThis[key];
  }
  return { name, logged, ...worded(made), faults: made.tracer.faults, fault: made.tracer.fault };
}

(async () => {
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  const { probe, programs } = JSON.parse(Buffer.concat(chunks));
  const make = load(probe);
  process.on('unhandledRejection', () => {});
  for (const program of programs) console.log(JSON.stringify(await run(make, program)));
  process.stdout.write('', () => process.exit(0)); // once everything is written
})();
