'use strict';
/**
 * How a run ended.
 *
 * In: what instrumented code said, and the value. Out: an index into OUTCOMES.
 */

const { OUTCOME } = require('./abi.js');
const { types } = require('./natives.js');

function outcomeOf(outcome, value) {
  if (outcome === OUTCOME.throw) return outcome;
  if (types.isPromise(value)) return OUTCOME.promise;
  return value === undefined ? OUTCOME.undefined : OUTCOME.value;
}

module.exports = { outcomeOf };
