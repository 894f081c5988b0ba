'use strict';
/**
 * A weak table that remembers what was used lately, in bounded memory.
 *
 * In: objects and what is known of them. Out: what is known; nothing of an object that
 * was not looked up while as many others as a generation holds came in. A WeakMap alone
 * grows with what the app keeps alive.
 */

class Ages {
  constructor(most) {
    this.most = most;
    this.young = new WeakMap();
    this.old = new WeakMap();
    this.size = 0;
    this.forgotten = 0; // entries of generations that went
  }

  get(key) {
    const found = this.young.get(key);
    if (found !== undefined) return found;
    const before = this.old.get(key);
    if (before !== undefined) this.set(key, before);
    return before;
  }

  set(key, value) {
    if (this.size >= this.most) {
      this.forgotten += this.size;
      this.old = this.young;
      this.young = new WeakMap();
      this.size = 0;
    }
    this.size += 1;
    this.young.set(key, value);
  }

  /** At most so many entries are held now. */
  held() {
    return this.forgotten === 0 ? this.size : this.size + this.most;
  }
}

module.exports = { Ages };
