/**
 * The probe: what the agent installs in a live process, and what leaves without a trace.
 *
 * In: `install({port, token, ...})`, evaluated once by the agent. Out: one global under
 * `Symbol.for('fluxion.probe')` whose methods the agent calls; blocks of records on the
 * probe's own socket. It leaves when told, when its socket closes, and when it has seen
 * no sign of the agent for six seconds.
 *
 * A command interrupts whatever runs, also a regular expression of the app in the middle. V8
 * dies (20 to 26) when another one is run there: both use one stack, which the second may move
 * or free. So no regular expression may run in what the agent evaluates, ours or Node's own:
 * whatever needs one waits for the end of the callback (gaps.js, docs/design/0015).
 *
 * No 'use strict' here: at the head of the bundle it would hold for every file in it, and
 * loose.js must be sloppy. Each other file says it for itself.
 */

const { PROBE_SYMBOL, VERSION } = require('./abi.js');
const { describe } = require('./describing.js');
const { Probe } = require('./probe.js');
const { hookText, preload } = require('./preload.js');
const { Texts } = require('./texts.js');

function install(config) {
  const symbol = Symbol.for(PROBE_SYMBOL);
  if (Object.getOwnPropertyDescriptor(globalThis, symbol) !== undefined) {
    throw new Error('a probe is installed already');
  }
  const probe = new Probe(config);
  Object.defineProperty(globalThis, symbol, {
    value: probe.face(), configurable: true, enumerable: false, writable: false,
  });
  return { version: VERSION, ...describe() };
}

module.exports = { Texts, hookText, install, preload };
