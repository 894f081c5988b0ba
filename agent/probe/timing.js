'use strict';
/**
 * How long a function takes when nobody looks: what a twin's runs are compared with.
 *
 * In: the original. Out: a stand-in that times a few runs and then asks to be taken
 * away. The difference of the medians is what an observed run costs beyond the probe's
 * own calls: slow look-ups, code that is not optimised.
 */

const { CALLS, getOwnPropertyDescriptor, now } = require('./natives.js');
const { timedFunction, timedMethod } = require('./masks.js');

const SAMPLES = 12;
const ENOUGH = 5;

class Timing {
  constructor() {
    this.original = [];
    this.observed = [];
    this.extra = 0; // microseconds of each observed run
    this.useless = false; // it hands back promises: time passes that is not its own
  }

  wanted() {
    return !this.useless && this.original.length < SAMPLES;
  }

  ran(microseconds) {
    if (this.original.length < SAMPLES) this.original.push(microseconds);
  }

  /** An observed run took so long, without what was charged for it already. */
  saw(microseconds) {
    if (this.useless) return;
    this.observed.push(microseconds);
    if (this.observed.length < SAMPLES || this.original.length < ENOUGH) {
      if (this.observed.length >= 2 * SAMPLES) this.observed.length = 0;
      return;
    }
    const extra = median(this.observed) - median(this.original);
    this.extra = Math.max(0, this.extra === 0 ? extra : (this.extra + extra) / 2);
    this.observed.length = 0;
  }
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

/**
 * A function that does what the original does; `after(microseconds, value)` hears of it.
 * `spent()` is what the probe charged so far, which is not the original's own.
 */
function timed(original, spent, after) {
  const began = () => ({ charged: spent(), before: now() });
  const ended = (at, value) => {
    if (at !== undefined) after((now() - at.before) * 1000 - (spent() - at.charged), value);
  };
  const bare = getOwnPropertyDescriptor(original, 'prototype') === undefined;
  return (bare ? timedMethod : timedFunction)(original, began, ended, CALLS);
}

module.exports = { Timing, timed };
