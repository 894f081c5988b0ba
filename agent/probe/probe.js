'use strict';
/**
 * One installed probe: its parts, its heartbeat, and the way out.
 *
 * In: the agent's port and token, the budget. Out: `face()`, the commands of the agent.
 */

const { EVENT, PROBE_SYMBOL, VERSION } = require('./abi.js');
const {
  CPU_CLOCK, NATIVES, clocks, cpuMicroseconds, idleMicroseconds, mine, now, rss, types,
} = require('./natives.js');
const { Gaps, said } = require('./gaps.js');
const { Budget, speed } = require('./budget.js');
const { timed } = require('./timing.js');
const { Words } = require('./describing.js');
const { Encoder, TEXT_BYTES } = require('./encoder.js');
const { Way } = require('./way.js');
const { Inspector, close } = require('./inspector.js');
const { Functions } = require('./functions.js');
const { Cells } = require('./cells.js');
const { Causes } = require('./causes.js');
const { Tracer } = require('./tracer.js');
const { facade } = require('./fx.js');
const { CLOCK_US, describe, lookup } = require('./prices.js');
const { Walk } = require('./walk.js');
const { Watch, paths } = require('./watch.js');
const { Twins } = require('./twins.js');
const { Requests } = require('./requests.js');

const WINDOW_MS = 100;
const REPORT_MS = 950; // at the first window after it: once a second, on a busy loop as well
const WINDOW_US = 20; // waking up for a window
const LAUNCHED_RUNS = 200;
const LONGEST_WINDOW_US = 1000;
const ASK_US = 150; // a question of the agent, beyond what answering takes
const MOST_MEMORY = 8 * 1024 * 1024;
const BLOCK = 64 * 1024;
const SILENCE_MS = 6000;
const LAST_MS = 1000;
const TURN_MS = 8; // what is begun in one turn for the agent

class Probe {
  constructor(config) {
    this.config = config;
    this.hold = { value: undefined };
    this.beatAt = now();
    this.late = []; // of each window since the last report
    this.words = new Words();
    this.budget = new Budget(config.overhead);
    this.gaps = new Gaps((ms) => {
      this.budget.install(ms * 1000);
      return this.tracer.alive;
    });
    this.way = this.connect(config);
    this.out = new Encoder((bytes) => this.send(bytes));
    this.functions = new Functions(this.out, () => this.way.behind(), {
      park: (f) => this.park(f),
      open: (f) => this.twins.open(f.ids),
      // An app that we start is observed from its first line on, which is when most is seen.
      start: this.way.relayed ? LAUNCHED_RUNS : undefined,
    });
    this.causes = new Causes(this.out);
    this.tracer = new Tracer(this.out, this.functions, new Cells(this.out), this.causes);
    this.fx = facade(this.tracer, {
      CLOCK_US, EVENT, Math, captured: lookup(), describe, freeze: Object.freeze, natives: NATIVES, now,
    });
    const stands = new WeakMap();
    this.walk = new Walk(this.hold, stands);
    this.twins = new Twins(this.fx, this.walk, stands, (seen) => {
      this.tracer.watch = seen;
    }, (id, [script, start]) => this.functions.twin(this.functions.get(script, start), id));
    this.causes.twins = this.twins.origins;
    this.inspector = new Inspector();
    this.watch = new Watch({
      walk: this.walk, tracer: this.tracer, twins: this.twins, stands,
      skip: [this, this.hold, this.way],
    });
    this.requests = new Requests(this.out, () => this.tracer.time());
    this.begin();
    this.first = this.early(config);
    this.reportedAt = now();
    this.dueAt = this.reportedAt + WINDOW_MS;
    this.timer = setInterval(() => this.window(), WINDOW_MS);
    this.timer.unref();
  }

  connect(config) {
    return new Way(config, {
      beat: () => {
        this.beatAt = now();
      },
      closed: () => this.leave('the agent went away'),
    });
  }

  begin() {
    const { out } = this;
    const { epoch, clock } = clocks(this.tracer.started);
    out.open(EVENT.START, 4, 64);
    out.int(VERSION);
    out.int(process.pid);
    out.int(epoch);
    out.int(clock);
    this.cpuAt = cpuMicroseconds();
  }

  send(bytes) {
    const before = now();
    this.way.send(bytes);
    this.functions.waiting = this.way.behind();
    this.tracer.spent += (now() - before) * 1000;
  }

  /** For an agent that fetches; the time that it takes is ours. */
  drain() {
    const before = now();
    const found = this.way.drain();
    this.tracer.spent += (now() - before) * 1000;
    return found;
  }

  /** Every 100 ms: send what there is, open the next bursts, look for the agent. */
  window() {
    const before = now();
    this.late.push(before - this.dueAt);
    this.dueAt = before + WINDOW_MS;
    const charged = this.tracer.spent + this.budget.installed;
    try {
      const { tracer, functions, out, budget } = this;
      budget.tick(tracer.spent);
      functions.tick(budget.purse, budget.most());
      tracer.spent += functions.swaps;
      functions.swaps = 0;
      if (before - this.reportedAt >= REPORT_MS) this.report();
      out.flush();
      this.way.tick();
      const { ttl } = this.config;
      if (ttl > 0 && now() - tracer.started > ttl * 1000) this.leave('its time (--ttl) is over');
      const share = budget.trouble();
      if (share > 0 && !this.way.relayed) this.leave(`it took ${share.toFixed(1)} % of the CPU, far more than --max-overhead`);
      if (this.memory() - this.tracer.texts.held > MOST_MEMORY) this.leave('its tables grew beyond 8 MB');
      if (tracer.alive && now() - this.beatAt > SILENCE_MS) this.suspect();
    } catch (error) {
      this.leave(`the probe failed: ${said(error)}`);
    }
    // The agent's questions interrupt any code, a window's too: that time is not its own.
    const known = this.tracer.spent + this.budget.installed - charged;
    const own = (now() - before) * 1000 - known;
    this.tracer.spent += Math.min(Math.max(0, own), LONGEST_WINDOW_US) + WINDOW_US;
  }

  /** A function is over its part: its twins leave their places until the next burst. */
  park(f) {
    const { functions, tracer, twins } = this;
    const stands = new Map();
    if (f.timing.wanted()) {
      for (const id of f.ids) {
        const stand = timed(twins.found(id).fn, () => tracer.spent, (took, value) => {
          try {
            if (!tracer.alive || !f.parked) return;
            if (functions.timed(f, took, types.isPromise(value))) return;
            for (const one of f.ids) twins.bare(one);
          } catch {} // it runs inside the app's call
        });
        stands.set(id, twins.dressed(id, stand));
      }
    }
    if (!twins.gathered(f.ids)) twins.park(f.ids, stands);
    else setImmediate(() => f.parked && tracer.alive && twins.park(f.ids, stands));
  }

  /** A long turn of the app also silences the agent: look again once sockets were read. */
  suspect() {
    setImmediate(() => {
      if (now() - this.beatAt > SILENCE_MS) this.leave('no sign of the agent for six seconds');
    });
  }

  report() {
    this.reportedAt = now();
    this.functions.report();
    this.tracer.blocks.report();
    const { out, tracer } = this;
    tracer.spent += this.watch.due();
    for (const ms of this.late) {
      out.open(EVENT.LATE, 1, 16);
      out.int(Math.max(0, Math.round(ms * 1000)));
    }
    this.late.length = 0;
    out.open(EVENT.COST, 5, 80);
    out.int(tracer.time());
    out.int(Math.round(tracer.spent + this.watch.spent));
    out.int(Math.max(0, cpuMicroseconds() - this.cpuAt));
    out.int(rss());
    out.int(idleMicroseconds());
  }

  /** A text of ours: what an error says was redacted when it was caught. */
  note(text) {
    this.out.open(EVENT.NOTE, 1, 16 + TEXT_BYTES);
    this.out.text(text);
  }

  /** Bytes of tables and of what waits for the agent. */
  memory() {
    return this.tracer.memory() + Math.min(this.way.behind(), MOST_MEMORY / 2) + BLOCK;
  }

  /** Work of installing: it is paid back with what observing may cost. */
  install(work) {
    const before = now();
    try {
      return work();
    } finally {
      this.budget.install((now() - before) * 1000);
    }
  }

  status() {
    const { tracer, budget } = this;
    tracer.spent += ASK_US;
    return {
      cpu: budget.used(), clock: CPU_CLOCK, installed: budget.installed, memory: this.memory(),
      ...this.functions.totals(), events: this.out.records, spent: tracer.spent,
      elapsed: now() - tracer.started, rss: rss(), faults: tracer.faults, fault: tracer.fault,
      behind: this.way.behind(),
    };
  }

  /** What was watched by a guess is these literals: the blocks go out when they may. */
  claim(list) {
    const { claimed, blocks } = this.watch.claim(list);
    const send = () => {
      for (const block of blocks) this.send(block);
    };
    // A command may have come in the middle of a write of ours to an open socket.
    if (this.way.kind() === '') send();
    else if (blocks.length > 0) this.gaps.later(send);
    return claimed;
  }

  /** Go on with the walk until it has something to tell. */
  steps(step, most) {
    return this.gaps.later(step, ({ done, fresh, again }) => done || fresh.length > 0 || again.length > 0, most);
  }

  /** The first round begins before the agent has asked for anything; 0 when it does not. */
  early(config) {
    if (config.walk === undefined) {
      this.gaps.later(() => this.words.read());
      return 0;
    }
    this.out.flush(); // what is fetched before a turn ends comes after it
    const [ms, most] = config.walk;
    let known = null;
    return this.steps(() => {
      const ends = now() + ms;
      this.words.read();
      if (known === null) ({ known } = this.watch.round());
      return { ...this.watch.step(ends - now(), true), known };
    }, most);
  }

  /** [command, arguments] each; as many in one turn as fit. */
  batch(list) {
    return this.gaps.some(list, TURN_MS, ([command, args]) => {
      try {
        return { value: command === 'make' ? this.twins.make(...args) : this.twins.resolve(...args) };
      } catch (error) {
        return { error: said(error) };
      }
    });
  }

  /**
   * Everything back as it was found. Once; never throws. `told`: the agent asked, and
   * says whether to `keep` the inspector open.
   */
  leave(why, told = false, keep = false) {
    const { tracer } = this;
    if (!tracer.alive) return;
    tracer.alive = false;
    clearInterval(this.timer);
    const parts = [
      () => this.functions.close(),
      () => this.inspector.stay(),
      () => this.twins.forget(),
      () => this.watch.forget(),
      () => this.requests.stop(),
      () => this.tracer.turns.stop(),
      () => this.tracer.leads.ends.stop(),
      () => this.walk.close(),
      () => {
        if (tracer.faults > 0) this.note(`${tracer.faults} faults in the probe: ${tracer.fault}`);
        this.report();
        this.note(`left: ${why}`); // the last word: before it everything was told
        this.out.flush();
      },
      () => this.way.end(told),
      () => this.way.whenEmpty(() => this.vanish(told, keep), LAST_MS),
    ];
    for (const part of parts) {
      try {
        part();
      } catch {} // each is independent of the others
    }
  }

  /** Our last trace in the process. */
  vanish(told, keep) {
    // Files that were rewritten at load go on asking for it.
    if (!this.way.relayed) delete globalThis[Symbol.for(PROBE_SYMBOL)];
    if (!this.config.close || keep) return;
    if (told) close();
    else this.inspector.closeAlone();
  }

  face() {
    const { gaps, hold, requests, twins, walk, watch, words } = this;
    return commands({
      version: VERSION,
      fx: this.fx,
      hold,
      words: () => words.told,
      speed: () => this.install(speed),
      status: () => this.status(),
      beat: () => {
        this.beatAt = now();
      },
      alive: () => now() - this.beatAt < SILENCE_MS,
      // A command may interrupt the app in the middle of its code: whatever looks around
      // or changes something waits for the end of the turn. Walking at once has killed
      // servers (SIGSEGV, Node 20 and 22, optimised code).
      walk: (internal) => gaps.later(() => walk.start(internal, [this, hold, this.way])),
      step: (ms, most) => gaps.later(() => ({
        done: walk.step(ms), objects: walk.objects, found: walk.list.length, capped: walk.capped,
      }), ({ done }) => done, most),
      enough: () => gaps.later(() => walk.close()),
      watch: commands({
        round: () => gaps.later(() => watch.round()),
        first: () => this.first,
        ready: (ms) => gaps.turned || this.install(() => watch.ready(ms)),
        claim: (list) => this.claim(list),
        drop: (ids, ms) => gaps.some(ids, ms, (id) => watch.drop(id)),
        step: (ms, most) => this.steps(() => watch.step(ms), most),
        wrap: (list, ms) => gaps.some(list, ms, (one) => watch.wrap(one)),
        extend: (ids, ms) => gaps.some(ids, ms, (id) => watch.extend(id)),
        compare: (names) => watch.compare(names),
        rest: () => gaps.later(() => watch.rest()),
        text: (id) => watch.text(id),
        paths: (from, most) => paths(from, most),
      }),
      told: (from, most) => gaps.later(() => walk.told(from, most)),
      function: (id) => twins.found(id).fn,
      called: () => [...twins.called],
      reached: () => twins.reached(),
      arm: (ids, on) => twins.arm(ids, on),
      take: (id, evaluator) => twins.take(id, evaluator),
      announce: (ids, ms) => gaps.some(ids, ms, (id) => twins.announce(id)),
      batch: (list) => this.batch(list),
      // Inside a command, code from strings is always allowed.
      makeNow: (...what) => this.install(() => twins.make(...what)),
      swap: (ms) => gaps.some(twins.waiting(), ms, (id) => twins.swap(id)),
      restore: (ids) => gaps.later(() => twins.restore(ids)),
      result: (ticket) => gaps.result(ticket),
      capture: (count) => requests.keep(count),
      way: () => this.way.kind(),
      // What the agent fetches until the socket is through: it needs no turn.
      early: () => ({ way: this.way.kind() || (gaps.turned ? 'turned' : ''), data: this.way.early() }),
      drain: () => this.drain(),
      move: () => this.inspector.move((url) => this.way.socket.text(url)),
      stay: () => this.inspector.stay(),
      leave: (why, keep) => {
        setImmediate(() => this.leave(why, true, keep));
      },
      abandon: (why) => this.leave(why),
    });
  }
}

/** What the agent calls: the lists that it gives are of the app's realm. */
function commands(table) {
  for (const [name, command] of Object.entries(table)) {
    if (typeof command === 'function') table[name] = (...given) => command(...given.map((one) => mine(one)));
  }
  return Object.freeze(table);
}

module.exports = { Probe };
