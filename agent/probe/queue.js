'use strict';
/**
 * What the walk visits next: the nearest first.
 *
 * In: items with a cost. Out: the items, cheapest first; of equal ones the first come.
 * Only so many wait: what is farthest is left out, since it holds memory of the target's
 * and would hardly be visited.
 */

const MOST_WAITING = 25000; // some 6 MB

const FARTHEST = 127;

/** How much farther away an object is for being held in this way. */
const STEP = {
  root: 0, element: 1, entry: 1, member: 1, bound: 0, self: 1, listener: 0, property: 1,
  private: 1, key: 3, captured: 2, get: 1, set: 6, prototype: 5,
};
/** ... and a function, which is looked into only at some cost. */
const FUNCTION_STEP = { ...STEP, captured: 4, get: 2, set: 8 };
/** Names under which servers, emitters and routers keep what they call: the way to callbacks. */
const CALLED = /^(?:_?events|_?router|_?routes?|routing|stack|handle[rs]?|middlewares?|listeners?|callbacks?|on[a-z]+)$/i;
const LEADING = new Set(['property', 'captured', 'get']);
const NAMED = 5; // a function under a name of a function: code calls it by that name

class Queue {
  constructor() {
    this.lists = [];
    this.heads = [];
    this.at = 0;
    this.size = 0;
  }

  /** Add an item; returns the one that is left out for it, itself or another, or null. */
  push(item, cost) {
    const level = cost > FARTHEST ? FARTHEST : cost;
    const out = this.size < MOST_WAITING ? null : this.farther(level);
    if (out === null && this.size >= MOST_WAITING) return item;
    while (this.lists.length <= level) {
      this.lists.push([]);
      this.heads.push(0);
    }
    this.lists[level].push(item);
    if (level < this.at) this.at = level;
    this.size += 1;
    return out;
  }

  /** Take away the farthest item, if that is farther than `level`; else null. */
  farther(level) {
    for (let last = this.lists.length - 1; last > level; last -= 1) {
      const list = this.lists[last];
      if (list.length > this.heads[last]) {
        this.size -= 1;
        return list.pop();
      }
      if (last > this.at) {
        this.lists.pop();
        this.heads.pop();
      }
    }
    return null;
  }

  /** The next item; only when `size` is not 0. */
  shift() {
    while (this.heads[this.at] >= this.lists[this.at].length) {
      this.lists[this.at] = [];
      this.heads[this.at] = 0;
      this.at += 1;
    }
    const head = this.heads[this.at];
    const item = this.lists[this.at][head];
    this.lists[this.at][head] = undefined; // what was visited may be collected
    this.heads[this.at] = head + 1;
    this.size -= 1;
    return item;
  }
}

/** The cost of what a slot holds, from the cost of its holder. */
function costOf(from, slot, value) {
  const before = from === null ? 0 : from.cost;
  if (leads(slot)) return before;
  if (typeof value !== 'function') return before + STEP[slot.kind];
  const named = slot.kind === 'property' && typeof slot.holder === 'function';
  // The many functions that one object holds are names: they come one after the other.
  const crowd = from === null ? 0 : crowding(from, slot.kind);
  return before + crowd + (named ? NAMED : FUNCTION_STEP[slot.kind]);
}

/** Does this slot lead to callbacks, by its name, or by that of the list it is in? */
function leads({ kind, key, by }) {
  if (kind === 'element') return typeof by === 'string' && CALLED.test(by);
  return LEADING.has(kind) && typeof key === 'string' && CALLED.test(key);
}

/** How many functions came before this one, from the same object and in the same way. */
function crowding(from, kind) {
  if (from.held === null) from.held = { get: 0, set: 0, property: 0, captured: 0 };
  const before = from.held[kind] || 0;
  from.held[kind] = before + 1;
  return before;
}

module.exports = { Queue, costOf };
