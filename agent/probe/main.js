/**
 * The probe: what the agent installs in a live process, and what leaves without a trace.
 *
 * In: `install({port, token, ...})`, evaluated once by the agent. Out: one global under
 * `Symbol.for('fluxion.probe')` whose methods the agent calls; blocks of records on the
 * probe's own socket. It leaves when told, when its socket closes, and when it has seen
 * no sign of the agent for six seconds.
 *
 * No 'use strict' here: at the head of the bundle it would hold for every file in it, and
 * loose.js must be sloppy. Each other file says it for itself.
 */

const { PROBE_SYMBOL, VERSION } = require('./abi.js');
const { Probe } = require('./probe.js');
const { preload } = require('./preload.js');

function install(config) {
  const symbol = Symbol.for(PROBE_SYMBOL);
  if (Object.getOwnPropertyDescriptor(globalThis, symbol) !== undefined) {
    throw new Error('a probe is installed already');
  }
  const probe = new Probe(config);
  Object.defineProperty(globalThis, symbol, {
    value: probe.face(), configurable: true, enumerable: false, writable: false,
  });
  return { version: VERSION, ...probe.describe() };
}

module.exports = { install, preload };
