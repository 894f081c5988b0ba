'use strict';
/**
 * What a worker sent back, turned into main's values.
 *
 * Repairs what clone flattened, writes changed arguments back into main's own objects,
 * completes stacks, applies calls of handed-over callbacks and effect logs in order.
 */
const { apply } = Reflect;
const { repair, freezeAgain, setStack } = require('./codec.js');
const { graft } = require('./changes.js');
const stack = require('./stack.js');

/** Return main's version of the values in a message. */
function open(run, { values, repairs, met, changed }) {
  // A whole callback has its own frame in the worker's part of the stack.
  const isWhole = run.callee === null;
  for (const error of repair(repairs))
    if (completed(error, repairs)) setStack(error, stack.extend(error.stack, run.holder, isWhole ? 1 : 0));
  if (met.length > 0) return graft(values, met, changed, run.cargo.nodes, repairs);
  freezeAgain(repairs);
  return values;
}

function completed(error, repairs) {
  return repairs.some((some) => some[1] === error && some[5] === true);
}

/** Apply what came before the answer, then give {value, threw}. */
function arrive(run) {
  for (const call of run.calls.splice(0)) applyCall(run, call);
  const { outcome } = run;
  if (outcome.error !== undefined) return { value: outcome.error, threw: true };
  const [value, ...logged] = open(run, outcome);
  if (outcome.log !== undefined) applyLog(run, outcome.log, logged);
  return { value: outcome.promise ? promised(run) : value, threw: outcome.threw };
}

/** A call that the worker made of a function that main handed over. */
function applyCall(run, call) {
  run.called = true;
  const args = open(run, call);
  const [, callback] = run.cargo.handles[call.handle];
  apply(callback, undefined, args);
}

/** The promise that the callee returned lives on main; it is settled by a message. */
function promised(run) {
  return new Promise((resolve, reject) => {
    run.promise = { resolve, reject };
  });
}

function settlePromise(run, message) {
  if (message.error !== undefined) return run.promise.reject(message.error);
  if (message.again) return run.promise.resolve(apply(run.callee, run.self, run.args));
  const [value] = open(run, message);
  if (message.threw) run.promise.reject(value);
  else run.promise.resolve(value);
}

/** The outward operations of a callback that ran on recorders, in order. */
function applyLog(run, log, values) {
  const made = run.cargo.targets.slice();
  let next = 0;
  for (const [target, operation, key, count] of log) {
    const args = values.slice(next, (next += count));
    const on = made[target];
    if (operation === 'set') on[key] = args[0];
    else made.push(operation === 'call' ? apply(on, undefined, args) : on[key](...args));
  }
}

module.exports = { arrive, applyCall, settlePromise };
