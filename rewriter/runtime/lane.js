'use strict';
/**
 * One worker, seen from main: started, fed, kept alive, started again.
 *
 * In: messages of runs. Out: answers, and `onLost` for every run that a crash took.
 * The process stays alive while runs are away and not a moment longer.
 */
const { Worker, MessageChannel, receiveMessageOnPort } = require('worker_threads');
const { getHeapStatistics } = require('v8');
const { join } = require('path');

const CREDITS = 256;
const CREDIT_BYTES = 4 * 1024 * 1024;
const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 5000;
/** What V8 gives main's stack, plus what Node keeps in reserve in a worker. */
const STACK_MB = 1.15;
const READY = 0;
const STARTED = 1;
const ANSWERS = 2;

class Lane {
  constructor(options, events) {
    this.options = options;
    this.events = events;
    this.worker = null;
    this.port = null;
    this.ready = false;
    /** Runs whose messages we expect, by id; and those that still count as away. */
    this.routes = new Map();
    this.away = new Set();
    this.bytes = 0;
    this.delay = FIRST_DELAY_MS;
    this.signals = null;
    this.deadline = null;
    this.closed = false;
    this.referenced = false;
  }

  start(fingerprint) {
    const { port1, port2 } = new MessageChannel();
    this.signals = new Int32Array(new SharedArrayBuffer(12));
    this.port = port1;
    const { signals } = this;
    const worker = new Worker(join(__dirname, 'worker.js'), {
      name: 'fluxion', execArgv: [], argv: [], transferList: [port2],
      workerData: { ...this.options.data, port: port2, fingerprint, signals },
      resourceLimits: {
        maxOldGenerationSizeMb: Math.floor(getHeapStatistics().heap_size_limit / 2 ** 20),
        stackSizeMb: STACK_MB, ...this.options.limits,
      },
    });
    this.worker = worker;
    worker.on('error', () => {});
    worker.on('exit', () => this.exited(worker, port1));
    port1.on('message', (message) => this.receive(message));
    port1.on('messageerror', () => worker.terminate());
    this.referenced = true;
    this.reference();
  }

  /** Within the credits, or alone however big it is. */
  hasRoom(bytes) {
    if (this.away.size === 0) return true;
    return this.away.size < CREDITS && this.bytes + bytes <= CREDIT_BYTES;
  }

  /** Post a call; throws DataCloneError when it cannot travel after all. */
  send(run, message) {
    this.port.postMessage(message);
    run.lane = this;
    this.routes.set(run.id, run);
    this.away.add(run);
    this.bytes += run.cargo.bytes;
    this.reference();
    this.watch();
  }

  /** The run needs nothing more from this worker. */
  forget(run) {
    this.routes.delete(run.id);
    this.arrived(run);
  }

  /** It may say more, but nothing waits for it. */
  arrived(run) {
    if (!this.away.delete(run)) return;
    this.bytes -= run.cargo.bytes;
    this.reference();
    this.watch();
  }

  reference() {
    const wanted = this.away.size > 0;
    if (wanted === this.referenced || this.worker === null) return;
    this.referenced = wanted;
    const how = wanted ? 'ref' : 'unref';
    this.worker[how]();
    this.port[how]();
  }

  /** With a deadline, a worker that answers nothing for so long is ended. */
  watch() {
    const { deadlineMs } = this.options;
    if (!deadlineMs) return;
    clearTimeout(this.deadline);
    if (this.away.size === 0) return;
    this.deadline = setTimeout(() => this.worker && this.worker.terminate(), deadlineMs);
    this.deadline.unref();
  }

  receive(message) {
    if (message.kind === 'ready') {
      this.ready = message.reason === '';
      if (this.ready) this.delay = FIRST_DELAY_MS;
      this.events.onReady(this, message);
      return;
    }
    const id = message.kind === 'unreadable' ? this.next(message.after) : message.id;
    const run = this.routes.get(id);
    if (run !== undefined) this.events.onMessage(this, run, message);
  }

  /** The first run that the worker has not begun. */
  next(after) {
    let found = Infinity;
    for (const id of this.routes.keys()) if (id > after && id < found) found = id;
    return found;
  }

  /** Take what the worker posted before it ended, or before main may wait no more. */
  drain() {
    for (;;) {
      const received = this.port === null ? undefined : receiveMessageOnPort(this.port);
      if (received === undefined) return;
      this.receive(received.message);
    }
  }

  /** Block main until the worker said something; only at start and at exit. */
  wait(signal, seen, ms) {
    Atomics.wait(this.signals, signal, seen, ms);
    this.drain();
  }

  exited(worker, port) {
    if (worker !== this.worker) return;
    this.drain();
    port.close();
    clearTimeout(this.deadline);
    const started = Atomics.load(this.signals, STARTED);
    const lost = [...this.routes.values()];
    this.routes.clear();
    this.away.clear();
    this.bytes = 0;
    [this.worker, this.port, this.ready, this.referenced] = [null, null, false, false];
    this.events.onLost(this, lost, started);
  }

  /** Start again, later each time. */
  again(start) {
    if (this.closed) return;
    const timer = setTimeout(() => !this.closed && this.worker === null && start(), this.delay);
    timer.unref();
    this.delay = Math.min(this.delay * 2, LONGEST_DELAY_MS);
  }

  close() {
    this.closed = true;
    if (this.worker !== null) this.worker.terminate();
  }
}

module.exports = { Lane, READY, ANSWERS };
