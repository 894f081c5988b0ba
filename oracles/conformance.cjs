'use strict';
/**
 * Run tests of test262, each in a realm of its own, as CommonJS bodies or modules.
 *
 * In: `--experimental-vm-modules`, the probe's bundle or `-`, the folder of the harness;
 * on stdin JSON lines {path, text, strict, module, async, raw, includes, negative, files}
 * where `files` are the texts that it may import by path. Out: JSON lines {path, passed,
 * why, seen}: the verdict, the error's name and words, and how many records the probe
 * made meanwhile (-1 when it has left). The probe is the real one, with a budget that
 * nothing binds; its blocks are counted and dropped.
 */

const fs = require('node:fs');
const path = require('node:path');
const readline = require('node:readline');
const vm = require('node:vm');

const [, , bundle, harness] = process.argv;
const SYMBOL = Symbol.for('fluxion.probe');
const SYNC_MS = 10_000;
const ASYNC_MS = 10_000;
const ALWAYS = ['assert.js', 'sta.js', 'doneprintHandle.js'];
let enters = 0;
let tell = () => {};

if (bundle !== '-') {
  const transport = { send() {}, behind: () => 0, open: () => true, end() {} };
  const { Texts, hookText, install } = vm.runInThisContext(fs.readFileSync(bundle, 'utf8'));
  install({ transport, overhead: 1e9, ttl: 0, close: false });
  tell = (global, { before, text }) => {
    const texts = new Texts();
    texts.add(before, text);
    hookText(global, texts);
  };
  const { fx } = globalThis[SYMBOL];
  // Count what goes in, and let the real one answer.
  const counted = {
    ...fx,
    enter: (...given) => {
      const activation = fx.enter(...given);
      if (activation !== 0) enters += 1;
      return activation;
    },
  };
  Object.defineProperty(globalThis, SYMBOL, { value: { fx: Object.freeze(counted) }, configurable: true });
}

const sources = new Map();
function included(name) {
  if (!sources.has(name)) sources.set(name, fs.readFileSync(path.join(harness, name), 'utf8'));
  return new vm.Script(sources.get(name), { filename: name });
}

process.on('unhandledRejection', () => {});
let uncaught = () => {};
process.on('uncaughtException', (error) => uncaught(error));

function realm(print) {
  const context = vm.createContext({}, { microtaskMode: undefined });
  const global = vm.runInContext('this', context);
  const hidden = { configurable: true, writable: true, enumerable: false };
  Object.defineProperty(global, 'print', { ...hidden, value: print });
  Object.defineProperty(global, 'setTimeout', { ...hidden, value: setTimeout });
  Object.defineProperty(global, '$262', {
    ...hidden,
    value: {
      global,
      createRealm: () => realm(print).$262,
      evalScript: (text) => vm.runInContext(text, context),
      gc() {},
      detachArrayBuffer: (buffer) => structuredClone(buffer, { transfer: [buffer] }),
      agent: {},
    },
  });
  if (bundle !== '-') {
    Object.defineProperty(global, SYMBOL, { ...hidden, value: globalThis[SYMBOL] });
  }
  Object.defineProperty(global.$262, 'context', { value: context, enumerable: false });
  return { context, $262: global.$262 };
}

function importer(test, context) {
  const modules = new Map();
  const linked = new Map();
  const make = (file) => {
    if (modules.has(file)) return modules.get(file);
    const text = file === test.path ? test.text : test.files[file];
    if (text === undefined) throw new Error(`no file ${file}`);
    const module = new vm.SourceTextModule(text, {
      context,
      identifier: file,
      importModuleDynamically: (specifier, from) => load(beside(from.identifier ?? test.path, specifier)),
      initializeImportMeta: () => {},
    });
    modules.set(file, module);
    return module;
  };
  const beside = (from, specifier) => path.posix.join(path.posix.dirname(from), specifier);
  const link = (module) => {
    if (!linked.has(module)) {
      linked.set(module, module.link((specifier, from) => make(beside(from.identifier, specifier))));
    }
    return linked.get(module);
  };
  const load = async (file) => {
    const module = make(file);
    await link(module);
    await module.evaluate();
    return module;
  };
  return load;
}

async function run(test) {
  let ended;
  const end = new Promise((resolve) => {
    ended = resolve;
  });
  const { context } = realm((message) => ended(String(message)));
  uncaught = (error) => ended(error);
  tell(vm.runInContext('this', context), test);
  if (!test.raw) for (const name of [...ALWAYS, ...test.includes]) included(name).runInContext(context);
  const load = importer(test, context);
  if (test.module) await load(test.path);
  else {
    const body = vm.compileFunction(test.text, ['exports', 'require', 'module', '__filename', '__dirname'], {
      filename: test.path,
      parsingContext: context,
      importModuleDynamically: (specifier) => load(path.posix.join(path.posix.dirname(test.path), specifier)),
    });
    vm.runInContext('f => f.call({}, {}, undefined, {}, "", "")', context)(body);
  }
  if (!test.async) return;
  const timer = setTimeout(ended, ASYNC_MS, 'no end');
  const told = await end;
  clearTimeout(timer);
  if (told !== 'Test262:AsyncTestComplete') throw typeof told === 'string' ? new Error(told) : told;
}

function words(error) {
  try {
    const name = error?.constructor?.name ?? typeof error;
    return `${name}: ${String(error?.message ?? error).slice(0, 300)}`;
  } catch {
    return 'cannot be told';
  }
}

async function verdict(test) {
  const before = enters;
  let why = '';
  try {
    await run(test);
  } catch (error) {
    why = words(error);
  }
  const passed = test.negative === '' ? why === '' : why.startsWith(`${test.negative}:`);
  return { path: test.path, passed, why, seen: enters - before };
}

(async () => {
  const left = setInterval(() => {}, SYNC_MS); // an await may be all there is
  for await (const line of readline.createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await verdict(JSON.parse(line)))}\n`);
  }
  clearInterval(left);
  process.exit(0);
})();
