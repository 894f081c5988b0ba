'use strict';
/**
 * The stand-ins of methods, arrows and strict functions.
 *
 * In: the original, its gate, and calls that nobody has replaced. Out: functions of the
 * app's own realm (realm.js makes them there): a `this` that is missing, and the error
 * of a stack that is full, are those of the app.
 */

function method(original, gate, { apply, OUTCOME }) {
  return {
    watched() {
      const run = gate.open(original);
      if (run === 0) return apply(original, this, arguments);
      let outcome = OUTCOME.throw;
      let value;
      try {
        value = apply(original, this, arguments);
        outcome = OUTCOME.value;
        return value;
      } finally {
        gate.close(run, outcome, value);
      }
    },
  }.watched;
}

function strict(original, gate, { apply, construct, OUTCOME }) {
  return function watched() {
    const made = new.target === watched ? original : new.target;
    const run = gate.open(original);
    if (run === 0) return made === undefined ? apply(original, this, arguments) : construct(original, arguments, made);
    let outcome = OUTCOME.throw;
    let value;
    try {
      value = made === undefined ? apply(original, this, arguments) : construct(original, arguments, made);
      outcome = OUTCOME.value;
      return value;
    } finally {
      gate.close(run, outcome, value);
    }
  };
}

module.exports = { method, strict };
