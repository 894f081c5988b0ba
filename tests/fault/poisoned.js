'use strict';
// Every method of the language is replaced by one that counts who calls it, before
// anybody attaches (`node poisoned.js before`) or when `/poison` is asked for; `/touched`
// says which were called by a frame of the probe.
const http = require('http');

const touched = Object.create(null);
const { apply, ownKeys, getOwnPropertyDescriptor, defineProperty } = Reflect;
const limit = getOwnPropertyDescriptor(Error, 'stackTraceLimit');
const { includes, split, trim } = String.prototype;
const stringify = JSON.stringify.bind(JSON);
const RealError = Error;
let counting = false;

function count(name) {
  if (counting) return;
  counting = true;
  defineProperty(RealError, 'stackTraceLimit', { ...limit, value: 9 });
  const lines = apply(split, new RealError().stack, ['\n']);
  defineProperty(RealError, 'stackTraceLimit', limit);
  let at = 3; // after this function and the replaced method: the caller, or natives on its behalf
  while (at < lines.length && apply(includes, lines[at], ['(<anonymous>)'])) at += 1;
  if (at < lines.length && apply(includes, lines[at], ['fluxion:probe'])) {
    const key = `${name} ${apply(trim, lines[at], [])}`;
    touched[key] = (touched[key] || 0) + 1;
  }
  counting = false;
}

function replace(holder, key, name) {
  const found = getOwnPropertyDescriptor(holder, key);
  if (typeof found.value !== 'function' || !found.configurable || key === 'constructor') return;
  const original = found.value;
  const made = { [key](...all) { count(name); return apply(original, this, all); } }[key];
  defineProperty(holder, key, { ...found, value: made });
}

const CLASSES = { Array, Map, Set, WeakMap, WeakSet, WeakRef, Object, String, Number, RegExp, Function,
  Promise, Symbol, Date, Error, ArrayBuffer };
function poison() {
  // Not for longer: the walk would find them, and have stand-ins put there.
  const iterators = { ArrayIterator: [][Symbol.iterator](), MapIterator: new Map().entries(),
    SetIterator: new Set().values(), StringIterator: ''[Symbol.iterator]() };
  const holders = [];
  for (const name of ownKeys(CLASSES)) {
    holders[holders.length] = [CLASSES[name], name];
    holders[holders.length] = [CLASSES[name].prototype, `${name}.prototype`];
  }
  for (const name of ownKeys(iterators)) {
    holders[holders.length] = [Reflect.getPrototypeOf(iterators[name]), name];
  }
  holders[holders.length] = [Math, 'Math'];
  holders[holders.length] = [Reflect, 'Reflect'];
  holders[holders.length] = [JSON, 'JSON'];
  for (let i = 0; i < holders.length; i += 1) {
    const [holder, name] = holders[i];
    const keys = ownKeys(holder);
    for (let j = 0; j < keys.length; j += 1) {
      if (holder !== Function.prototype || (keys[j] !== 'apply' && keys[j] !== Symbol.hasInstance)) {
        replace(holder, keys[j], `${name}.${typeof keys[j] === 'symbol' ? '@@' : ''}${keys[j].description || keys[j]}`);
      }
    }
  }
  RealError.prepareStackTrace = (error, sites) => {
    const [first] = sites;
    if (!counting && first && apply(includes, String(first.getFileName()), ['fluxion:probe'])) {
      touched.prepareStackTrace = (touched.prepareStackTrace || 0) + 1;
    }
    let text = '';
    for (let i = 0; i < sites.length; i += 1) text += `\n    at ${sites[i]}`;
    return text;
  };
}

const seen = new Map();
const world = globalThis; // a walk comes by, and must not make what Node makes lazily
function pass(one, two) { return seen.set(one, [...two]).get(one); }
function handle(req, res) {
  if (req.url === '/poison') poison();
  if (world.over) return;
  if (req.url === '/touched') {
    res.end(stringify(touched));
    return;
  }
  setTimeout(function later(value) { res.end(`one ${pass('sum', value).reduce((a, b) => a + b)}`); }, 1, [3, 4]);
}
if (process.argv[2] === 'before') poison();
const server = http.createServer(handle);
server.listen(0, '127.0.0.1', () => console.log(`port ${server.address().port}`));
