'use strict';
/**
 * What the probe needs of its own realm (realm.js) and of the target's, captured once.
 *
 * In: both realms. Out: plain functions; those of the language are nobody's but ours.
 */

const { apply, construct, defineProperty, deleteProperty, get, ownKeys } = Reflect;
const { getPrototypeOf, isExtensible, setPrototypeOf } = Reflect;
const { freeze, create, hasOwn, is, keys } = Object;
const functionText = Function.prototype.toString;

/**
 * A method of the app's own `Reflect`, or, where the app has replaced it, of ours. A
 * function of the language tells its name; no other function can have such a text, and
 * one that is bound or a Proxy has none.
 */
function theirs(name) {
  const holder = value(globalThis, 'Reflect');
  const found = isObject(holder) && !types.isProxy(holder) ? value(holder, name) : undefined;
  return isObject(found) && textOf(found) === `function ${name}() { [native code] }` ? found : Reflect[name];
}

function value(holder, key) {
  const found = Reflect.getOwnPropertyDescriptor(holder, key);
  return found === undefined ? undefined : found.value;
}

/** A builtin module without `require`, which is not there in an evaluate. */
function builtin(name) {
  if (typeof process.getBuiltinModule === 'function') return process.getBuiltinModule(name);
  if (typeof require === 'function') return require(name);
  return process.mainModule.require(name);
}

const { types } = builtin('util');

/**
 * Looking at a property may run native code of Node or of an addon (`globalThis.DOMException`
 * is made when it is first looked at), and that runs in the realm of whoever looks: in one
 * that Node has not furnished it aborts the process.
 */
const getOwnPropertyDescriptor = theirs('getOwnPropertyDescriptor');
/** For stand-ins: V8 inlines them into functions of the same realm only. */
const CALLS = { apply: theirs('apply'), construct: theirs('construct') };
/** For instrumented code, which is loaded when the app may have replaced them. */
const NATIVES = freeze({ ...CALLS, getOwnPropertyDescriptor, getPrototypeOf: theirs('getPrototypeOf') });

const { performance } = builtin('perf_hooks');
const bind = Function.prototype.bind;
const now = apply(bind, performance.now, [performance]);
const dateNow = Date.now;
const rss = apply(bind, process.memoryUsage.rss, [process.memoryUsage]);
/** Whose CPU is measured: the main thread's, where Node can tell. */
const CPU_CLOCK = process.threadCpuUsage ? 'thread' : 'process';
const cpuUsage = apply(bind, process.threadCpuUsage || process.cpuUsage, [process]);

/** Microseconds of CPU of the main thread, or of the process where Node has no other. */
function cpuMicroseconds() {
  const { user, system } = cpuUsage();
  return user + system;
}

const loopUse = apply(bind, performance.eventLoopUtilization, [performance]);

/** Microseconds that this event loop has waited for something to do, 0 where Node cannot tell. */
function idleMicroseconds() {
  try {
    return Math.max(0, Math.round(loopUse().idle * 1000)) || 0;
  } catch {
    return 0; // the app has put something else there
  }
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

/** The symbol of an own property, by its description; of what is no Proxy. */
function symbolOf(object, description) {
  return ownKeys(object).find((key) => typeof key === 'symbol' && key.description === description);
}

/** The value of an own data property, or undefined; runs no getter and no trap. */
function own(object, key) {
  if (types.isProxy(object)) return undefined;
  try {
    const found = getOwnPropertyDescriptor(object, key);
    return found !== undefined && hasOwn(found, 'value') ? found.value : undefined;
  } catch {
    return undefined; // a variable that is not initialised yet throws here
  }
}

/** As `own`, along the prototype chain. */
function inherited(object, key) {
  for (let at = object, depth = 0; isObject(at) && depth < 20; depth += 1) {
    if (types.isProxy(at)) return undefined;
    const found = getOwnPropertyDescriptor(at, key);
    if (found !== undefined) return hasOwn(found, 'value') ? found.value : undefined;
    at = getPrototypeOf(at);
  }
  return undefined;
}

function isObject(value) {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/**
 * A list of the app's or of Node's as one of ours, and the lists in it: to go through
 * theirs would call what the app has put in its Array.prototype.
 */
function mine(value, depth = 6) {
  if (depth === 0 || types.isProxy(value) || !Array.isArray(value)) return value;
  const copy = [];
  for (let i = 0; i < value.length; i += 1) copy[i] = mine(own(value, i), depth - 1);
  return copy;
}

/** The app's own `Object.prototype`. */
const plain = globalThis.Object.prototype;

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
  CALLS, CPU_CLOCK, NATIVES, apply, builtin, clocks, construct, cpuMicroseconds, create, defineProperty,
  deleteProperty, freeze, get, getOwnPropertyDescriptor, getPrototypeOf, hasOwn, idleMicroseconds,
  inherited, is, isExtensible, isObject, keys, mine, nameOf, now, own, ownKeys, plain, rss, setPrototypeOf, symbolOf, textOf,
  types,
};
