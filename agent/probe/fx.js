'use strict';
/**
 * The face of the tracer for instrumented code: never throws, and does nothing once the
 * probe has left (twins that are still suspended go on calling it).
 *
 * In: a Tracer. Out: exactly the calls of store/abi.py PROBE_CALLS. One call in 32 is
 * timed, which is how the probe knows what it costs.
 */

const { EVENT } = require('./abi.js');
const { freeze, now } = require('./natives.js');
const { redactMessage } = require('./redact.js');

const TIMED = 32;
const LONGEST_US = 100;
const AROUND_US = 0.06; // temporaries and argument lists of instrumented code, each call

/** What the clock itself takes, so that it is not charged to the app. */
const CLOCK_US = (() => {
  const before = now();
  for (let i = 0; i < 200; i += 1) now();
  return ((now() - before) * 1000) / 200;
})();

function facade(tracer) {
  let calls = 0;
  const spend = (before) => {
    // A longer one was interrupted: the machine, not the probe, took that time.
    const took = Math.min((now() - before) * 1000 - CLOCK_US, LONGEST_US);
    tracer.charge((took > 0 ? took + AROUND_US : AROUND_US) * TIMED);
  };
  const failed = (error) => {
    tracer.faults += 1;
    if (tracer.fault === '') tracer.fault = describe(error);
  };

  /** A call that answers with a number of its own, 0 when it cannot. */
  const asking = (body) => (a, b, c, d, e, f) => {
    if (!tracer.alive) return 0;
    calls = (calls + 1) | 0;
    const before = calls % TIMED === 0 ? now() : 0;
    try {
      return body(a, b, c, d, e, f);
    } catch (error) {
      failed(error);
      return 0;
    } finally {
      if (before !== 0) spend(before);
    }
  };

  /** A call about something observed; nothing was when the first argument is 0. */
  const telling = (body) => (a, b, c, d, e) => {
    if (a === 0 || !tracer.alive) return;
    calls = (calls + 1) | 0;
    const before = calls % TIMED === 0 ? now() : 0;
    try {
      body(a, b, c, d, e);
    } catch (error) {
      failed(error);
    }
    if (before !== 0) spend(before);
  };

  const exit = telling((a, outcome, value) => tracer.exit(a, outcome, value));
  const read = telling((a, site, object, key, value) =>
    tracer.touch(EVENT.READ, a, site, object, key, value));
  const write = telling((a, site, object, key, value) =>
    tracer.touch(EVENT.WRITE, a, site, object, key, value));
  const readCapture = telling((a, site, name, declared, value) =>
    tracer.capture(EVENT.READ, a, site, name, declared, value));
  const writeCapture = telling((a, site, name, declared, value) =>
    tracer.capture(EVENT.WRITE, a, site, name, declared, value));
  const settle = telling((mark, thrown) => tracer.settle(mark, thrown));
  const returning = (body) => (a, b, c, d, value) => {
    body(a, b, c, d, value);
    return value;
  };
  return freeze({
    enter: asking((script, start, closure, self, args) =>
      tracer.enter(script, start, closure, self, args)),
    exit: (a, outcome, value) => {
      exit(a, outcome, value);
      return value;
    },
    read: returning(read),
    write: returning(write),
    readCapture: returning(readCapture),
    writeCapture: returning(writeCapture),
    call: asking((a, site, callee, self, args, text) =>
      (a === 0 ? 0 : tracer.call(a, site, callee, self, args, text))),
    done: (mark, value) => {
      settle(mark, 0);
      return value;
    },
    threw: (mark, error) => {
      settle(mark, 1);
      return error;
    },
    made: asking((script, start, a, site, fn) =>
      (typeof fn === 'function' ? tracer.causes.know(fn, script, start).number : 0)),
    opaque: telling((a, site, what) => tracer.opaque(a, site, what)),
  });
}

function describe(error) {
  try {
    return redactMessage(String(error && error.stack)).slice(0, 300);
  } catch {
    return 'unknown';
  }
}

module.exports = { facade };
