/**
 * Run programs as CommonJS files and tell what each printed and reported.
 *
 * In: JSON on stdin: [{name, text, closed}]. Out: one JSON line each with what was
 * logged and what the probe's stand-in was told; `ran`: where blocks begin that ran;
 * `ranges`: V8's own block coverage, where {cover} asks for it. The stand-in records, hands back what
 * it was given and checks that it is called as the table says.
 */
'use strict';

const { createRequire } = require('node:module');
const inspector = require('node:inspector');
const util = require('node:util');

let told = [];
let faults = [];
let open = [];
let closed = false;
let blocks = []; // of the text under way: where each begins, and its byte
let count = 0;
let deepest = 0; // runs that were under way at once
let unhandled = () => {};
process.on('unhandledRejection', (error) => unhandled('unhandled', String(error)));

/** A key as JSON can say it: a program may well use an object with a cycle. */
const said = (key) => {
  if (typeof key === 'string' || Number.isFinite(key)) return key;
  return Object(key) === key ? typeof key : String(key);
};

const fx = Object.freeze({
  gates: (script, starts) => new Int32Array(starts.length).fill(closed ? 1 : 0),
  blocks(script, starts) {
    const ran = new Uint8Array(starts.length);
    blocks.push({ starts, ran });
    return ran;
  },
  enter(script, start, closure, self, args) {
    if (closed) return 0;
    const activation = ++count;
    open.push(activation);
    deepest = Math.max(deepest, open.length);
    if (typeof closure !== 'function' && closure !== 0) faults.push(`closure ${typeof closure}`);
    const given = Array.prototype.slice.call(args);
    told.push(['enter', start, given.length]);
    return activation;
  },
  exit(activation, outcome, value) {
    if (activation === 0) return value;
    if (!open.includes(activation)) faults.push(`exit of ${activation}, which is not open`);
    open = open.filter((one) => one !== activation);
    told.push(['exit', outcome]);
    return value;
  },
  read(activation, site, object, key, value) {
    if (activation) told.push(['read', said(key)]);
    return value;
  },
  write(activation, site, object, key, value) {
    if (activation) told.push(['write', said(key)]);
    return value;
  },
  readCapture(activation, site, name, declared, value) {
    if (activation) told.push(['readCapture', name, declared]);
    return value;
  },
  writeCapture(activation, site, name, declared, value) {
    if (activation) told.push(['writeCapture', name, declared]);
    return value;
  },
  call(activation, site, callee, self, args, text) {
    if (!activation) return 0;
    if (typeof callee !== 'function' && text !== 'super') faults.push(`call of ${typeof callee}`);
    if (!Array.isArray(args)) faults.push('args is no array');
    const mark = { text };
    told.push(['call', text, args.length, args.filter((a) => typeof a === 'function').length]);
    return mark;
  },
  done(mark, value) {
    if (mark === 0) return value;
    if (mark.ended) faults.push(`${mark.text} ended twice`);
    mark.ended = true;
    told.push(['done', mark.text]);
    return value;
  },
  threw(mark, error) {
    if (mark === 0) return error;
    if (mark.ended) faults.push(`${mark.text} ended twice`);
    mark.ended = true;
    told.push(['threw', mark.text]);
    return error;
  },
  made(script, start, activation, site, fn) {
    if (typeof fn !== 'function') faults.push('made no function');
    return 7;
  },
  came: (activation, site, how, value) => value,
  items(activation, site, object) {
    if (activation) told.push(['items']);
    return object;
  },
  awaits: (activation, site, value) => value,
  ended() {},
  took(activation, site, object, shape) {
    if (activation) told.push(['took', JSON.parse(shape)]);
  },
  around: () => (closed ? 0 : open.at(-1) ?? 0),
  opaque(activation, site, what) {
    if (activation) told.push(['opaque', what]);
  },
});

globalThis[Symbol.for('fluxion.probe')] = { fx };

const own = new Set(Reflect.ownKeys(globalThis));

const session = new inspector.Session();
session.connect();
const ask = (method, params) => {
  let answer;
  session.post(method, params, (error, result) => {
    if (error) throw new Error(`${method}: ${error.message}`);
    answer = result;
  });
  return answer;
};

/** V8's own block coverage of one program: [start, end, count] in its text, widest first. */
function covered(file, shift) {
  const { result } = ask('Profiler.takePreciseCoverage');
  const [own] = result.filter((script) => script.url === file);
  return own.functions.flatMap((one) => one.ranges.map((r) => [r.startOffset - shift, r.endOffset - shift, r.count]));
}

async function run({ name, text, closed: isClosed, cover }) {
  const logged = [];
  told = [];
  faults = [];
  blocks = [];
  open = [];
  deepest = 0;
  closed = Boolean(isClosed);
  const log = (...values) => logged.push(util.format(...values));
  unhandled = log;
  const file = `/programs/${name}.js`;
  const program = { exports: {} };
  let shift = 0;
  if (cover) {
    ask('Profiler.enable');
    ask('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
    text += `\n//# sourceURL=${file}`;
  }
  try {
    const wrapped = new Function('exports', 'require', 'module', '__filename', '__dirname', ...(text.includes('const log = ') ? ['$log'] : ['log']), '$out', '$h', text);
    shift = 1 + wrapped.toString().indexOf(text);
    const result = wrapped.call(program.exports, program.exports, createRequire(__filename), program, file, '/programs', log, { set line(values) { log(...values) } }, { a: {} });
    await result;
    await program.exports;
    await new Promise((resolve) => setTimeout(resolve, 3));
  } catch (error) {
    log('uncaught', String(error));
  }
  if (open.length && !text.includes('left open')) faults.push(`${open.length} never left`);
  for (const key of Reflect.ownKeys(globalThis)) if (!own.has(key)) delete globalThis[key];
  const ranges = cover ? covered(file, shift) : [];
  if (cover) ask('Profiler.disable');
  const ran = blocks.flatMap((one) => one.starts.filter((_, at) => one.ran[at] === 1));
  return { name, logged, told, faults, deepest, ran, ranges };
}

(async () => {
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  for (const program of JSON.parse(Buffer.concat(chunks))) {
    console.log(JSON.stringify(await run(program)));
  }
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
