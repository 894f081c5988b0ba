/**
 * The stand-in of a sloppy function is one itself: this file has no 'use strict', so
 * that it has the properties `caller` and `arguments` which the app may list.
 *
 * Its body is that of `strict` in strict.js, word for word, and must stay so: what both
 * would call stands between the app and its function, one frame more in every stack, and
 * `new.target` and `arguments` are only here.
 *
 * In: the original, its gate, and calls that nobody has replaced. Out: a function as
 * `watcher` of stand_in.js makes it; of the app's own realm, as strict.js says.
 */

function loose(original, gate, { apply, construct, OUTCOME }) {
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

module.exports = { loose };
