'use strict';
/**
 * The inspector of this process, while an agent of ours uses it: moved out of the way,
 * and closed at the end by whoever opened it.
 *
 * In: the agent's own ends of its connections. Out: the port closed, unless somebody else
 * is connected to it.
 */

const { builtin } = require('./natives.js');
const { Buffer } = require('./encoder.js');

const MOVE_MS = 20; // the agent hangs up meanwhile
const QUIET_MS = 300;
const AGAIN_MS = 200;
const TABLES = ['/proc/self/net/tcp', '/proc/self/net/tcp6'];
const ROW = /^\s*\d+: [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]+:([0-9A-F]{4}) 01 /gm;

class Inspector {
  constructor() {
    this.ours = new Set();
  }

  /** Open it on a free port instead; `tell` hears the new address, '' when that failed. */
  move(tell) {
    setTimeout(() => {
      let url = '';
      try {
        const inspector = builtin('inspector');
        inspector.close();
        inspector.open(0, '127.0.0.1');
        url = inspector.url();
      } catch {} // the agent hears that there is none
      tell(url);
    }, MOVE_MS).unref();
  }

  /** The agent is gone: close, unless somebody else stays connected. */
  closeAlone() {
    // An agent that went away may be connecting at this very moment; once it is quiet.
    after(QUIET_MS, () => this.others((first) => {
      if (first.size === 0) close();
      else after(AGAIN_MS, () => this.others((again) => {
        if (![...again].some((port) => first.has(port))) close();
      }));
    }));
  }

  /** Who else is connected, as the ports of their ends. */
  others(done) {
    const port = /:(\d+)\//.exec(builtin('inspector').url() || '');
    const found = new Set();
    let left = TABLES.length;
    for (const table of TABLES) {
      builtin('fs').readFile(table, (error, bytes) => guarded(() => {
        if (!error && port !== null) this.read(Buffer.from(bytes).latin1Slice(), Number(port[1]), found);
        left -= 1;
        if (left === 0) done(found);
      }));
    }
  }

  read(text, port, found) {
    for (const [, here, there] of text.matchAll(ROW)) {
      const other = parseInt(there, 16);
      if (parseInt(here, 16) === port && !this.ours.has(other)) found.add(other);
    }
  }
}

function after(ms, work) {
  setTimeout(() => guarded(work), ms).unref();
}

function guarded(work) {
  try {
    work();
  } catch {} // somebody else has closed it, or reading failed
}

function close() {
  guarded(() => builtin('inspector').close());
}

module.exports = { Inspector, close };
