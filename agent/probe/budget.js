'use strict';
/**
 * What the probe may spend: a share of the CPU that the target's main thread uses.
 *
 * In: the microseconds that were spent, at every window. Out: how much is left to spend
 * now (`purse`), below zero after too much; and whether it has been far too much for
 * long. Part of the share is kept back, because what the probe knows of its own cost is
 * an estimate.
 */

const { builtin, cpuMicroseconds, now } = require('./natives.js');

const heapStatistics = builtin('v8').getHeapStatistics;

const AIM = 0.6;
const REPAID = 0.25;
const IDLE = 0.25; // of a core: a target that uses less is judged as if it used this
const SAVED_MS = 1500; // income of so long is kept at most, and twice as much is owed
const TROUBLE = 2; // times the budget ...
const TROUBLE_MS = 10000; // ... for so long: the probe leaves
const SETTLING_MS = 5000;
const ONE = '{"scriptId":"1","url":"file:///some/where/1","startLine":0,"endLine":7,"hash":"0123456789abcdef"}';
const TEXT = `[${`${ONE},`.repeat(999)}${ONE}]`; // much like what V8 tells of 1,000 scripts

class Budget {
  constructor(percent) {
    this.share = percent / 100;
    this.purse = 0;
    this.pace = 0; // income, in microseconds a millisecond
    this.debt = 0; // for installing: paid back with a part of the income
    this.installed = 0;
    this.at = now();
    this.cpuAt = cpuMicroseconds();
    this.cpu = 0;
    this.spent = 0;
    this.started = this.at;
    this.since = { at: this.at + SETTLING_MS, cpu: 0, spent: 0 };
  }

  /** One window more; `spent` is all that the probe spent so far, in microseconds. */
  tick(spent) {
    const at = now();
    const cpuAt = cpuMicroseconds();
    const passed = Math.max(0.001, at - this.at);
    const used = Math.max(cpuAt - this.cpuAt, passed * 1000 * IDLE);
    this.cpu += used;
    let income = used * this.share * AIM;
    this.pace = this.pace * 0.9 + (income / passed) * 0.1;
    const paid = Math.min(this.debt, income * REPAID);
    this.debt -= paid;
    income -= paid;
    const most = this.most();
    const purse = this.purse + income - (spent - this.spent);
    this.purse = Math.max(-2 * most, Math.min(purse, most));
    this.spent = spent;
    this.at = at;
    this.cpuAt = cpuAt;
  }

  /** Microseconds of CPU that the main thread has used, until now. */
  used() {
    return this.cpu + Math.max(cpuMicroseconds() - this.cpuAt, (now() - this.at) * 1000 * IDLE);
  }

  /** The most that is ever saved up. */
  most() {
    return Math.max(500, this.pace * SAVED_MS);
  }

  /** Installing cost so many microseconds. */
  install(microseconds) {
    this.debt += microseconds;
    this.installed += microseconds;
  }

  /** The share of the CPU, in percent, over the last ten seconds when it is far too much. */
  trouble() {
    const { since } = this;
    if (this.at - since.at < TROUBLE_MS) return 0;
    const share = (this.spent - since.spent) / Math.max(1, this.cpu - since.cpu);
    this.since = { at: this.at, cpu: this.cpu, spent: this.spent };
    return share > this.share * TROUBLE ? share * 100 : 0;
  }
}

/**
 * The heap in use, in bytes, and how many milliseconds some work of V8's own takes, five
 * times: how fast a loop of ours is depends on whether V8 has optimised it by then.
 */
function speed() {
  const run = () => {
    const before = now();
    JSON.parse(TEXT);
    return now() - before;
  };
  run();
  return [heapStatistics().used_heap_size, run(), run(), run(), run(), run()];
}

module.exports = { Budget, speed };
