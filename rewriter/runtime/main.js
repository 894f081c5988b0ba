'use strict';
/**
 * What overlays call on the main thread.
 *
 * In: the manifest's fluxions. Out: `$fx`. A cut asks here whether its call may move;
 * whenever the answer is no, the overlay itself makes the call as the original did.
 */
const { createHash } = require('crypto');
const { apply, functionToString, mapGet, push, slice } = require('./primordials.js');
const { Calls, Frame, Run } = require('./calls.js');
const { HERE, lost } = require('./outcomes.js');
const { Pool } = require('./pool.js');
const { pack } = require('./cargo.js');
const { Report } = require('./report.js');
const { socketOf } = require('./hold.js');
const stack = require('./stack.js');


class Runtime {
  constructor({ fluxions, data, size, deadlineMs, readyMs, limits, reportPath }) {
    this.fluxions = fluxions;
    this.calls = new Calls();
    this.report = new Report(fluxions, reportPath);
    const { calls, report } = this;
    this.pool = new Pool({
      fluxions, data, size, deadlineMs, readyMs, limits, calls, report,
    });
    this.callees = fluxions.map(() => ({ reach: null, made: 0, found: null }));
  }

  /** The overlay of the callee's module says how to reach it. */
  known(number, reach) {
    const callee = this.callees[number];
    callee.made++;
    callee.reach = reach;
  }

  /** A cut in a synchronous host: null to call here and now, else the host yields. */
  cut(number, self, callee, args, holds) {
    const frame = this.calls.current;
    if (frame === null) return this.here(number, 'constructor') || null;
    return this.offer(number, frame, self, callee, args, holds, this.cut) ? frame : null;
  }

  /** A cut in an async host: null to call here and now, else a promise to await. */
  ask(number, self, callee, args, holds) {
    const frame = new Frame(this.ask);
    const answer = new Promise((resolve, reject) => {
      frame.resolve = resolve;
      frame.reject = reject;
    });
    return this.offer(number, frame, self, callee, args, holds, this.ask) ? answer : null;
  }

  /** Send a call away, or let it wait for its turn; false: make it here and now. */
  offer(number, frame, self, callee, args, holds, below) {
    const fluxion = this.fluxions[number];
    if (!this.isPlanned(fluxion, number, callee)) return this.here(number, 'another function');
    const group = mapGet(this.pool.groups, fluxion.group);
    if (fluxion.sole_listener) {
      const odd = otherListener(fluxion.sole_listener, frame, holds);
      if (odd !== '') return this.stay(number, group, odd);
    }
    const owned = group !== undefined && (group.owner === 'worker' || group.owner === 'lost');
    let reason = owned ? '' : this.pool.obstacle(this.pool.fluxions[number], group);
    if (group !== undefined && group.owner === 'main') reason = reason || 'state stayed on main';
    const cargo = reason === '' ? pack(args, fluxion) : null;
    if (cargo !== null) reason = cargo.reason;
    if (owned && reason === '' && group.owner === 'lost') reason = 'its worker ended';
    const isFirst = this.calls.queue.length === 0;
    if (owned && reason !== '' && isFirst) throw lost(fluxion.id, reason);
    if (reason !== '' && isFirst) return this.stay(number, group, reason);
    this.suspend(new Run(number, frame, self, callee, args), cargo, reason, group, holds, below);
    return true;
  }

  /** Is this the very function that the plan's proof is about? */
  isPlanned(fluxion, number, callee) {
    if (fluxion.shape === 'callback') return true;
    return typeof callee === 'function' && this.isKnown(number, callee);
  }

  suspend(run, cargo, reason, group, holds, below) {
    run.cargo = cargo;
    this.calls.suspend(run, holds, below);
    let refused = reason;
    if (refused === '') {
      cargo.message.number = run.number;
      cargo.message.limit = stack.limit();
      cargo.message.received = run.self !== undefined && run.self !== null;
      refused = this.pool.send(run, group);
    }
    if (refused === '') return;
    if (group !== undefined) this.pool.keep(group);
    if (group !== undefined && group.owner !== 'main') {
      this.calls.settle(run, { error: lost(this.fluxions[run.number].id, refused) });
      return;
    }
    this.report.fellBack(run.number, refused);
    this.calls.settle(run, HERE);
  }

  /** Called here and now; state that was used on main stays there. */
  stay(number, group, reason) {
    if (group !== undefined) this.pool.keep(group);
    if (group !== undefined && group.owner !== 'main') throw lost(this.fluxions[number].id, reason);
    return this.here(number, reason);
  }

  here(number, reason) {
    this.report.fellBack(number, reason);
    return false;
  }

  isKnown(number, callee) {
    const known = this.callees[number];
    if (known.found === callee) return true;
    if (known.made !== 1) return false;
    let reached;
    try {
      reached = known.reach();
    } catch {
      return false;
    }
    if (reached !== callee) return false;
    const text = functionToString(callee);
    const hash = createHash('sha256').update(text, 'utf16le').digest('hex');
    if (hash !== this.fluxions[number].callee_sha256) return false;
    known.found = callee;
    return true;
  }

  /** First statement of main's copies of functions whose state may have moved. */
  dead(name) {
    const group = mapGet(this.pool.groups, name);
    if (group.owner === 'worker' || group.owner === 'lost') {
      const error = new Error(`the state of fluxion group ${name} lives in a worker`);
      error.code = 'ERR_FLUXION_STATE';
      throw error;
    }
    this.pool.keep(group);
  }

  /** Catch clauses that stand around hosts: see `Catch` in the plan. */
  push(clause) {
    const catchers = slice(this.calls.catchers);
    this.calls.catchers = catchers;
    return push(catchers, clause) - 1;
  }

  pop(depth) {
    if (this.calls.catchers.length > depth)
      this.calls.catchers = slice(this.calls.catchers, 0, depth);
  }
}

/**
 * Say why the host may not be the only listener of an event, or ''. The emitter is the
 * host's receiver, else one of the held objects or their server.
 */
function otherListener(event, { self }, holds) {
  const own = listeners(self, event);
  if (own > 0) return own === 1 ? '' : 'another listener';
  const values = holds === undefined ? [] : holds();
  let found = 0;
  for (let i = 0; i < values.length; i++) {
    const socket = socketOf(values[i]);
    const some = [values[i], socket, socket && socket.server];
    for (let j = 0; j < some.length; j++) {
      const count = listeners(some[j], event);
      if (count > 1) return 'another listener';
      found += count;
    }
  }
  return found > 0 ? '' : 'its emitter is not known';
}

function listeners(emitter, event) {
  if (emitter === null || typeof emitter !== 'object') return 0;
  return typeof emitter.listenerCount === 'function' ? emitter.listenerCount(event) : 0;
}

/** The value that overlays know as `$fx`: methods that need no receiver. */
function overlayInterface(runtime) {
  const $fx = Object.create(null);
  for (const name of ['cut', 'ask', 'known', 'dead', 'push', 'pop'])
    $fx[name] = runtime[name].bind(runtime);
  // Bound, so that exactly one frame of ours stands between a host and its copy.
  $fx.run = runtime.calls.drive.bind(runtime.calls);
  $fx.apply = apply;
  return Object.freeze($fx);
}

module.exports = { Runtime, overlayInterface };
