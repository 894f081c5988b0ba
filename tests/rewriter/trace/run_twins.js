/**
 * Put twins in the place of live functions and compare what they do.
 *
 * In: JSON on stdin: [{name, text, twin, hoisted}]. A program exports `f`, a function of
 * its own, and `drive(f)`, which uses it and returns what can be seen. Out: a JSON line
 * each: what `drive` returned with the original and with the twin, while the probe
 * samples and while it does not. The twin is made as the agent makes it: a breakpoint
 * condition hands out the evaluator of the live scope.
 */
'use strict';

const { createRequire } = require('node:module');
const inspector = require('node:inspector');
const vm = require('node:vm');

let told = 0;
let sampling = true;
const fx = Object.freeze({
  blocks: (script, starts) => new Uint8Array(starts.length),
  enter: () => (sampling ? ((told += 1), 1) : 0),
  exit: (a, o, v) => v,
  read: (a, s, o, k, v) => ((told += 1), v),
  write: (a, s, o, k, v) => v,
  readCapture: (a, s, n, d, v) => ((told += 1), v),
  writeCapture: (a, s, n, d, v) => v,
  call: () => 1,
  done: (m, v) => v,
  threw: (m, e) => e,
  made: () => 0,
  came: (a, s, h, v) => v,
  items: (a, s, o) => o,
  took() {},
  awaits: (a, s, v) => v,
  ended() {},
  around: () => 1,
  opaque() {},
});

const session = new inspector.Session();
session.connect();
const post = (method, params) => {
  let answer;
  session.post(method, params, (error, result) => {
    if (error) throw new Error(`${method}: ${error.message}`);
    answer = result;
  });
  return answer;
};

function evaluatorOf(fn, call) {
  globalThis.subject = fn;
  globalThis.take = (evaluator) => {
    globalThis.taken ??= evaluator;
    return false;
  };
  globalThis.taken = undefined;
  post('Debugger.enable');
  post('Debugger.setSkipAllPauses', { skip: true });
  const { result } = post('Runtime.evaluate', { expression: 'subject' });
  const { breakpointId } = post('Debugger.setBreakpointOnFunctionCall', {
    objectId: result.objectId,
    condition: 'take((s) => eval(s))',
  });
  call();
  post('Debugger.removeBreakpoint', { breakpointId });
  post('Debugger.disable');
  return globalThis.taken;
}

async function run({ name, text, twin, hoisted }) {
  const program = { exports: {} };
  const file = `/programs/${name}.js`;
  const compiled = vm.compileFunction(text, ['exports', 'require', 'module', '__filename'], {
    filename: file,
  });
  compiled.call(program.exports, program.exports, createRequire(__filename), program, file);
  const { f, drive, home } = program.exports;
  const see = async (fn) => {
    try {
      return JSON.stringify(await drive(fn)) ?? 'undefined';
    } catch (error) {
      return `thrown ${error}`;
    }
  };
  let first;
  const evaluator = evaluatorOf(f, () => (first = see(f)));
  const before = await first;
  if (evaluator === undefined) return { name, failed: 'no evaluator' };
  const values = hoisted.map((key) => (key === '$home' ? home : evaluator(key)));
  let made;
  try {
    made = evaluator(twin)(fx, f, ...values);
  } catch (error) {
    return { name, failed: String(error) };
  }
  Object.defineProperty(made, 'name', { value: f.name });
  if (f.prototype) made.prototype = f.prototype;
  told = 0;
  sampling = true;
  const traced = await see(made);
  const events = told;
  sampling = false;
  const unsampled = await see(made);
  return { name, before, traced, unsampled, after: await see(f), events, same: made.length === f.length };
}

(async () => {
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  for (const program of JSON.parse(Buffer.concat(chunks))) {
    console.log(JSON.stringify(await run(program)));
  }
})();
