'use strict';
/**
 * Which run was the last of a turn of the event loop to hand something over: what led to
 * whatever that turn made.
 *
 * In: turns as `executionAsyncId` names them, and the runs in them. Out: a run, or 0. The
 * requests of one connection share a turn's number: where a request begins, or a run went
 * by that nobody observed, an earlier run is not the last any more.
 */

const { builtin } = require('./natives.js');

const channels = builtin('diagnostics_channel');
const { executionAsyncId, triggerAsyncId } = builtin('async_hooks');
const RING = 4096;
const CHANNEL = 'http.server.request.start';

class Turns {
  constructor() {
    this.turns = new Float64Array(RING);
    this.runs = new Float64Array(RING);
    this.started = () => this.pass();
    channels.subscribe(CHANNEL, this.started);
  }

  stop() {
    channels.unsubscribe(CHANNEL, this.started);
  }

  /** A run hands functions over, or may: of what is traced that is seen. */
  note(run) {
    const turn = executionAsyncId();
    this.turns[turn % RING] = turn;
    this.runs[turn % RING] = run;
  }

  /** Something else goes on in this turn. */
  pass() {
    const turn = executionAsyncId();
    if (this.turns[turn % RING] === turn) this.runs[turn % RING] = 0;
  }

  /** The run that made what calls back in this turn. */
  led(turn) {
    if (turn <= 1) return 0;
    const trigger = triggerAsyncId();
    const known = trigger > 1 && trigger !== turn && this.turns[trigger % RING] === trigger;
    return known ? this.runs[trigger % RING] : 0;
  }
}

module.exports = { Turns };
