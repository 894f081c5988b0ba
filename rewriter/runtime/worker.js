'use strict';
/**
 * A worker: slices of the app, and calls of their functions.
 *
 * In: calls, in order. Out: for each an answer, or an abort when the result cannot
 * travel; calls of handed-over functions as they happen. Never touches the app.
 */
const { workerData } = require('worker_threads');
const { apply } = Reflect;
const { readdirSync } = require('fs');
const { join } = require('path');
const { types } = require('util');
const stack = require('./stack.js');
const intrinsics = require('./intrinsics.js');
const { Survey, repair, freezeAgain } = require('./codec.js');
const { number } = require('./cargo.js');
const { remember, changedOf } = require('./changes.js');
const { Slices } = require('./slices.js');
const { record, Stays } = require('./recorder.js');

const [READY, STARTED, ANSWERS] = [0, 1, 2];
const { port, signals, fluxions, slices, fingerprint } = workerData;
const callees = [];
const groups = new Map();
const unchanged = intrinsics.watch();
let last = 0;
const gone = new FinalizationRegistry((tell) => tell());

/** One call, from its message to its answer. */
class Call {
  constructor(message) {
    this.id = message.id;
    this.fluxion = fluxions[message.number];
    this.args = message.args;
    repair(message.repairs);
    freezeAgain(message.repairs);
    const { survey, watchedCount, count } = number(this.args, this.fluxion.arguments);
    this.known = new Map();
    for (const [node, at] of survey.nodes) if (at < count) this.known.set(node, at);
    this.kept = remember(survey.nodes, watchedCount);
    this.handles = message.handles.length;
    message.handles.forEach(([at, name, length], index) => {
      this.args[at] = this.handle(index, name, length);
    });
  }

  /** A function that main handed over: calling it tells main, in order. */
  handle(index, name, length) {
    const called = (args) => this.answer({ kind: 'handle', handle: index }, args);
    const handle = function (...args) {
      if (this !== undefined && this !== globalThis) throw new Stays('a receiver for a callback');
      called(args);
    };
    Object.defineProperty(handle, 'name', { value: name, configurable: true });
    Object.defineProperty(handle, 'length', { value: length, configurable: true });
    // Held by nobody any more: it will never be called again.
    gone.register(handle, () => --this.handles === 0 && this.post({ kind: 'done' }));
    return handle;
  }

  /** Post values with all that main needs to read them as its own. */
  answer(message, values) {
    const changed = changedOf(this.kept);
    const survey = new Survey(this.known, changed);
    for (const value of values) if (!survey.add(value)) throw new Stays(survey.reason);
    const roots = [...changed.keys()];
    for (const node of roots) if (!survey.add(node)) throw new Stays(survey.reason);
    this.post({
      ...message, values, repairs: survey.repairs, met: survey.met,
      changed: [...changed.values()],
    });
  }

  post(message) {
    port.postMessage({ ...message, id: this.id });
    Atomics.add(signals, ANSWERS, 1);
    Atomics.notify(signals, ANSWERS);
  }

  /** Run the callee; what it throws is an answer too. */
  run(callee, self) {
    let value;
    let threw = false;
    try {
      value = apply(callee, self, this.args);
    } catch (error) {
      if (error instanceof Stays) throw error;
      value = error;
      threw = true;
    }
    // Main would see the change, and so would the next call that is made there.
    if (!unchanged(true)) throw new Stays('it changed a built-in object');
    if (!threw && types.isPromise(value)) this.settleLater(value);
    else this.answer({ kind: 'answer', threw }, [this.checked(value, threw)]);
  }

  /** A stack that is full here may not be full on main: main tries itself. */
  checked(value, threw) {
    if (threw && value instanceof RangeError && /call stack/.test(value.message))
      throw new Stays('the stack was full');
    return value;
  }

  /** Run a whole callback; its effects are the answer. */
  record(factory, targets) {
    const { fluxion, known, args } = this;
    const { threw, thrown, log, values } = record({ fluxion, targets, known }, args, factory);
    this.answer({ kind: 'answer', threw, log }, [this.checked(thrown, threw), ...values]);
  }

  settleLater(promise) {
    this.post({
      kind: 'answer', threw: false, promise: true, values: [undefined], repairs: [], met: [],
      changed: [],
    });
    const settle = (threw) => (value) => {
      try {
        this.answer({ kind: 'settled', threw }, [value]);
      } catch (error) {
        this.post({ kind: 'unsettled', reason: reasonOf(error) });
      }
    };
    promise.then(settle(false), settle(true));
  }
}

function reasonOf(error) {
  return error instanceof Stays ? error.reason : `cannot be cloned: ${error && error.name}`;
}

/** Named in stacks: everything below is the worker's own (see stack.js). */
function fluxionBottom(message) {
  Error.stackTraceLimit = message.limit;
  last = message.id;
  Atomics.store(signals, STARTED, message.id);
  try {
    const call = new Call(message);
    const { callee, self } = callees[message.number];
    if (call.fluxion.shape === 'callback') call.record(callee, message.targets);
    // A receiver that is not used shows in stacks all the same.
    else call.run(callee, message.received ? self : undefined);
  } catch (error) {
    // Whatever went wrong here, main makes the call itself.
    port.postMessage({ kind: 'abort', id: message.id, reason: reasonOf(error) });
    Atomics.add(signals, ANSWERS, 1);
    Atomics.notify(signals, ANSWERS);
  }
  Atomics.store(signals, STARTED, 0);
}

/** Load what a fluxion needs; returns why it cannot be. */
function prepare(fluxion, at) {
  const { group, slice } = fluxion;
  if (!groups.has(group)) groups.set(group, new Map());
  const reached = groups.get(group);
  try {
    if (!reached.has('slices'))
      reached.set('slices', new Slices(slices, (key, reach) => reached.set(key, reach)));
    const { exports } = reached.get('slices').load(slice);
    if (!reached.has(fluxion.id)) return 'its module never reached the function';
    const callee = reached.get(fluxion.id)();
    if (typeof callee !== 'function') return 'the callee is no function';
    const self = fluxion.receiver === 'module' ? exports : { [fluxion.method]: callee };
    callees[at] = { callee, self };
    return '';
  } catch (error) {
    return String(error && error.message);
  }
}

function main() {
  stack.install(readdirSync(__dirname).map((name) => join(__dirname, name)), workerData.positions);
  const same = intrinsics.fingerprint() === fingerprint;
  const failed = [];
  if (same)
    fluxions.forEach((fluxion, at) => {
      const why = prepare(fluxion, at);
      if (why !== '') failed.push([at, why]);
    });
  const reason = same ? '' : 'a built-in object is not as Node made it';
  port.postMessage({ kind: 'ready', reason, failed });
  Atomics.store(signals, READY, 1);
  Atomics.notify(signals, READY);
  if (!same) return;
  port.on('message', fluxionBottom);
  // Too deep to be read here: main knows which one it was by what came before.
  port.on('messageerror', () => port.postMessage({ kind: 'unreadable', after: last }));
}

main();
