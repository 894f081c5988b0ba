'use strict';
/**
 * What a run follows from, where its function was not simply handed over.
 *
 * In: runs, calls and waits of traced code. Out: LEAD records: whom a function that goes
 * on after an `await` calls, who settled what was waited for, who posted a message, and
 * that the same timer, socket or port has called back before.
 */

const { EVENT, LEAD } = require('./abi.js');
const { builtin, hasOwn, isObject, own, types } = require('./natives.js');
const { Ends } = require('./ends.js');
const { Ports } = require('./ports.js');
const { Promises } = require('./promises.js');
const { unbound } = require('./returned.js');
const { queue } = require('./soon.js');
const { Steps } = require('./steps.js');

const { executionAsyncId, executionAsyncResource, triggerAsyncId } = builtin('async_hooks');
const MOST_TURNS = 2000;
const MOST_HOPS = 8;
const CALLS_BACK = ['_onTimeout', '_onImmediate', 'oncomplete', 'ondone'];

class Leads {
  constructor(out, tracer) {
    this.out = out;
    this.ends = new Ends(tracer);
    this.steps = new Steps(this);
    this.promises = new Promises((fn) => tracer.causes.same(fn));
    this.ports = new Ports(out);
    this.turns = new Map(); // turn -> the last run that began in it, and when
    this.streams = new WeakMap(); // stream that is only read, or only written -> its last event
    this.timers = new WeakMap(); // timer -> who set it, where its function does not tell
    this.base = null; // the stack whose microtasks run now
    this.hops = 0;
    this.heard = false;
    this.next = [() => this.empty()];
  }

  tell(at, activation, how, source, since) {
    const { out } = this;
    out.open(EVENT.LEAD, 5, 48);
    out.int(at);
    out.int(activation);
    out.int(how);
    out.int(source);
    out.int(since);
  }

  told(at, activation, causes) {
    for (let i = 0; i < causes.length; i += 1) this.tell(at, activation, LEAD.settled, causes[i][0], causes[i][1]);
  }

  /** In which turn was made what calls back now? */
  trigger(turn) {
    return turn > 1 ? triggerAsyncId() : 0;
  }

  /** A run has begun with nothing traced above it but, maybe, one that goes on. */
  entered(at, activation, fn, turn, above, args) {
    if (above !== 0) {
      this.tell(at, activation, LEAD.called, above, at);
      return;
    }
    if (this.ends.any && args.length > 0) this.ends.entered(at, activation, args);
    if (turn === 0) {
      const causes = typeof fn === 'function' ? this.promises.entered(fn, activation, at, args) : null;
      if (causes !== null) this.told(at, activation, causes);
    } else this.again(at, activation, turn);
    this.drained(at, activation);
  }

  /** One resource calls back in its order; but who connects to a server first is luck. */
  again(at, activation, turn) {
    const { turns } = this;
    const before = turns.get(turn);
    const resource = executionAsyncResource();
    const set = this.timers.get(resource);
    if (set !== undefined) this.tell(at, activation, LEAD.handed, set.activation, set.at);
    const sent = this.ports.received(resource, at, activation);
    if (sent !== null) this.tell(at, activation, LEAD.sent, sent[0], sent[1]);
    if (before === undefined) {
      if (turns.size >= MOST_TURNS) turns.clear();
      // A tick runs before anything else can; its trigger is the turn that queued it.
      const queued = isTick(resource) ? turns.get(triggerAsyncId()) : undefined;
      if (queued !== undefined) this.tell(at, activation, LEAD.queued, queued.activation, queued.at);
      const first = { activation, at, alone: alone(resource) };
      if (first.alone) this.base = null;
      turns.set(turn, first);
      return;
    }
    if (typeof own(resource, 'onconnection') === 'function') return;
    if (turn > 1) this.tell(at, activation, LEAD.again, before.activation, before.at);
    before.activation = activation;
    before.at = at;
  }

  /**
   * A stack is about to be left, and a microtask of ours put behind those that it has queued.
   * The queues begin empty when a timer or a request calls back: what runs before they are
   * empty again was queued by that stack, or by what it had queued. A few microtasks more
   * follow it a while.
   */
  left(turn) {
    if (this.base !== null || this.heard) return;
    const found = this.turns.get(turn);
    this.base = found !== undefined && found.alone ? { activation: found.activation, at: found.at } : null;
    this.hops = 0;
  }

  /**
   * Our microtask runs. Only where the app has `async_hooks` look at promises do these have
   * numbers, and then it is told of each of ours: none follows the first.
   */
  empty() {
    if (this.base === null) return;
    if (executionAsyncId() !== 0) this.heard = true;
    if (this.heard || (this.hops += 1) > MOST_HOPS) this.base = null;
    else queue(this.next);
  }

  /** A function is given to a method: a listener of a stream, whose events have one order? */
  listens(known, self, event) {
    if (typeof event !== 'string' || !isObject(self) || types.isProxy(self)) return;
    if (isObject(own(self, '_readableState')) === isObject(own(self, '_writableState'))) return;
    let stream = this.streams.get(self);
    if (stream === undefined) this.streams.set(self, stream = { activation: 0, at: 0 });
    known.stream = known.stream === undefined || known.stream === stream ? stream : null;
  }

  /** A listener of a stream runs. */
  event(stream, at, activation, top) {
    if (top === 0 && stream.activation !== 0) this.tell(at, activation, LEAD.again, stream.activation, stream.at);
    stream.activation = activation;
    stream.at = at;
  }

  drained(at, activation) {
    if (this.base !== null) this.tell(at, activation, LEAD.settled, this.base.activation, this.base.at);
  }

  /** A run of a function that knows itself begins. */
  begins(known, at, activation, top) {
    this.promises.begins(known.number, activation);
    if (known.stream) this.event(known.stream, at, activation, top);
  }

  /** Traced code is about to call a function. */
  before(mark, at) {
    this.promises.before(mark, at);
    if (this.ends.any) this.ends.before(mark);
    this.steps.before(mark);
  }

  /** A call returned: a promise, or a generator, may be of a run that we know. */
  gave(mark, value, causes, at) {
    this.ports.made(mark.callee, value, mark.activation, at);
    if (this.ends.any) this.ends.after(mark, value, at);
    const { entry } = mark;
    if (entry !== null && entry.rule === 'makes') {
      this.promises.generator(value, causes.closure(mark.callee).number);
    } else if (types.isPromise(value) || mark.part !== undefined) {
      this.promises.after(mark, value, causes.runs(mark.callee), at);
    } else if (entry !== null && entry.later === 1 && isObject(value) && alone(value)) {
      if (causes.placed(unbound(mark.args[0]))) this.timers.set(value, { activation: mark.activation, at });
    }
  }

  /** A run that waited goes on. `ok`: what it waited for was fulfilled; `site`: where, if known. */
  resumed(at, activation, ok, site = 0) {
    const where = site || this.promises.where(activation);
    const causes = this.promises.resumed(activation, ok, at);
    this.tell(at, activation, LEAD.resumed, where, at);
    this.told(at, activation, causes);
    this.drained(at, activation);
  }

  /** Bytes of the tables. */
  memory() {
    const { pending, sites, under, waiting } = this.promises;
    return this.turns.size * 120 + (pending.size + waiting.size + under.size) * 200 + sites.size * 60;
  }
}

/** An entry of the queue of `nextTick`. */
function isTick(resource) {
  return isObject(resource) && hasOwn(resource, 'args') && typeof own(resource, 'callback') === 'function';
}

/** Does this call back from the event loop itself, and not from a queue? */
function alone(resource) {
  for (let i = 0; i < CALLS_BACK.length; i += 1) {
    if (hasOwn(resource, CALLS_BACK[i]) && typeof own(resource, CALLS_BACK[i]) === 'function') return true;
  }
  return false;
}

module.exports = { Leads };
