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
      let run = 0;
      try {
        run = gate.open(original);
      } catch {} // a full stack
      if (run === 0) return apply(original, this, arguments);
      let outcome = OUTCOME.throw;
      let value;
      try {
        value = apply(original, this, arguments);
        outcome = OUTCOME.value;
        return value;
      } finally {
        try {
          gate.close(run, outcome, value);
        } catch {} // the value is the app's, whatever we miss
      }
    },
  }.watched;
}

/** As `loose` of loose.js, which says why the body stands twice. */
function strict(original, gate, { apply, construct, OUTCOME }) {
  return function watched() {
    const made = new.target === watched ? original : new.target;
    let run = 0;
    try {
      run = gate.open(original);
    } catch {} // a full stack
    if (run === 0) return made === undefined ? apply(original, this, arguments) : construct(original, arguments, made);
    let outcome = OUTCOME.throw;
    let value;
    try {
      value = made === undefined ? apply(original, this, arguments) : construct(original, arguments, made);
      outcome = OUTCOME.value;
      return value;
    } finally {
      try {
        gate.close(run, outcome, value);
      } catch {} // the value is the app's, whatever we miss
    }
  };
}

module.exports = { method, strict };
