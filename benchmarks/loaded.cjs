'use strict';
/**
 * Run a program with its files rewritten, and the real probe with the gate open or closed.
 *
 * In: the probe's bundle or `-`; a JSON file {path: text} of what stands for the files of
 * the program; `open` (every run is observed) or `closed` (none is); the program and its arguments. Out:
 * the program's own output. Blocks are counted and dropped.
 */

const fs = require('node:fs');
const Module = require('node:module');
const vm = require('node:vm');

const [, , bundle, table, gate, program] = process.argv;
if (bundle !== '-') {
  const texts = JSON.parse(fs.readFileSync(table, 'utf8'));
  const transport = { send() {}, behind: () => 0, open: () => true, end() {} };
  const { install } = vm.runInThisContext(fs.readFileSync(bundle, 'utf8'));
  install({ transport, overhead: 1e9, ttl: 0, close: false });
  if (gate === 'closed') {
    const symbol = Symbol.for('fluxion.probe');
    const { fx } = globalThis[symbol];
    const closed = { ...fx, gates: (script, starts) => new Int32Array(starts.length).fill(1) };
    Object.defineProperty(globalThis, symbol, { value: { fx: closed }, configurable: true });
  }
  const { _compile } = Module.prototype;
  Module.prototype._compile = function (text, file, ...more) {
    return _compile.call(this, texts[file] ?? text, file, ...more);
  };
}
process.argv.splice(1, 4, program);
require(fs.realpathSync(program));
