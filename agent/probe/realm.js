'use strict';
/* global PROBE_TEXT, STANDS */
/**
 * A realm of the probe's own, in the app's process: `Map.prototype`, `Array.prototype`,
 * `Math` and the rest of the language are then its own, whatever the app has replaced in
 * its realm, before we came or after.
 *
 * In: the text of main.js with all that it requires, put here by the build, and the
 * modules that stay in the app's realm (STANDS). Out: what
 * main.js exports. Of the app's realm it has what is `handed` to it, and those modules: they
 * make stand-ins, which the app calls.
 */

/** As constants, because each look-up of a global of such a realm goes through Node. */
const LANGUAGE = `Array, ArrayBuffer, Atomics, BigInt, Boolean, Date, Error, Float64Array, Function,
  Int32Array, JSON, Map, Math, Number, Object, Promise, Proxy, Reflect, RegExp, Set,
  SharedArrayBuffer, String, Symbol, Uint16Array, Uint8Array, WeakMap, WeakRef, WeakSet,
  decodeURI, decodeURIComponent, encodeURI, encodeURIComponent, isFinite,
  isNaN, parseFloat, parseInt`;

/** Stands for `require`, which is not there in what an inspector evaluates. */
function find(name) {
  return name in STANDS ? STANDS[name] : require(name);
}

function realm() {
  const handed = {
    __proto__: null, globalThis, process, require: find, clearInterval, clearTimeout,
    queueMicrotask, setImmediate, setInterval, setTimeout,
  };
  let names = '';
  for (const name in handed) names += `${name}, `;
  const vm = process.getBuiltinModule ? process.getBuiltinModule('vm') :
    process.mainModule.require('vm');
  const text = `(function ({ ${names} }) { const { ${LANGUAGE} } = this; return ${PROBE_TEXT}\n})`;
  const script = new vm.Script(text, { __proto__: null, filename: 'fluxion:probe' });
  return script.runInContext(vm.createContext({ __proto__: null }))(handed);
}

module.exports = realm();
