'use strict';
/**
 * Do the agent's work where no code of the app is on the stack.
 *
 * In: work, from commands that may have interrupted any code. Out: a ticket at once, and
 * what became of it when the agent asks. It is done at the end of a turn of the event
 * loop, or already at the end of the callback that runs while the agent asks: a turn may
 * have many of them.
 */

const { now } = require('./natives.js');
const { redactMessage } = require('./redact.js');
const { soon } = require('./soon.js');

class Gaps {
  /** `took(ms)` hears of each step, and says whether there is to be another. */
  constructor(took) {
    this.took = took;
    this.tickets = new Map();
    this.ticket = 0;
    this.waiting = new Set();
    this.asked = false;
    this.turned = false; // something was done
  }

  /**
   * Do something; `result` tells when it is done, and how long it took at the longest.
   * Work that is not done goes on in later gaps, until it took `most` milliseconds in all.
   */
  later(work, done = () => true, most = 0) {
    const ticket = (this.ticket += 1);
    this.tickets.set(ticket, null);
    let [total, longest] = [0, 0];
    const turn = () => {
      this.turned = true;
      const before = now();
      let answer;
      try {
        answer = { value: work() };
      } catch (error) {
        answer = { error: said(error) };
      }
      const ms = now() - before;
      total += ms;
      longest = ms > longest ? ms : longest;
      const over = answer.value === undefined || done(answer.value) || total >= most;
      if (!this.took(ms) || over) this.tickets.set(ticket, { ...answer, ms: longest, total });
      else setImmediate(this.next(turn));
    };
    setImmediate(this.next(turn));
    this.look();
    return ticket;
  }

  /** Do something to each of many, as many at a time as fit into some milliseconds. */
  some(list, ms, work) {
    const answers = [];
    return this.later(() => {
      const ends = now() + ms;
      while (answers.length < list.length) {
        answers.push(work(list[answers.length]));
        if (now() >= ends) break;
      }
      return answers;
    }, () => answers.length === list.length, Infinity);
  }

  /** What became of it; null while it waits. */
  result(ticket) {
    const answer = this.tickets.get(ticket);
    if (answer) this.tickets.delete(ticket);
    else this.look();
    return answer === undefined ? { error: 'no such ticket' } : answer;
  }

  /** Runs once, whoever comes first. */
  next(turn) {
    const once = () => {
      if (this.waiting.delete(once)) turn();
    };
    this.waiting.add(once);
    return once;
  }

  /** Called in a command: what waits longest is done when the callback that it interrupts ends. */
  look() {
    if (this.asked || this.waiting.size === 0) return;
    this.asked = true;
    soon(() => {
      this.asked = false;
      const [one] = this.waiting;
      if (one !== undefined) one();
    });
  }
}

/** A failure as data. */
function said(error) {
  return redactMessage(String(error && error.message)).slice(0, 300);
}

module.exports = { Gaps, said };
