'use strict';
/**
 * How often the same thing was told lately.
 *
 * In: three numbers that say what. Out: the how-manieth time it is, 1 again once another
 * one has taken its place. Two things are never taken for one: all three are compared.
 */

const SLOTS = 1024;

class Repeats {
  constructor() {
    this.first = new Float64Array(SLOTS);
    this.second = new Float64Array(SLOTS);
    this.third = new Float64Array(SLOTS);
    this.times = new Uint8Array(SLOTS);
  }

  more(first, second, third) {
    const slot = (first * 1021 + second * 31 + third * 7) % SLOTS;
    const { times } = this;
    if (this.first[slot] !== first || this.second[slot] !== second || this.third[slot] !== third) {
      this.first[slot] = first;
      this.second[slot] = second;
      this.third[slot] = third;
      times[slot] = 0;
    }
    if (times[slot] < 255) times[slot] += 1;
    return times[slot];
  }
}

Repeats.BYTES = SLOTS * 25;

module.exports = { Repeats };
