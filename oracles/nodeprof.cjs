'use strict';
/**
 * Run a traced program and tell each read, write and call with its site.
 *
 * In: the program's text on stdin. Out: after what it prints itself, a line
 * `TRACE [[what, site, name], ...]` in the order of the events.
 */

const fs = require('node:fs');

const told = [];
const say = (what) => (activation, site, object, key, value) => {
  if (activation !== 0) told.push([what, site, typeof key === 'string' ? key : String(key)]);
  return value;
};
const capture = (what) => (activation, site, name, declared, value) => {
  if (activation !== 0) told.push([what, site, name]);
  return value;
};
let entered = 0;
const fx = {
  blocks: (script, starts) => new Uint8Array(starts.length),
  gates: (script, starts) => new Int32Array(starts.length),
  enter: () => (entered += 1),
  exit: (a, outcome, value) => value,
  read: say('getField'),
  write: say('putField'),
  readCapture: capture('read'),
  writeCapture: capture('write'),
  call(activation, site, callee, self, args, text) {
    if (activation !== 0) told.push(['invokeFunPre', site, text]);
    return 0;
  },
  done: (mark, value) => value,
  threw: (mark, error) => error,
  made: () => 0,
  came: (activation, site, how, value) => value,
  items: (activation, site, object) => object,
  took() {},
  around: () => entered,
  opaque(activation, site, what) {
    if (activation !== 0) told.push(['opaque', site, what]);
  },
};
globalThis[Symbol.for('fluxion.probe')] = { fx };
const text = fs.readFileSync(0, 'utf8');
process.on('exit', () => fs.writeSync(1, `\nTRACE ${JSON.stringify(told)}\n`));
new Function('exports', 'require', 'module', '__filename', '__dirname', text)
  .call({}, {}, require, { exports: {} }, __filename, __dirname);
