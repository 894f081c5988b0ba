'use strict';
/**
 * The inspector of this process, while an agent of ours uses it: moved out of the way,
 * and closed at the end by whoever opened it.
 *
 * In: the word of the agent, or its end. Out: the port moved or closed, as soon as nobody is
 * connected to it.
 */

const { builtin, defineProperty, getOwnPropertyDescriptor } = require('./natives.js');
const { Buffer } = require('./encoder.js');

const MOVE_MS = 20; // the agent hangs up meanwhile
const QUIET_MS = 300;
const MOVE_TRIES = 8;
const AGAIN_MS = 10;
const PART_BYTES = 65536;
const MOST_PARTS = 8; // of a table, in one turn
const MOST_MS = 1000;
const TABLES = ['/proc/self/net/tcp', '/proc/self/net/tcp6'];
// Established, or hung up on but not yet noticed (CLOSE_WAIT).
const ROW = /^\s*\d+: [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]+:([0-9A-F]{4}) 0[18] /gm;

class Inspector {
  constructor() {
    this.stays = false;
    this.moves = false;
  }

  /** Open it on a free port instead; `tell` hears the new address, '' when that failed. */
  move(tell) {
    this.alone(MOVE_MS, MOVE_TRIES, () => {
      this.moves = true; // a command can come between any two lines, and while it closes
      if (this.stays) return tell('');
      const inspector = builtin('inspector');
      close();
      guarded(() => unforwarded(() => inspector.open(0, '127.0.0.1')));
      tell(inspector.url() || '');
    }, () => tell(''));
  }

  /**
   * It moves no more, though that was asked: the agent waits no longer, or leaves. Whether
   * that is so: what moves already goes on, and tells its new address.
   */
  stay() {
    this.stays = true;
    return !this.moves;
  }

  /**
   * The agent is gone: close once nobody is connected any more. Closing waits for the
   * answer of whoever is, with the app at a stand: an agent that is stopped never answers.
   */
  closeAlone() {
    // An agent that went away may be connecting at this very moment; once it is quiet.
    this.alone(QUIET_MS, Infinity, close, () => {});
  }

  /**
   * Do something while nobody is connected, or give up after so many looks. Two looks
   * must find nobody: Node has died of being closed while somebody was just hanging up.
   */
  alone(pause, tries, work, giveUp, before = false) {
    after(pause, () => this.connected((found) => {
      const nobody = found.size === 0;
      if (nobody && before) work();
      else if (tries <= 1) giveUp();
      else this.alone(nobody ? AGAIN_MS : Math.min(pause * 2, MOST_MS), tries - 1, work, giveUp, nobody);
    }));
  }

  /**
   * Who is connected, as the ports of their ends. Read at once: on a busy loop each of the
   * callbacks of a file that is read later costs a turn. What is long goes on next turn.
   */
  connected(done) {
    const fs = builtin('fs');
    const port = /:(\d+)\//.exec(builtin('inspector').url() || '');
    const [found, tables, bytes] = [new Set(), [...TABLES], Buffer.alloc(PART_BYTES)];
    let [file, rest] = [-1, ''];
    const go = () => {
      for (let part = 0; part < MOST_PARTS; part += 1) {
        if (file === -1) {
          if (port === null || tables.length === 0) return done(found);
          file = opened(fs, tables.shift());
          continue;
        }
        const got = fs.readSync(file, bytes, 0, PART_BYTES, null);
        rest += bytes.latin1Slice(0, got);
        const end = got === 0 ? rest.length : rest.lastIndexOf('\n') + 1;
        this.read(rest.slice(0, end), Number(port[1]), found);
        rest = rest.slice(end);
        if (got > 0) continue;
        fs.closeSync(file);
        file = -1;
      }
      setImmediate(() => guarded(go));
    };
    go();
  }

  read(text, port, found) {
    for (const [, here, there] of text.matchAll(ROW)) {
      if (parseInt(here, 16) === port) found.add(parseInt(there, 16));
    }
  }
}

/** The number of a file that is opened; -1 when it is not there. */
function opened(fs, path) {
  try {
    return fs.openSync(path, 'r');
  } catch {
    return -1;
  }
}

/** A cluster's primary would have every worker open its inspector as well. */
function unforwarded(work) {
  const found = getOwnPropertyDescriptor(process, '_debugProcess');
  if (found === undefined || !found.configurable) return work();
  defineProperty(process, '_debugProcess', { ...found, value() {} });
  try {
    return work();
  } finally {
    defineProperty(process, '_debugProcess', found);
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
