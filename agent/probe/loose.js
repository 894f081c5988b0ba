/**
 * The stand-in of a sloppy function is one itself: this file has no 'use strict', so
 * that it has the properties `caller` and `arguments` which the app may list.
 *
 * Its body is that of `strict` in stand_in.js, word for word, and must stay so: what both
 * would call stands between the app and its function, one frame more in every stack, and
 * `new.target` and `arguments` are only here.
 *
 * In: the original and its gate. Out: a function as `watcher` of stand_in.js makes it.
 */

const { OUTCOME } = require('./abi.js');
const { apply, construct } = require('./natives.js');

function loose(original, gate) {
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

module.exports = { loose };
