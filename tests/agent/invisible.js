'use strict';
/**
 * Look at functions as an app can: plain, or with stand-ins of the probe in their places.
 *
 * In: on stdin, one JSON object a line: `build` a program and find its functions, `stand`
 * something in their places, `look`, `leave`. Out: one JSON line for each.
 */

const readline = require('readline');
const vm = require('vm');
const { EventEmitter } = require('events');
const { Probe } = require('../../agent/probe/probe.js');

const SYMBOL = Symbol.for('fluxion.probe');
const EVENTS = { text: 'event', symbol: Symbol('event') };
const sink = { send() {}, behind: () => 0, open: () => true, end() {} };
let probe = null;
let built = null;

const commands = {
  build({ text, subjects }) {
    const log = [];
    const marker = { marked: true };
    const program = new vm.Script(text, { filename: '/app/program.js' }).runInThisContext();
    const { functions, evaluate } = program(log, marker);
    const places = subjects.map(({ place, event }, i) => put(functions[i], place, EVENTS[event]));
    globalThis.places = places.map(({ root }) => root);
    built = { log, marker, functions, evaluate, places, subjects };
    return null;
  },

  /** Walk from the places alone; where each subject was written. */
  find() {
    probe = new Probe({ transport: sink, overhead: 100, close: false });
    globalThis[SYMBOL] = probe.face();
    probe.walk.start([], [probe]);
    const mine = new Set(built.functions.map((fn) => probe.walk.looker.describe(fn).script));
    probe.walk.builtins = { own: (script) => !mine.has(script) };
    probe.walk.phases = [{ label: 'global', values: () => [['places', globalThis.places]] }];
    while (!probe.walk.step(1000));
    return built.functions.map((fn) => {
      const found = probe.walk.functions.get(fn);
      return found === undefined
        ? null
        : { id: found.id, line: found.line, column: found.column, isClass: found.isClass };
    });
  },

  /** Twins where Python wrote one, in every place that holds the original. */
  twins({ twins, closed }) {
    const made = twins.filter(({ id, text, hoisted }) => {
      probe.twins.taken.set(id, built.evaluate);
      probe.twins.make(id, text, hoisted, new Map());
      return true;
    });
    const held = probe.twins.waiting().map((id) => probe.twins.swap(id));
    if (closed) probe.tracer.alive = false;
    return { made: made.length, held: held.filter(([, slots]) => slots > 0).length };
  },

  /** What announces calls, in every place. */
  heralds({ ids }) {
    return { held: ids.map((id) => probe.twins.announce(id)).filter(([, slots]) => slots > 0).length };
  },

  /** What counts and times calls, in every place. */
  watches({ ids }) {
    probe.watch.exports = new WeakSet();
    const held = ids.map((id, i) => probe.watch.wrap([id, 1, i + 1]));
    return { held: held.filter(([, places]) => places > 0).length };
  },

  async look() {
    const told = [];
    for (let i = 0; i < built.places.length; i += 1) {
      try {
        told.push(await built.places[i].look(built.functions[i]));
      } catch (error) {
        told.push(`look: ${error && error.stack}`);
      }
    }
    return { told, log: built.log.map(show), faults: probe === null ? '' : probe.tracer.fault };
  },

  /** Everything back: does every place hold the original again? */
  leave() {
    if (probe !== null) {
      probe.tracer.alive = true;
      probe.leave('done');
    }
    probe = null;
    delete globalThis[SYMBOL];
    delete globalThis.places;
    return built.places.map(({ held }, i) => held() === built.functions[i]);
  },
};

/** Put a function somewhere; how the place is looked at. */
function put(fn, place, event) {
  const root = { own: 'root' };
  const direct = (get) => ({
    root, held: get, look: async () => ({ ...describe(get()), calls: await calls(get(), root) }),
  });
  switch (place) {
    case 'property':
      root.f = fn;
      return direct(() => root.f);
    case 'element':
      root.list = ['before', fn, 'after'];
      return direct(() => root.list[1]);
    case 'entry':
      root.map = new Map([['key', fn]]);
      return direct(() => root.map.get('key'));
    case 'member':
      root.set = new Set(['before', fn, 'after']);
      return direct(() => [...root.set][1]);
    case 'bound': {
      const bound = fn.bind({ bound: 'this' }, 'given');
      root.f = bound;
      return { ...direct(() => root.f), held: () => (root.f === bound ? fn : null) };
    }
    case 'getter':
      Object.defineProperty(root, 'g', { get: fn, configurable: true, enumerable: true });
      return {
        root,
        held: () => Object.getOwnPropertyDescriptor(root, 'g').get,
        look: async () => [
          describe(Object.getOwnPropertyDescriptor(root, 'g').get),
          await outcome(() => root.g, root), Object.keys(root),
        ],
      };
    default:
      return listener(fn, place, event, root);
  }
}

/** A function whose scopes do not lead a walk to this file. */
function elsewhere(text) {
  return new vm.Script(text).runInThisContext();
}

function listener(fn, method, event, root) {
  const captures = method === 'capture';
  const emitter = new EventEmitter({ captureRejections: captures });
  root.emitter = emitter;
  const other = elsewhere("() => 'other'");
  emitter.on(event, other);
  emitter[captures ? 'on' : method](event, fn);
  const errors = [];
  emitter.on('error', elsewhere('(errors) => (error) => { errors.push(error); }')(errors));
  const once = method.endsWith('nce');
  const index = method.startsWith('prepend') ? 0 : 1;
  const order = () => emitter.listeners(event).map((one) => (one === fn ? 'it' : one === other ? 'other' : '?'));
  const look = async () => {
    const told = [describe(emitter.listeners(event)[index]), order(), emitter.rawListeners(event).length];
    told.push(emitter.listenerCount(event), emitter.eventNames().map(String));
    told.push(await outcome(() => emitter.emit(event, 'a', 2), root));
    told.push(order(), emitter.listenerCount(event));
    await new Promise(setImmediate);
    told.push(errors.splice(0).map((error) => show(error, root)));
    if (once) emitter[method](event, fn);
    emitter.on(event, fn);
    told.push(order());
    emitter.off(event, fn);
    told.push(order());
    emitter.removeListener(event, fn);
    told.push(order(), emitter.listenerCount(event));
    emitter.removeAllListeners(event);
    emitter.on(event, other);
    emitter[captures ? 'on' : method](event, fn);
    return told;
  };
  return { root, look, held: () => emitter.listeners(event)[index] };
}

/** What an app can see of a function without calling it. */
function describe(fn) {
  const keys = Reflect.ownKeys(fn);
  const proto = Object.getPrototypeOf(fn);
  const each = [];
  for (const key in fn) each.push(key);
  return {
    type: typeof fn, name: show(fn.name), length: show(fn.length), text: `${fn}`, said: fn.toString(),
    keys: keys.map(String),
    descriptors: keys.map((key) => {
      const found = Object.getOwnPropertyDescriptor(fn, key);
      return 'value' in found ? { ...found, value: show(found.value) } : Object.keys(found).join();
    }),
    values: keys.filter((key) => key !== 'caller' && key !== 'arguments').map((key) => show(fn[key])),
    enumerable: Object.keys(fn), each, spread: Object.keys({ ...fn }), json: JSON.stringify({ fn }),
    frozen: Object.isFrozen(fn), sealed: Object.isSealed(fn), extensible: Object.isExtensible(fn),
    constructor: fn.constructor.name, proto: proto.constructor.name, callable: fn instanceof Function,
    prototype: built.functions.findIndex((one) => one.prototype === fn.prototype),
    listener: show(fn.listener),
  };
}

const SELVES = [undefined, null, 5, 'text', { a: 1 }];

async function calls(fn, root) {
  const told = [];
  for (const self of SELVES) told.push(await outcome(() => Reflect.apply(fn, self, ['x', 2, { y: 3 }]), self));
  told.push(await outcome(() => fn(), undefined));
  told.push(await outcome(() => fn.call(root, 1, undefined), root));
  told.push(await outcome(() => new fn(1, 2), root));
  told.push(await outcome(() => Reflect.construct(fn, [1], class Other {}), root));
  return told;
}

async function outcome(work, self) {
  try {
    return ['returned', await settle(work(), self)];
  } catch (error) {
    return ['threw', show(error, self)];
  }
}

async function settle(value, self) {
  if (value instanceof Promise) {
    try {
      return ['resolved', show(await value, self)];
    } catch (error) {
      return ['rejected', show(error, self)];
    }
  }
  if (value !== null && typeof value === 'object' && typeof value.next === 'function') {
    const steps = [];
    try {
      for (let i = 0; i < 5; i += 1) {
        const { done, value: step } = await value.next(i);
        steps.push([done, show(step, self)]);
        if (done) break;
      }
    } catch (error) {
      steps.push(show(error, self));
    }
    return ['steps', value[Symbol.toStringTag], steps];
  }
  return show(value, self);
}

/** A value as text that tells identities apart. */
function show(value, self) {
  if (typeof value === 'symbol') return String(value);
  if (typeof value === 'function') {
    const at = built === null ? -1 : built.functions.indexOf(value);
    return at < 0 ? `function ${value.name}` : `subject ${at}`;
  }
  if (typeof value !== 'object' || value === null) return Object.is(value, undefined) ? 'undefined' : value;
  if (built !== null && value === built.marker) return 'marker';
  if (value === globalThis) return 'global';
  if (value === self) return 'self';
  // V8 quotes the function's text there, whatever its toString says.
  if (value instanceof TypeError && value.message.endsWith('not a constructor')) return 'TypeError';
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (value instanceof Number || value instanceof String) return `boxed ${value}`;
  return `${value.constructor && value.constructor.name} ${JSON.stringify(value)}`;
}

process.on('unhandledRejection', () => {});
readline.createInterface({ input: process.stdin }).on('line', async (line) => {
  const { command, ...given } = JSON.parse(line);
  let answer;
  try {
    answer = { value: await commands[command](given) };
  } catch (error) {
    answer = { error: String(error && error.stack) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
});
