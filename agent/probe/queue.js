'use strict';
/**
 * What the walk visits next: the nearest first.
 *
 * In: items with a cost. Out: the items, cheapest first; of equal ones the first come.
 */

const FARTHEST = 127;

/** How much farther away a thing is for being held in this way. */
const STEP = {
  root: 0, element: 1, entry: 1, member: 1, bound: 0, self: 1, listener: 0, property: 1,
  private: 1, key: 3, captured: 4, get: 6, set: 6, prototype: 6,
};
const OF_FUNCTION = 2; // a function's own property

class Queue {
  constructor() {
    this.lists = [];
    this.heads = [];
    this.at = 0;
    this.size = 0;
  }

  push(item, cost) {
    const level = cost > FARTHEST ? FARTHEST : cost;
    while (this.lists.length <= level) {
      this.lists.push([]);
      this.heads.push(0);
    }
    this.lists[level].push(item);
    if (level < this.at) this.at = level;
    this.size += 1;
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
function costOf(from, slot) {
  const before = from === null ? 0 : from.cost;
  const more = slot.kind === 'property' && typeof slot.holder === 'function' ? OF_FUNCTION : STEP[slot.kind];
  return before + more;
}

module.exports = { Queue, costOf };
