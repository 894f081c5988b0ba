'use strict';
/**
 * The face of the tracer for instrumented code: never throws, and does nothing once the
 * probe has left (twins that are still suspended go on calling it).
 *
 * In: a Tracer. Out: exactly the calls of store/abi.py PROBE_CALLS. One call in 32 is
 * timed, which is how the probe knows what each kind of call costs; what instrumented
 * code costs around a call is added, as measured in this process where that can be.
 */

const { EVENT } = require('./abi.js');
const { freeze, now } = require('./natives.js');
const { redactMessage } = require('./redact.js');

const TIMED = 32;
const LONGEST_US = 100;
const TEMPORARY_US = 0.12; // temporaries and argument lists of instrumented code, each call
const CAPTURE_US = 0.5; // a captured variable that is assigned: looked up by name
const YOUNG = 20; // runs of a function of which every call is timed

/** What the clock itself takes, so that it is not charged to the app. */
const CLOCK_US = (() => {
  const before = now();
  for (let i = 0; i < 200; i += 1) now();
  return ((now() - before) * 1000) / 200;
})();

/** What a look-up by name takes here, where it may be tried; it differs between Nodes. */
function lookup() {
  try {
    const evaluator = (0, eval)('(x => [s => eval(s), () => { x += 1 }])(0)')[0];
    const twin = evaluator('(n) => { for (let i = 0; i < n; i += 1) x }');
    twin(100);
    const before = now();
    twin(1000);
    return Math.min(2, Math.max(0.1, now() - before));
  } catch {
    return CAPTURE_US;
  }
}

function facade(tracer) {
  let calls = 0;
  const captured = lookup();
  // Enter: the twin's own code starts cold, and its arguments become an array.
  const prices = {
    enter: { around: 0.6, own: 1.5 }, exit: { around: TEMPORARY_US, own: 0.5 },
    touch: { around: TEMPORARY_US, own: 0.3 }, capture: { around: captured, own: 0.3 },
    call: { around: 2 * TEMPORARY_US, own: 0.7 }, settle: { around: TEMPORARY_US, own: 0.3 },
    made: { around: TEMPORARY_US, own: 0.3 }, opaque: { around: 0, own: 1 },
  };
  /** When a call is timed, the clock before it; else 0. */
  const begin = (activation) => {
    calls = (calls + 1) | 0;
    return calls % TIMED === 0 || tracer.young(activation, YOUNG) ? now() : 0;
  };
  const spend = (price, before, activation) => {
    if (before === 0) {
      tracer.charge(price.own + price.around, activation);
      return;
    }
    // A longer one was interrupted: the machine, not the probe, took that time.
    const took = Math.max(0, (now() - before) * 1000 - CLOCK_US);
    const young = tracer.young(activation, YOUNG);
    const direct = young && price !== prices.enter; // which charges by itself while young
    tracer.charge((direct ? Math.min(took, 50 * LONGEST_US) : price.own) + price.around, activation);
    if (!young) price.own += (Math.min(took, LONGEST_US) - price.own) / 32;
  };
  const failed = (error) => {
    tracer.faults += 1;
    if (tracer.fault === '') tracer.fault = describe(error);
  };

  /** A call that answers with a number of its own, 0 when it cannot; `whose` pays. */
  const asking = (price, body, whose) => (a, b, c, d, e, f) => {
    if (!tracer.alive) return 0;
    const before = begin(price === prices.call ? a : 0);
    let answer = 0;
    try {
      answer = body(a, b, c, d, e, f);
    } catch (error) {
      failed(error);
    }
    if (answer !== 0) spend(price, before, whose(answer, a, c));
    return answer;
  };

  /** A call about something observed; nothing was when the first argument is 0. */
  const telling = (price, body, whose) => (a, b, c, d, e) => {
    if (a === 0 || !tracer.alive) {
      tracer.spent += price.around; // code that only runs because there is a twin
      return;
    }
    const activation = whose === undefined ? a : whose(a);
    const before = begin(activation);
    try {
      body(a, b, c, d, e);
    } catch (error) {
      failed(error);
    }
    spend(price, before, activation);
  };

  const exit = telling(prices.exit, (a, outcome, value) => tracer.exit(a, outcome, value));
  const read = telling(prices.touch, (a, site, object, key, value) =>
    tracer.touch(EVENT.READ, a, site, object, key, value));
  const write = telling(prices.touch, (a, site, object, key, value) =>
    tracer.touch(EVENT.WRITE, a, site, object, key, value));
  const readCapture = telling(prices.capture, (a, site, name, declared, value) =>
    tracer.capture(EVENT.READ, a, site, name, declared, value));
  const writeCapture = telling(prices.capture, (a, site, name, declared, value) =>
    tracer.capture(EVENT.WRITE, a, site, name, declared, value));
  const settle = telling(prices.settle, (mark, thrown) => tracer.settle(mark, thrown),
    (mark) => tracer.marked(mark));
  const returning = (body) => (a, b, c, d, value) => {
    body(a, b, c, d, value);
    return value;
  };
  return freeze({
    enter: asking(prices.enter, (script, start, closure, self, args) =>
      tracer.enter(script, start, closure, self, args), (answer) => answer),
    exit: (a, outcome, value) => {
      exit(a, outcome, value);
      return value;
    },
    read: returning(read),
    write: returning(write),
    readCapture: returning(readCapture),
    writeCapture: returning(writeCapture),
    call: asking(prices.call, (a, site, callee, self, args, text) =>
      (a === 0 ? 0 : tracer.call(a, site, callee, self, args, text)), (_, a) => a),
    done: (mark, value) => {
      settle(mark, 0);
      return value;
    },
    threw: (mark, error) => {
      settle(mark, 1);
      return error;
    },
    made: asking(prices.made, (script, start, a, site, fn) =>
      (typeof fn === 'function' ? tracer.causes.know(fn, script, start).number : 0),
    (_, __, a) => a),
    opaque: telling(prices.opaque, (a, site, what) => tracer.opaque(a, site, what)),
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
