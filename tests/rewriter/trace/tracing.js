/**
 * The real tracer with its records as arrays instead of bytes, and an open budget.
 *
 * In: the folder of the probe. Out: a function that makes {fx, tracer, cells, out, ...}.
 */
'use strict';

const path = require('node:path');

const KINDS = ['argument', 'capture', 'this', 'module', 'global', 'property'];

/** Records as arrays; what the encoder would make bytes of. */
class Records {
  constructor() {
    this.list = [];
  }

  open(code) {
    this.list.push((this.last = [code]));
  }

  int(value) {
    this.last.push(value);
  }

  text(value) {
    this.last.push(value);
  }

  safe(value) {
    this.last.push(value);
  }
}

/** The tracer of a folder of the probe; each call gives a new one, whose budget never ends. */
function load(folder) {
  const part = (name) => require(path.join(folder, name));
  const { EVENT, OUTCOME } = part('abi.js');
  const { Tracer } = part('tracer.js');
  const { Cells } = part('cells.js');
  const { Causes } = part('causes.js');
  const { Functions } = part('functions.js');
  const { facade } = part('fx.js');
  return () => {
    const out = new Records();
    const functions = new Functions(out, () => 0, {});
    functions.admit = (f) => {
      f.traced = f.kept = 1000;
      return true;
    };
    const cells = new Cells(out);
    const tracer = new Tracer(out, functions, cells, new Causes(out));
    tracer.charge = () => {};
    const fx = facade(tracer, {
      CLOCK_US: 0, EVENT, Math, captured: 0, describe: (error) => error.stack, freeze: (face) => face,
      now: () => performance.now(),
    });
    return { EVENT, OUTCOME, cells, fx, out, tracer };
  };
}

module.exports = { KINDS, Records, load };
