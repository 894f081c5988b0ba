'use strict';
/**
 * Keep blocks until the agent fetches them: for where the probe cannot reach the agent,
 * but the agent reaches the inspector.
 *
 * In: blocks. Out: all that wait, the oldest first, at most so many bytes at a time. The
 * memory is bounded; long before it is full the runs are no longer admitted, and counted
 * as dropped; a block that still finds no room is counted as lost.
 */

const { Buffer } = require('./encoder.js');

const MOST = 4 * 1024 * 1024;
const SCALE = 2; // behind by half as much as a socket, runs are dropped
const PIECE = 64 * 1024; // in larger pieces, their text would grow the app's heap

class Ring {
  constructor(beat) {
    this.beat = beat;
    this.blocks = [];
    this.size = 0;
    this.lost = 0;
    this.left = false;
    this.emptied = null;
  }

  /** The block is copied: the caller fills it again at once. */
  send(bytes) {
    if (this.size + bytes.length > MOST) {
      this.lost += 1;
      return;
    }
    this.blocks.push(Buffer.from(bytes));
    this.size += bytes.length;
  }

  behind() {
    return this.size * SCALE;
  }

  end() {
    this.left = true;
  }

  /** Call `done` once everything was fetched, at the latest after so many milliseconds. */
  whenEmpty(done, limit) {
    let called = false;
    const once = () => {
      if (!called) done();
      called = true;
    };
    this.emptied = once;
    setTimeout(once, limit).unref();
  }

  /** What waits, in base64: blocks one after the other are a block again. */
  drain() {
    this.beat();
    let taken = 0;
    let size = 0;
    while (taken < this.blocks.length && (taken === 0 || size + this.blocks[taken].length <= PIECE)) {
      size += this.blocks[taken].length;
      taken += 1;
    }
    const blocks = this.blocks.splice(0, taken);
    const data = (taken === 1 ? blocks[0] : Buffer.concat(blocks)).base64Slice();
    this.size -= size;
    const left = this.left && this.blocks.length === 0;
    if (left && this.emptied !== null) setImmediate(this.emptied);
    return { data, waiting: this.size, lost: this.lost, left };
  }
}

module.exports = { Ring };
