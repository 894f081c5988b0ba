'use strict';
/**
 * Where a run goes: which worker, or why it stays on main.
 *
 * In: runs with their cargo. Out: outcomes for `calls.settle`. A group with state of
 * its own has one owner for ever: undecided, then `worker` from the first message on
 * (a crash loses it), or `main` when no worker could take it.
 */
const { Lane, READY } = require('./lane.js');
const { applyCall, settlePromise } = require('./answers.js');
const intrinsics = require('./intrinsics.js');
const { HERE, lost } = require('./outcomes.js');
const { mapForEach } = require('./primordials.js');

const CRASHES = 3;
const CRASH_WINDOW_MS = 60_000;
const ABORTS = 3;
const LOOK_AGAIN_MS = 100;
const GLANCE_AGAIN_MS = 1;
const CHANGED = 'a built-in object was changed';

class Pool {
  constructor({ fluxions, data, size, deadlineMs, readyMs, limits, calls, report }) {
    this.readyMs = readyMs || 0;
    this.fluxions = fluxions.map((entry) => ({ ...entry, demoted: '', crashes: [], aborts: 0 }));
    this.calls = calls;
    this.report = report;
    this.closed = '';
    this.groups = new Map();
    this.ids = 0;
    this.crashes = [];
    this.lanes = Array.from({ length: size }, () => new Lane({ data, deadlineMs, limits }, this));
    // Taken before the app's first line, so as Node made them.
    this.unchanged = intrinsics.watch(builtinsOf(data.slices));
    this.fingerprint = intrinsics.fingerprint();
    this.started = false;
    this.looked = 0;
    this.glanced = 0;
    for (const { group, stateful } of fluxions)
      if (stateful && !this.groups.has(group))
        this.groups.set(group, { owner: '', lane: this.lanes[this.groups.size % size] });
  }

  /** Start the workers; they compare their built-ins with main's as they are now. */
  start() {
    if (this.started || this.closed !== '') return;
    if (!this.unchanged(true)) {
      this.close(CHANGED);
      return;
    }
    this.started = true;
    for (const lane of this.lanes) lane.start(this.fingerprint);
    if (this.readyMs > 0) this.await(this.readyMs);
  }

  /** Wait, at the start of the app only, until the workers are ready. */
  await(ms) {
    const end = Date.now() + ms;
    for (const lane of this.lanes)
      while (!lane.ready && this.closed === '' && Date.now() < end)
        lane.wait(READY, 0, Math.max(end - Date.now(), 1));
  }

  /** Return why a fluxion cannot move now, or ''. */
  obstacle(fluxion, group) {
    if (this.closed !== '') return this.closed;
    if (fluxion.demoted !== '') return fluxion.demoted;
    this.start();
    if (this.closed !== '') return this.closed;
    if (!this.isUnchanged()) return this.close(CHANGED);
    return group === undefined && !this.lanes.some(({ ready }) => ready) ? 'starting' : '';
  }

  /** Look at the core of the built-ins at most every millisecond, at all more rarely. */
  isUnchanged() {
    const now = performance.now();
    const all = now - this.looked > LOOK_AGAIN_MS;
    if (!all && now - this.glanced < GLANCE_AGAIN_MS) return true;
    this.glanced = now;
    if (all) this.looked = now;
    return this.unchanged(all);
  }

  /** Choose a worker with room; `null` when none has. */
  lane(run) {
    let best = null;
    for (const lane of this.lanes)
      if (lane.ready && lane.hasRoom(run.cargo.bytes))
        if (best === null || lane.away.size < best.away.size) best = lane;
    return best;
  }

  /** Send a run away; returns why not, or ''. */
  send(run, group) {
    const lane = group === undefined ? this.lane(run) : group.lane;
    if (lane === null) return 'out of credit';
    if (lane.port === null) return 'starting';
    run.id = ++this.ids;
    try {
      const { message } = run.cargo;
      message.id = run.id;
      lane.send(run, message);
    } catch (error) {
      return `cannot be cloned: ${error.name}`;
    }
    if (group !== undefined && lane.ready) group.owner = 'worker';
    this.report.moved(run.number, run.cargo.bytes);
    return '';
  }

  close(reason) {
    this.closed = reason;
    let needed = false;
    mapForEach(this.groups, (group) => {
      if (group.owner === '') group.owner = 'main';
      else if (group.owner === 'worker') needed = true;
    });
    for (let i = 0; i < this.lanes.length && !needed; i++) this.lanes[i].close();
    return reason;
  }

  onReady(lane, { reason, failed }) {
    if (reason !== '') {
      this.close(reason);
      return;
    }
    for (const [number, why] of failed) this.fluxions[number].demoted = `slice: ${why}`;
    for (const group of this.groups.values())
      if (group.lane === lane && group.owner === '') this.settleOwner(group, lane);
  }

  /** State moves with the first message, and only when its slice could be loaded. */
  settleOwner(group, lane) {
    const members = this.fluxions.filter(({ group: name }) => this.groups.get(name) === group);
    if (members.some(({ demoted }) => demoted !== '')) this.keep(group);
    else if ([...lane.away].some((run) => members.includes(this.fluxions[run.number])))
      group.owner = 'worker';
  }

  /** State stays on main for good; calls that no worker has begun are made there. */
  keep(group) {
    if (group.owner !== '') return;
    group.owner = 'main';
    for (const run of [...group.lane.away])
      if (this.groups.get(this.fluxions[run.number].group) === group)
        this.fallBack(run, 'state stayed on main');
  }

  onMessage(lane, run, message) {
    const fluxion = this.fluxions[run.number];
    switch (message.kind) {
      case 'handle':
        lane.arrived(run);
        this.handleCalled(run, message);
        break;
      case 'abort':
      case 'unreadable':
        lane.forget(run);
        this.abort(run, fluxion, message.reason || 'too deep to be read');
        break;
      case 'settled':
        lane.forget(run);
        this.afterwards(run, () => settlePromise(run, message));
        break;
      case 'unsettled':
        this.unsettled(lane, run, fluxion, message.reason);
        break;
      case 'done':
        lane.forget(run);
        break;
      default:
        fluxion.aborts = 0;
        if (!message.promise && run.cargo.handles.length === 0) lane.forget(run);
        else if (!message.promise && run.calls.length > 0) lane.arrived(run);
        this.calls.settle(run, message);
    }
  }

  handleCalled(run, message) {
    // Before the answer it happened within the call; afterwards in turns of their own.
    if (run.outcome === null) run.calls.push(message);
    else this.afterwards(run, () => applyCall(run, message));
  }

  /** Act in a turn of its own, after the remainder of the host. */
  afterwards(run, act) {
    if (run.released) later(run, act);
    else run.after.push(() => later(run, act));
  }

  abort(run, fluxion, reason) {
    this.report.aborted(run.number, reason);
    if (fluxion.stateful || run.called || run.calls.length > 0) {
      this.calls.settle(run, { error: lost(fluxion.id, `its result cannot travel: ${reason}`) });
      return;
    }
    if (++fluxion.aborts >= ABORTS) fluxion.demoted = 'aborted too often';
    this.calls.settle(run, HERE);
  }

  /** A promise came to a value that cannot travel: main makes the call itself. */
  unsettled(lane, run, fluxion, reason) {
    lane.forget(run);
    this.report.aborted(run.number, reason);
    if (fluxion.stateful) {
      const error = lost(fluxion.id, `its result cannot travel: ${reason}`);
      this.afterwards(run, () => settlePromise(run, { error }));
      return;
    }
    if (++fluxion.aborts >= ABORTS) fluxion.demoted = 'aborted too often';
    this.afterwards(run, () => settlePromise(run, { again: true }));
  }

  fallBack(run, reason) {
    if (run.lane !== null) run.lane.forget(run);
    this.report.fellBack(run.number, reason);
    this.calls.settle(run, HERE);
  }

  /** A worker ended: what it had not begun goes elsewhere, what it did runs on main. */
  onLost(lane, runs, started) {
    const wasOpen = this.closed === '';
    for (const [name, group] of this.groups) if (group.lane === lane) this.lose(group, name);
    const culprit = runs.find(({ id }) => id === started);
    this.count(culprit === undefined ? this : this.fluxions[culprit.number]);
    for (const run of runs) this.recover(run, run.id === started);
    if (wasOpen && this.closed === '') lane.again(() => lane.start(this.fingerprint));
  }

  lose(group) {
    if (group.owner === 'worker') group.owner = 'lost';
    else if (group.owner === '') group.owner = 'main';
  }

  count(whose) {
    const now = Date.now();
    whose.crashes = whose.crashes.filter((at) => now - at < CRASH_WINDOW_MS);
    whose.crashes.push(now);
    if (whose.crashes.length < CRASHES) return;
    if (whose === this) this.close('the workers keep ending');
    else whose.demoted = 'its worker ended too often';
  }

  recover(run, begun) {
    const fluxion = this.fluxions[run.number];
    const group = this.groups.get(fluxion.group);
    const owned = fluxion.stateful && group.owner === 'lost';
    const error = () => lost(fluxion.id, 'its worker ended');
    if (run.released) return this.orphan(run, fluxion, owned ? error() : null);
    if (owned || run.calls.length > 0) return this.calls.settle(run, { error: error() });
    if (!fluxion.stateful && !begun && this.send(run) === '') return undefined;
    return this.fallBack(run, 'its worker ended');
  }

  /** The call itself returned long ago; a promise or a callback is still owed. */
  orphan(run, fluxion, error) {
    const again = error === null && !run.called;
    this.report.because(run.number, 'its worker ended');
    later(run, () => {
      const { callee, self, args } = run;
      if (run.promise !== null) {
        if (again) run.promise.resolve(Reflect.apply(callee, self, args));
        else run.promise.reject(error || lost(fluxion.id, 'its worker ended'));
      } else if (again) Reflect.apply(callee, self, args);
      else if (!run.called) for (const [, handle] of run.cargo.handles) handle(error);
    });
  }
}

/** Node's own modules that slices use. */
function builtinsOf(slices) {
  return new Set(Object.values(slices).flatMap(({ builtins }) => builtins));
}

/** A turn of its own, in the async context of the cut. */
function later(run, act) {
  setImmediate(() => run.resource.runInAsyncScope(act));
}

module.exports = { Pool };
