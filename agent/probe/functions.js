'use strict';
/**
 * Decide which runs of a traced function are observed, and count every one.
 *
 * In: a script number and offset. Out: a record for each function with exact counts:
 * `seen` runs within a burst = `kept` + `dropped`, `gated` runs outside bursts, and how
 * many runs must have gone past while the function stood untouched (`missed`).
 */

const { EVENT } = require('./abi.js');
const { now } = require('./natives.js');
const { Timing } = require('./timing.js');

const START = 4; // runs that are observed at once; later ones are paid for before
const RARE_MS = 250; // who runs no more often than this is always observed
const DEAREST = 0.005; // ... unless that took more than this share of the time
const LONGEST_MS = 5000; // without any run observed, where there is no debt
const MOST_CREDIT = 4;
const MOST_STRAIN = 4;
const GUESS_US = 20; // a run, before the first was observed
const MOST = 3000; // functions that have an account of their own
const LONGEST_BURST = 200;
const PAST_US = 0.002; // a run that looks at its gate and goes past
const SWAP_US = 25; // putting twins in their places and out again; code is made anew
const SCRIPTS = 4294967296;
const SOFT = 2 * 1024 * 1024;
const HARD = 3 * 1024 * 1024;

class Functions {
  /** `behind()` says how many bytes wait for the agent; `park(f)` swaps its twins out. */
  constructor(out, behind, { park, open, start = START } = {}) {
    Object.assign(this, { out, behind, park, reopen: open, start });
    this.table = new Map();
    this.touched = [];
    this.closed = new Set();
    this.waiting = 0;
    this.keptNow = 0;
    this.windows = 0;
    this.swaps = 0; // microseconds of swapping, until they are charged
    this.strain = 1; // how much longer one must wait for credit while there is debt
    this.other = null;
    this.files = new Map(); // of files that were rewritten at load, with the gates of their functions
  }

  /**
   * The gates of a file's functions, as numbers that its code looks at itself: 0 while
   * runs are observed, else 1 and one more for each run that went past.
   */
  gates(script, starts, open) {
    const gates = new Int32Array(starts.length);
    const places = new Map();
    for (let i = 0; i < starts.length; i += 1) places.set(starts[i], i);
    if (open) this.files.set(script, { gates, places });
    else gates.fill(1);
    return gates;
  }

  /** Nobody is observed any more. */
  close() {
    for (const f of this.closed) this.past(f);
    for (const { gates } of this.files.values()) gates.fill(1);
  }

  get(script, start) {
    const key = script * SCRIPTS + start;
    let found = this.table.get(key);
    if (found === undefined) {
      if (this.table.size >= MOST) return this.other || (this.other = account(0, 0, 0));
      found = account(script, start, this.start);
      const file = this.files.get(script);
      const at = file === undefined ? undefined : file.places.get(start);
      if (at !== undefined) Object.assign(found, { gates: file.gates, at });
      this.table.set(key, found);
    }
    return found;
  }

  /** Twin `id` of this function is in its places: it can be parked. */
  twin(f, id) {
    if (f.ids === null) {
      f.ids = new Set();
      f.timing = new Timing();
      f.openedAt = now();
      f.usedAt = f.used + f.spent;
      f.before = f.seen + f.gated - f.strays;
    }
    f.ids.add(id);
    if (f.parked) this.park(f);
  }

  /** Is this run observed? Counts it, whatever the answer. */
  admit(f) {
    if (f.left <= 0 && (f.shut || !this.lend(f))) {
      f.gated += 1;
      if (f.parked) f.strays += 1;
      return false;
    }
    if (f.window !== this.windows) {
      f.window = this.windows;
      f.keptNow = 0;
      this.touched.push(f);
    }
    f.left -= 1;
    f.seen += 1;
    const dropped = this.waiting > SOFT && this.unfair(f);
    if (dropped) f.dropped += 1;
    else {
      f.kept += 1;
      f.keptNow += 1;
      this.keptNow += 1;
    }
    if (f.left <= 0 && !this.lend(f)) this.shut(f);
    return !dropped;
  }

  /** The burst is over; a function that runs seldom is observed on. */
  lend(f) {
    const at = now();
    const gap = Math.max(RARE_MS * this.strain, f.cost / 1000 / DEAREST);
    f.credit = Math.min(MOST_CREDIT, f.credit + (at - f.lentAt) / gap);
    f.lentAt = at;
    if (f.credit < 1) return false;
    f.credit -= 1;
    f.left = 1;
    return true;
  }

  /** No run is observed until the budget allows; twins leave their places. */
  shut(f) {
    if (f.shut || f === this.other) return;
    f.shut = true;
    f.shutAt = now();
    this.closed.add(f);
    if (f.gates !== null) f.gates[f.at] = 1;
    if (f.ids === null || this.park === undefined) return;
    const at = now();
    f.openMs += this.pace(f, at);
    f.parked = true;
    this.park(f);
    f.openedAt = now(); // from now on: the time since it was parked
    this.swaps += (f.openedAt - at) * 1000;
  }

  /** How long it has been in place, had nobody looked: observing makes runs longer. */
  pace(f, at) {
    return Math.max(0.001, at - f.openedAt - (f.used + f.spent - f.usedAt) / 1000);
  }

  open(f, runs) {
    this.closed.delete(f);
    if (f.gates !== null) {
      this.past(f);
      f.gates[f.at] = 0;
    }
    f.usedAt = f.used + f.spent;
    f.shut = false;
    f.left = runs;
    const at = now();
    if (f.parked) {
      f.parkedMs += at - f.openedAt;
      f.parked = false;
      this.reopen(f);
      this.swaps += (now() - at) * 1000 + SWAP_US;
    }
    f.openedAt = now();
  }

  /** Count the runs that went past a closed gate. */
  past(f) {
    if (f.gates === null || f.gates[f.at] === 0) return;
    const runs = (f.gates[f.at] >>> 0) - 1;
    f.gates[f.at] = 1;
    f.gated += runs;
    this.swaps += runs * PAST_US;
  }

  /** A run of the original was timed while the function was parked. */
  timed(f, microseconds, promise) {
    f.gated += 1;
    f.strays += 1;
    if (promise) f.timing.useless = true;
    else f.timing.ran(microseconds);
    return f.timing.wanted();
  }

  /** Behind: who had more than an equal share of this window waits first. */
  unfair(f) {
    if (this.waiting > HARD) return true;
    // The first of a window goes through: of what is rare, nothing is lost.
    return f.keptNow > 0 && f.keptNow * this.table.size >= this.keptNow;
  }

  /**
   * A new window of sampling, with so many microseconds to spend on what is shut. Who
   * had least gets the next burst, as long as it is worth its swapping.
   */
  tick(purse, most) {
    this.windows += 1;
    this.keptNow = 0;
    this.waiting = this.behind();
    this.strain = purse < 0 ? Math.min(MOST_STRAIN, this.strain * 1.2) : Math.max(1, this.strain / 1.2);
    let left = purse;
    for (const f of this.touched) {
      this.learn(f);
      if (!f.shut) left -= Math.min(f.left, LONGEST_BURST) * f.cost;
    }
    this.touched.length = 0;
    if (this.closed.size === 0) return;
    const waiting = [...this.closed].sort((a, b) => a.used - b.used);
    for (const f of waiting) {
      this.past(f);
      f.used *= 0.98;
      if (this.overdue(f)) {
        left -= f.cost;
        this.open(f, 1);
        continue;
      }
      if (left <= 0) continue;
      const room = f.parked ? left - SWAP_US : left;
      const runs = Math.floor(room / f.cost);
      // A short burst is mostly swapping: rather wait, but not for more than there can be.
      if (runs < Math.min(LONGEST_BURST / 2, Math.max(1, Math.floor(most / 2 / f.cost)))) {
        left = 0; // it saves up; the others wait for their turn
        continue;
      }
      const given = Math.max(1, Math.min(LONGEST_BURST, Math.floor(runs / 2)));
      left -= given * f.cost;
      this.open(f, given);
    }
  }

  /** However little there is to spend, nobody is left unobserved for long. */
  overdue(f) {
    const closed = now() - f.shutAt;
    return closed > LONGEST_MS * this.strain && f.cost / 1000 < closed * DEAREST;
  }

  /** What a run of it costs, from those of the window that ended. */
  learn(f) {
    const runs = f.seen - f.learnt;
    if (runs <= 0) return;
    f.learnt = f.seen;
    const each = f.spent / runs;
    f.cost = f.known ? f.cost * 0.7 + each * 0.3 : each;
    f.known = true;
    f.used += f.spent;
    f.spent = 0;
  }

  /** Runs while its places held the original, as many as there would be at its pace. */
  missed(f) {
    if (f.ids === null) return 0;
    const at = now();
    const openMs = f.openMs + (f.parked ? 0 : this.pace(f, at));
    const parkedMs = f.parkedMs + (f.parked ? at - f.openedAt : 0);
    if (openMs <= 0 || parkedMs <= 0) return 0;
    const pace = (f.seen + f.gated - f.strays - f.before) / openMs;
    return Math.max(0, Math.round(pace * parkedMs) - f.strays);
  }

  /** One COUNT record for each function whose counts moved since the last time. */
  report() {
    const { out } = this;
    for (const f of this.table.values()) {
      const missed = this.missed(f);
      // `missed` is an estimate that can fall as much as what was counted rises.
      if (f.told === f.seen + f.gated && f.toldMissed === missed) continue;
      f.told = f.seen + f.gated;
      f.toldMissed = missed;
      out.open(EVENT.COUNT, 7, 80);
      out.int(f.script);
      out.int(f.start);
      out.int(f.seen);
      out.int(f.kept);
      out.int(f.dropped);
      out.int(f.gated);
      out.int(missed);
    }
  }

  totals() {
    for (const f of this.closed) this.past(f);
    let [seen, kept, dropped, gated, parked] = [0, 0, 0, 0, 0];
    for (const f of this.table.values()) {
      seen += f.seen;
      kept += f.kept;
      dropped += f.dropped;
      gated += f.gated;
      parked += f.parked ? 1 : 0;
    }
    return { seen, kept, dropped, gated, parked };
  }
}

function account(script, start, left) {
  return {
    script, start, seen: 0, kept: 0, dropped: 0, gated: 0, strays: 0, told: 0, toldMissed: 0,
    before: 0, window: -1, left, keptNow: 0, shut: left === 0, parked: false, ids: null,
    credit: 0, lentAt: now(), shutAt: 0, openedAt: now(), openMs: 0, parkedMs: 0, spent: 0, used: 0, usedAt: 0, cost: GUESS_US,
    gates: null, at: 0, known: false, learnt: 0, traced: 0, stacks: 3, shapes: null, shaped: 0, timing: null,
  };
}

module.exports = { Functions };
