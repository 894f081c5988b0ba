'use strict';
/**
 * What the probe needs from the target's language, captured once at the top, so that
 * an app which replaces a method later cannot run inside the probe.
 *
 * In: the target's realm. Out: plain functions.
 */

const { apply, construct, defineProperty, deleteProperty, get, ownKeys } = Reflect;
const { getOwnPropertyDescriptor, getPrototypeOf, isExtensible, setPrototypeOf } = Reflect;
const { freeze, create, is } = Object;

/** A builtin module without `require`, which is not there in an evaluate. */
function builtin(name) {
  if (typeof process.getBuiltinModule === 'function') return process.getBuiltinModule(name);
  if (typeof require === 'function') return require(name);
  return process.mainModule.require(name);
}

const { types } = builtin('util');
const { performance } = builtin('perf_hooks');
const functionText = Function.prototype.toString;
const now = performance.now.bind(performance);
const dateNow = Date.now;
const rss = process.memoryUsage.rss.bind(process.memoryUsage);
/** Whose CPU is measured: the main thread's, where Node can tell. */
const CPU_CLOCK = process.threadCpuUsage ? 'thread' : 'process';
const cpuUsage = (process.threadCpuUsage || process.cpuUsage).bind(process);

/** Microseconds of CPU of the main thread, or of the process where Node has no other. */
function cpuMicroseconds() {
  const { user, system } = cpuUsage();
  return user + system;
}

const { hrtime } = process;

/**
 * When `at`, a time of `now()`, was: nanoseconds since the epoch, and of the host's
 * monotonic clock, which its processes and threads share; 0 where it cannot be read.
 * The epoch is what the clock says in this moment, so that one that was set since the
 * process began is believed.
 */
function clocks(at) {
  const before = (now() - at) * 1e6;
  const epoch = Math.max(0, Math.round(dateNow() * 1e6 - before));
  try {
    return { epoch, clock: Math.max(0, Math.round(Number(hrtime.bigint()) - before)) || 0 };
  } catch {
    return { epoch, clock: 0 }; // the app has put something else there
  }
}

/** The value of an own data property, or undefined; runs no getter and no trap. */
function own(object, key) {
  if (types.isProxy(object)) return undefined;
  try {
    const found = getOwnPropertyDescriptor(object, key);
    return found === undefined ? undefined : found.value;
  } catch {
    return undefined; // a variable that is not initialised yet throws here
  }
}

/** As `own`, along the prototype chain. */
function inherited(object, key) {
  for (let at = object, depth = 0; isObject(at) && depth < 20; depth += 1) {
    if (types.isProxy(at)) return undefined;
    const found = getOwnPropertyDescriptor(at, key);
    if (found !== undefined) return found.value;
    at = getPrototypeOf(at);
  }
  return undefined;
}

function isObject(value) {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** The source text of a function; a Proxy has none. */
function textOf(fn) {
  try {
    return apply(functionText, fn, []);
  } catch {
    return '';
  }
}

/** A name as data: a short string, whatever the target has put there. */
function nameOf(fn) {
  const name = own(fn, 'name');
  return typeof name === 'string' ? name.slice(0, 200) : '';
}

module.exports = {
  CPU_CLOCK, apply, builtin, clocks, construct, cpuMicroseconds, create, defineProperty,
  deleteProperty, freeze, get, getOwnPropertyDescriptor, getPrototypeOf, inherited, is,
  isExtensible, isObject, nameOf, now, own, ownKeys, rss, setPrototypeOf, textOf, types,
};
