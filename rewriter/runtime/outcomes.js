'use strict';
/** How a run that was sent away can end without an answer. */

/** Main makes the call itself. */
const HERE = Object.freeze({ here: true });

/** The error of a caller whose state is gone: never silence. */
function lost(id, why) {
  const error = new Error(`fluxion ${id} lost its state: ${why}`);
  error.code = 'ERR_FLUXION_LOST';
  return error;
}

module.exports = { HERE, lost };
