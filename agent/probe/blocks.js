'use strict';
/**
 * Which blocks of the instrumented functions have run.
 *
 * In: where the blocks of a text begin. Out: bytes that its code sets to 1 itself, as each
 * block runs, and one record for each block that ran, told once. Twins of one literal share
 * their bytes.
 */

const { EVENT } = require('./abi.js');

const MOST = 200000; // blocks that are told of; more are marked and forgotten

class Blocks {
  constructor(out) {
    this.out = out;
    this.texts = new Map();
    this.count = 0;
  }

  /** The bytes of a text's blocks; what begins with the same literal is the same text. */
  of(script, starts) {
    const key = `${script}:${starts[0]}:${starts.length}`;
    const found = this.texts.get(key);
    if (found !== undefined) return found.ran;
    const ran = new Uint8Array(starts.length);
    if (starts.length > 0 && this.count + starts.length <= MOST) {
      this.count += starts.length;
      this.texts.set(key, { script, starts, ran });
    }
    return ran;
  }

  /** One record for each block that ran since the last time. */
  report() {
    const { out } = this;
    for (const { script, starts, ran } of this.texts.values()) {
      for (let at = ran.indexOf(1); at >= 0; at = ran.indexOf(1, at + 1)) {
        ran[at] = 2; // until the block says it again
        if (starts[at] < 0) continue;
        out.open(EVENT.RAN, 2, 20);
        out.int(script);
        out.int(starts[at]);
        starts[at] = -1;
      }
    }
  }

  /** Roughly how many bytes this takes. */
  memory() {
    return this.count * 10 + this.texts.size * 200;
  }
}

module.exports = { Blocks };
