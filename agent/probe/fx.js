'use strict';
/**
 * The face of the tracer for instrumented code: never throws, and does nothing once the
 * probe has left (twins that are still suspended go on calling it).
 *
 * In: a Tracer. Out: exactly the calls of store/abi.py PROBE_CALLS. One call in 32 is
 * timed, which is how the probe knows what each kind of call costs; what instrumented
 * code costs around a call is added, as measured in this process where that can be. It is
 * made of the app's realm (realm.js says why), of what is handed to it alone.
 */

const TIMED = 32;
const LONGEST_US = 100;
const TEMPORARY_US = 0.12; // temporaries and argument lists of instrumented code, each call
const YOUNG = 20; // runs of a function of which every call is timed

function facade(tracer, { CLOCK_US, EVENT, Math, captured, describe, freeze, natives, now }) {
  let calls = 0;
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
    try {
      tracer.faults += 1;
      if (tracer.fault === '') tracer.fault = describe(error);
    } catch {} // a stack that is full has no room for this either
  };

  /** A call that answers with a number of its own, 0 when it cannot; `whose` pays. */
  const asking = (price, body, whose) => (a, b, c, d, e, f) => {
    if (!tracer.alive) return 0;
    let answer = 0;
    try {
      const before = begin(price === prices.call ? a : 0);
      answer = body(a, b, c, d, e, f);
      if (answer !== 0) spend(price, before, whose(answer, a, c));
    } catch (error) {
      failed(error);
    }
    return answer;
  };

  /** A call about something observed; nothing was when the first argument is 0. */
  const telling = (price, body, whose) => (a, b, c, d, e) => {
    if (a === 0 || !tracer.alive) {
      tracer.spent += price.around; // code that only runs because there is a twin
      return;
    }
    try {
      const activation = whose === undefined ? a : whose(a);
      const before = begin(activation);
      body(a, b, c, d, e);
      spend(price, before, activation);
    } catch (error) {
      failed(error);
    }
  };

  const exit = telling(prices.exit, (a, outcome, value) => tracer.exit(a, outcome, value));
  const read = telling(prices.touch, (a, site, object, key, value) =>
    tracer.touches.touch(EVENT.READ, a, site, object, key, value));
  const write = telling(prices.touch, (a, site, object, key, value) =>
    tracer.touches.touch(EVENT.WRITE, a, site, object, key, value));
  const readCapture = telling(prices.capture, (a, site, name, declared, value) =>
    tracer.touches.capture(EVENT.READ, a, site, name, declared, value));
  const writeCapture = telling(prices.capture, (a, site, name, declared, value) =>
    tracer.touches.capture(EVENT.WRITE, a, site, name, declared, value));
  const settle = telling(prices.settle, (mark, thrown, value) => tracer.settle(mark, thrown, value),
    (mark) => tracer.marked(mark));
  const came = telling(prices.capture, (a, site, how, value) => tracer.touches.came(a, site, how, value));
  const items = telling(prices.call, (a, site, object, waits, pattern) => tracer.touches.items(a, site, object, waits, pattern));
  const took = telling(prices.call, (a, site, object, pattern) => tracer.touches.taking.took(a, site, object, pattern));
  const waits = telling(prices.capture, (a, site, value) => {
    // What is awaited is asked for its `then`, which is handed the continuation.
    const then = tracer.leads.promises.awaits(a, site, value);
    if (then !== null) tracer.hand(a, site, then, 0, 'await');
  });
  const ended = telling(prices.capture, (a, outcome, value) => tracer.leads.promises.ended(a, outcome, value, tracer.time()));
  const goes = telling(prices.capture, (a, ok, always, site) => tracer.goes(a, ok, always, site));
  const quiet = (a) => {
    try {
      return a !== 0 && tracer.alive && tracer.quiet(a);
    } catch (error) {
      failed(error);
      return false;
    }
  };
  const returning = (body) => (a, b, c, d, value) => {
    if (!quiet(a)) body(a, b, c, d, value);
    return value;
  };
  const call = asking(prices.call, (a, site, callee, self, args, text) =>
    (a === 0 ? 0 : tracer.call(a, site, callee, self, args, text)), (_, a) => a);
  const opaque = telling(prices.opaque, (a, site, what) => tracer.opaque(a, site, what));
  return freeze({
    natives,
    gates: (script, starts) => tracer.functions.gates(script, starts, tracer.alive),
    blocks: (script, starts) => tracer.blocks.of(script, starts),
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
    call: (a, site, callee, self, args, text) =>
      (tracer.watch === null && quiet(a) ? 0 : call(a, site, callee, self, args, text)),
    done: (mark, value) => {
      settle(mark, 0, value);
      return value;
    },
    threw: (mark, error) => {
      settle(mark, 1, error);
      return error;
    },
    ended,
    awaits: (a, site, value) => {
      waits(a, site, value);
      return value;
    },
    came: (a, site, how, value) => {
      if (how === 'await') goes(a, true, false, site);
      else if (how === 'catch') goes(a, false, false, 0);
      else if (how === 'for await') goes(a, undefined, true, site);
      else if (how === 'yield' && tracer.stack.length === 0) goes(a, undefined, true, 0);
      if (!quiet(a)) came(a, site, how, value);
      return value;
    },
    items: (a, site, object, waits, pattern) => {
      if (!quiet(a)) items(a, site, object, waits, pattern);
      return object;
    },
    took: (a, site, object, pattern) => {
      if (!quiet(a)) took(a, site, object, pattern);
    },
    around: (begins) => {
      try {
        return tracer.alive ? tracer.around(begins) : 0;
      } catch (error) {
        failed(error);
        return 0;
      }
    },
    made: asking(prices.made, (script, start, a, site, fn) =>
      (typeof fn === 'function' ? tracer.causes.know(fn, script, start).number : 0),
    (_, __, a) => a),
    opaque: (a, site, what) => {
      if (!quiet(a)) opaque(a, site, what);
    },
  });
}

module.exports = { facade };
