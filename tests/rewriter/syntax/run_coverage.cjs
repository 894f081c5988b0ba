/**
 * Which functions V8 reports: the second opinion of test_ranges.py.
 *
 * In: a JSON array of files on stdin, to be loaded in this order; a file that fails to
 * load counts as far as it came. Out: for each script of a file, and each one made by
 * `eval` and its like, one JSON line {url, text as V8 has it, module, ranges: [start,
 * end, name]}.
 */
'use strict';

const inspector = require('node:inspector');
const { pathToFileURL } = require('node:url');

const scripts = new Map();
const session = new inspector.Session();
session.connect();
session.on('Debugger.scriptParsed', ({ params }) => scripts.set(params.scriptId, params));

function ask(method, params) {
  let answer;
  session.post(method, params, (error, result) => {
    if (error) throw new Error(`${method}: ${error.message}`);
    answer = result;
  });
  return answer;
}

async function load(file) {
  try {
    await import(pathToFileURL(file).href);
  } catch {}
}

function tell(script) {
  const made = script.url === '' && scripts.has(script.scriptId); // by eval, Function
  const loaded = /^(file:|\/)/.test(script.url) && !script.url.endsWith(__filename);
  if (!made && !loaded) return;
  const about = scripts.get(script.scriptId);
  const { scriptSource } = ask('Debugger.getScriptSource', { scriptId: script.scriptId });
  const ranges = script.functions.map(({ ranges: [{ startOffset, endOffset }], functionName }) => [
    startOffset, endOffset, functionName,
  ]);
  process.stdout.write(
    `${JSON.stringify({ url: script.url, text: scriptSource, module: about.isModule, ranges })}\n`,
  );
}

async function main(files) {
  ask('Debugger.enable');
  ask('Profiler.enable');
  ask('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  const { exit } = process;
  console.log = console.error = console.warn = console.info = () => {};
  process.exit = () => { throw new Error('not now'); };
  for (const file of files) await load(file);
  const { result } = ask('Profiler.takePreciseCoverage');
  result.forEach(tell);
  process.stdout.write('', () => exit(0));
}

const chunks = [];
process.stdin.on('data', (chunk) => chunks.push(chunk));
process.stdin.on('end', () => main(JSON.parse(Buffer.concat(chunks))));
