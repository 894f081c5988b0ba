'use strict';
/**
 * Decide which runs of a traced function are observed, and count every one.
 *
 * In: a script number and offset. Out: a record for each function with exact counts:
 * `seen` runs within a burst = `kept` + `dropped`, and `gated` runs outside bursts.
 */

const { EVENT } = require('./abi.js');

const FIRST = 10; // runs of a function that are observed whatever the burst
const BURST = 200; // runs of a function in one window, while the budget allows
const LONGEST_PERIOD = 256; // windows between two bursts
const SCRIPTS = 4294967296;
const SOFT = 4 * 1024 * 1024;
const HARD = 6 * 1024 * 1024;

class Functions {
  /** `behind()` says how many bytes wait for the agent. */
  constructor(out, behind) {
    this.out = out;
    this.behind = behind;
    this.table = new Map();
    this.window = 1;
    this.waiting = 0;
    this.keptNow = 0;
  }

  get(script, start) {
    const key = script * SCRIPTS + start;
    let found = this.table.get(key);
    if (found === undefined) {
      found = {
        script, start, seen: 0, kept: 0, dropped: 0, gated: 0, told: 0,
        window: 0, left: 0, keptNow: 0, burst: BURST, period: 1, spent: 0, adjusted: 0, stacks: 3, shapes: null, shaped: 0,
      };
      this.table.set(key, found);
    }
    return found;
  }

  /** Is this run observed? Counts it, whatever the answer. */
  admit(f) {
    if (f.window !== this.window) {
      f.window = this.window;
      f.left = this.window % f.period === 0 ? f.burst : 0;
      f.keptNow = 0;
    }
    f.left -= 1;
    if (f.left < 0 && f.kept >= FIRST) {
      f.gated += 1;
      return false;
    }
    f.seen += 1;
    if (this.waiting > SOFT && this.unfair(f)) {
      f.dropped += 1;
      return false;
    }
    f.kept += 1;
    f.keptNow += 1;
    this.keptNow += 1;
    return true;
  }

  /** Behind: who had more than an equal share of this window waits first. */
  unfair(f) {
    if (this.waiting > HARD) return true;
    return f.keptNow * this.table.size >= this.keptNow;
  }

  /** A new window of sampling. */
  tick() {
    this.window += 1;
    this.keptNow = 0;
    this.waiting = this.behind();
  }

  /**
   * Keep the budget: `over` is the share that was taken over the share that may be. Who
   * took more than an equal part of it is observed less; the cheap stay as they are.
   * `windows` have passed since the last time.
   */
  adjust(over, windows) {
    let total = 0;
    for (const f of this.table.values()) total += f.spent;
    for (const f of this.table.values()) {
      const costly = f.spent * this.table.size * 2 >= total;
      const runs = f.kept - f.adjusted;
      f.adjusted = f.kept;
      f.spent = 0;
      if (over > 1 && costly && runs > 0) {
        const wanted = runs / over / windows; // in each window from now on
        f.burst = Math.max(1, Math.floor(wanted));
        if (wanted < 1) {
          f.period = Math.min(LONGEST_PERIOD, Math.max(f.period + 1, Math.ceil(1 / wanted)));
        }
      } else if (over < 0.5) {
        if (f.period > 1) f.period /= 2;
        else if (f.burst < BURST) f.burst += 1 + (f.burst >> 2);
      }
    }
  }

  /** One COUNT record for each function whose counts moved since the last time. */
  report() {
    const { out } = this;
    for (const f of this.table.values()) {
      const total = f.seen + f.gated;
      if (f.told === total) continue;
      f.told = total;
      out.open(EVENT.COUNT, 6, 64);
      out.int(f.script);
      out.int(f.start);
      out.int(f.seen);
      out.int(f.kept);
      out.int(f.dropped);
      out.int(f.gated);
    }
  }

  totals() {
    let [seen, kept, dropped, gated] = [0, 0, 0, 0];
    for (const f of this.table.values()) {
      seen += f.seen;
      kept += f.kept;
      dropped += f.dropped;
      gated += f.gated;
    }
    return { seen, kept, dropped, gated };
  }
}

module.exports = { Functions };
