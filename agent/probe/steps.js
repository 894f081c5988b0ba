'use strict';
/**
 * The streams of a `pipeline`, which Node moves on by itself over many turns.
 *
 * In: calls of traced code, and runs. Out: LEAD records: a stream takes one chunk after
 * the other, and who is told that all went well comes after all that the streams did.
 */

const { LEAD } = require('./abi.js');
const { builtin, inherited, isObject, own, textOf, types } = require('./natives.js');

const MOST = 100; // streams of one pipeline
const TAKES = ['_transform', '_write']; // what a stream does with each chunk
// The app may have replaced it, by what calls back earlier.
const PIPELINE = 'functionpipeline(...streams){returnpipelineImpl(streams,once(popCallback(streams)));}';
const ENDS = ['_flush', '_final'];

class Steps {
  constructor(leads) {
    this.leads = leads;
    const found = own(builtin('stream'), 'pipeline');
    this.pipeline = typeof found === 'function' && dense(textOf(found)) === PIPELINE ? found : null;
    this.some = false; // there was one
    this.streams = new WeakMap(); // stream -> its last runs, by function
    this.over = new WeakMap(); // function -> the streams that it waits for
  }

  /** Traced code is about to call a function. */
  before({ callee, args }) {
    if (callee !== this.pipeline || callee === null) return;
    const over = args[args.length - 1];
    if (typeof over !== 'function') return;
    const given = args.length === 2 && !types.isProxy(args[0]) && Array.isArray(args[0]) ? items(args[0]) : args;
    const runs = [];
    // What else is written to the first one, a socket perhaps, is not waited for.
    for (let i = 1; i < given.length && i < MOST; i += 1) {
      const stream = given[i];
      if (!isObject(own(stream, '_writableState'))) continue;
      const found = this.streams.get(stream) || new Map();
      this.streams.set(stream, found);
      runs.push(found);
    }
    this.over.set(over, this.over.has(over) ? null : runs);
    this.some = true;
  }

  /** A run begins; `fn`: the function, if it knows itself. */
  begins(at, activation, fn, self, args) {
    if (typeof fn !== 'function') return;
    const runs = this.over.get(fn);
    if (runs !== undefined) this.ended(at, activation, fn, runs, args);
    const known = isObject(self) ? this.streams.get(self) : undefined;
    if (known === undefined) return;
    const takes = TAKES.some((name) => inherited(self, name) === fn);
    if (!takes && !ENDS.some((name) => inherited(self, name) === fn)) return;
    const last = known.get(fn);
    if (takes && last !== undefined) this.leads.tell(at, activation, LEAD.again, last.activation, last.at);
    known.set(fn, { activation, at });
  }

  /** Told of an error, it comes after nothing: that may have come from anywhere. */
  ended(at, activation, fn, runs, args) {
    this.over.delete(fn);
    if (runs === null || args.length === 0 || (args[0] !== undefined && args[0] !== null)) return;
    for (const each of runs) {
      for (const last of each.values()) this.leads.tell(at, activation, LEAD.again, last.activation, last.at);
    }
  }
}

/** A text without its spaces; by its characters, since this runs in a command. */
function dense(text) {
  let kept = '';
  for (let i = 0; i < text.length && i < 2 * PIPELINE.length; i += 1) {
    if (text[i] !== ' ' && text[i] !== '\n') kept += text[i];
  }
  return kept;
}

function items(list) {
  const found = [];
  for (let i = 0; i < list.length && i < MOST; i += 1) found.push(own(list, i));
  return found;
}

module.exports = { Steps };
