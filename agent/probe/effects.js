'use strict';
/**
 * What a call does to its receiver and arguments, where that is known; that nobody knows,
 * where it is not.
 *
 * In: a call that traced code is about to make, and what it returned. Out: READ and WRITE
 * records for the built-in functions of table.js, and names for what they return of
 * others; OPAQUE for everything else that reports nothing itself.
 */

const { EVENT } = require('./abi.js');
const { silent } = require('./accessors.js');
const { entryOf, harmless } = require('./known.js');
const {
  apply, inherited, isExtensible, isObject, own, ownKeys, textOf, types,
} = require('./natives.js');
const { implied, stepper } = require('./implied.js');
const { after, arrival, bounds, inside, iterators, told } = require('./returned.js');

const { isFrozen } = Object;
const MOST_KEYS = 200;
const MOST_ITEMS = 1000;
const flag = (name) => {
  const getter = Object.getOwnPropertyDescriptor(RegExp.prototype, name).get;
  return (value) => types.isRegExp(value) && apply(getter, value, []);
};
const [isGlobal, isSticky] = [flag('global'), flag('sticky')];

/** Report what this call will do; what `after` needs to know, or null. */
function before(tracer, call) {
  const { callee } = call;
  if (typeof callee !== 'function') {
    if (call.text === 'super') tracer.unseen(call.activation, call.site, 'super');
    return null;
  }
  const entry = entryOf(callee);
  if (entry.kind !== 'known') {
    const bound = entry.kind === 'native' ? bounds.get(callee) : undefined;
    if (bound !== undefined) {
      return redirected(tracer, call, bound.target, bound.self, [...bound.args, ...call.args]);
    }
    if (entry.kind !== 'traced') tracer.unseen(call.activation, call.site, call.text);
    return entry.kind === 'traced' && entry.rule === '' ? null : entry;
  }
  if (entry.checks !== '') implied(tracer, call, entry, items);
  if (entry.pure && !entry.calls) return null;
  if (entry.calls) callbacks(tracer, call, 4);
  if (entry.later > 0) callbacks(tracer, call, entry.later);
  if (entry.rule !== '') return RULES[entry.rule](tracer, call, entry);
  act(tracer, call, entry);
  return entry.result === '' ? null : entry;
}

/** A function that is given and that will be called tells what it does, or nobody does. */
function callbacks(tracer, { activation, site, args, text }, most) {
  for (let i = 0; i < args.length && i < most; i += 1) {
    if (typeof args[i] !== 'function') continue;
    if (!silent(args[i])) tracer.unseen(activation, site, text);
  }
}

function redirected(tracer, call, callee, self, args, depth = 0) {
  const next = { ...call, callee, self, args, depth: (call.depth || 0) + 1 };
  if (typeof callee !== 'function' || next.depth > 5) {
    tracer.unseen(call.activation, call.site, call.text);
    return null;
  }
  const entry = before(tracer, next);
  if (entry !== null) Object.assign(call, { callee, self, args });
  return entry;
}

/** The reads and writes that a row lists. */
function act(tracer, call, entry) {
  let kept = 0;
  for (const part of entry.reads) {
    each(part, call, (object) => {
      const cell = use(tracer, call, EVENT.READ, object, part.key, entry.keyed);
      // Before a callback is given them, and calls them its arguments.
      if (entry.calls && cell !== 0 && part.key === '') inside(object, (one) => tracer.cells.call(one, cell), 1);
    });
  }
  for (const part of entry.writes) {
    each(part, call, (object) => {
      kept = use(tracer, call, EVENT.WRITE, object, part.key, entry.keyed) || kept;
    });
  }
  if (entry.looks && isObject(call.args[0])) tracer.accessors.all(call.activation, call.site, call.args[0], MOST_KEYS);
  if (entry.keeps && kept !== 0) keep(tracer, call.args, kept);
}

function each({ target, more }, { self, args }, body) {
  if (target < 0) body(self);
  else for (let i = target; i < (more ? args.length : target + 1); i += 1) body(args[i]);
}

/** What is given to something named can be met there: also the value of a descriptor. */
function keep(tracer, args, cell) {
  for (let i = 0; i < args.length && i < MOST_ITEMS; i += 1) {
    tracer.cells.call(args[i], cell);
    if (isObject(args[i])) tracer.cells.call(own(args[i], 'value'), cell);
  }
}

/** One read or write of `object`; the cell, 0 when it is nobody else's. `keyed`: of one entry of a Map. */
function use(tracer, call, code, object, key, keyed = false) {
  if (!isObject(object)) return 0;
  const { cells } = tracer;
  const base = cells.base(object);
  if (base === 0) return 0;
  if (types.isProxy(object)) {
    tracer.unseen(call.activation, call.site, call.text);
    return 0;
  }
  if (code === EVENT.WRITE && isFixed(object)) return 0;
  if (key === '*') return all(tracer, call, code, object, base);
  const name = typeof key === 'number' ? call.args[key] : key === '' ? 0 : key;
  if (isObject(name)) tracer.unseen(call.activation, call.site, call.text);
  const cell = cells.place(base, object, name);
  if (key !== '' && !isObject(name)) cells.call(own(object, name), cell);
  const item = key !== '' ? cells.item(name) : keyed ? cells.entry(call.args[0]) : 0;
  tracer.effect(code, call.activation, call.site, cell, item < 0 ? undefined : object, Math.max(0, item));
  return cell;
}

/** Writing to a frozen object does nothing; what has contents of its own cannot be frozen. */
function isFixed(object) {
  if (isExtensible(object) || ArrayBuffer.isView(object) || types.isAnyArrayBuffer(object)) return false;
  return !types.isMap(object) && !types.isSet(object) && !types.isDate(object) && isFrozen(object);
}

/** Every own property; what their values are called is left to whoever gets them. */
function all(tracer, { activation, site, text }, code, object, base) {
  const { cells } = tracer;
  const keys = ownKeys(object);
  if (keys.length > MOST_KEYS) tracer.unseen(activation, site, text);
  let cell = cells.child(base, '*');
  tracer.effect(code, activation, site, cell);
  for (let i = 0; i < keys.length && i < MOST_KEYS; i += 1) {
    cell = cells.place(base, object, keys[i]);
    cells.call(own(object, keys[i]), cell);
    tracer.effect(code, activation, site, cell, object, cells.item(keys[i]));
  }
  return cell;
}

const RULES = {
  /** A generator that will report is made. */
  makes: (tracer, call, entry) => entry,
  generator(tracer, call, entry) {
    if (!told.has(call.self)) tracer.unseen(call.activation, call.site, call.text);
    act(tracer, call, entry);
    return entry;
  },
  promise: (tracer, call, entry) => entry,
  resolvers: (tracer, call, entry) => entry,
  assign(tracer, call) {
    const [target, ...from] = call.args;
    for (const source of from) {
      if (typeof source === 'string' && source !== '') use(tracer, call, EVENT.WRITE, target, '0');
      if (!isObject(source)) continue;
      tracer.accessors.all(call.activation, call.site, source, MOST_KEYS);
      use(tracer, call, EVENT.READ, source, '*');
      for (const key of types.isProxy(source) ? [] : ownKeys(source)) {
        if (isObject(target)) tracer.accessors.used(EVENT.WRITE, call.activation, call.site, target, key);
        const cell = use(tracer, call, EVENT.WRITE, target, key);
        if (cell !== 0) tracer.cells.call(own(source, key), cell);
      }
    }
    return null;
  },
  define(tracer, call) {
    const [target, given] = call.args;
    if (!isObject(given)) return null;
    tracer.accessors.all(call.activation, call.site, given, MOST_KEYS);
    use(tracer, call, EVENT.READ, given, '*');
    for (const key of types.isProxy(given) ? [] : ownKeys(given)) {
      const cell = use(tracer, call, EVENT.WRITE, target, key);
      const descriptor = own(given, key);
      if (isObject(descriptor)) tracer.cells.call(own(descriptor, 'value'), cell);
    }
    return null;
  },
  create(tracer, call) {
    const given = call.args[1];
    if (!isObject(given)) return null;
    const base = tracer.cells.base(given);
    use(tracer, call, EVENT.READ, given, '*');
    if (base !== 0 && !types.isProxy(given)) {
      for (const key of ownKeys(given)) {
        const descriptor = own(given, key);
        if (isObject(descriptor)) tracer.cells.call(own(descriptor, 'value'), tracer.cells.child(base, key));
      }
    }
    return null;
  },
  set(tracer, call) {
    const { args } = call;
    if (isObject(args[0])) tracer.accessors.used(EVENT.WRITE, call.activation, call.site, args[0], args[1]);
    const cell = use(tracer, call, EVENT.WRITE, args.length > 3 ? args[3] : args[0], 1);
    tracer.cells.call(args[2], cell);
    return null;
  },
  matches(tracer, call) {
    use(tracer, call, EVENT.READ, call.self, 'lastIndex');
    if (isGlobal(call.self) || isSticky(call.self)) use(tracer, call, EVENT.WRITE, call.self, 'lastIndex');
    return null;
  },
  matched(tracer, call) {
    const pattern = call.args[0];
    if (isGlobal(pattern) || isSticky(pattern)) use(tracer, call, EVENT.WRITE, pattern, 'lastIndex');
    return null;
  },
  call: (tracer, call) => redirected(tracer, call, call.self, call.args[0], call.args.slice(1)),
  applied: (tracer, call) => spreading(tracer, call, call.self, call.args[0], call.args[1]),
  apply: (tracer, call) => spreading(tracer, call, call.args[0], call.args[1], call.args[2]),
  construct: (tracer, call) => spreading(tracer, call, call.args[0], undefined, call.args[1]),
  bind(tracer, call, entry) {
    return { ...entry, bound: { target: call.self, self: call.args[0], args: call.args.slice(1) } };
  },
};

/** A call whose arguments stand in a list. */
function spreading(tracer, call, callee, self, list) {
  if (!isObject(list)) return redirected(tracer, call, callee, self, []);
  use(tracer, call, EVENT.READ, list, '');
  const length = types.isProxy(list) ? undefined : own(list, 'length');
  if (typeof length !== 'number' || length > MOST_ITEMS) {
    tracer.unseen(call.activation, call.site, call.text);
    return null;
  }
  const args = [];
  const base = tracer.cells.base(list);
  for (let i = 0; i < length; i += 1) {
    args[i] = own(list, i);
    if (base !== 0) tracer.cells.call(args[i], tracer.cells.child(base, 0));
  }
  return redirected(tracer, call, callee, self, args);
}

/** `for (x of object)`, `[...object]`, `[x] = object`: whose code runs, and what it reads. */
function items(tracer, call, object, how) {
  if (!isObject(object)) return;
  const { cells } = tracer;
  if (types.isProxy(object)) {
    tracer.unseen(call.activation, call.site, 'Proxy');
    return;
  }
  const waits = how === Symbol.asyncIterator;
  const method = inherited(object, how) || (waits ? inherited(object, Symbol.iterator) : undefined);
  const entry = typeof method === 'function' ? entryOf(method) : null;
  if (entry === null || (entry.kind !== 'traced' && entry.kind !== 'known')) {
    if (method !== undefined) tracer.unseen(call.activation, call.site, 'an iterator of others');
    return;
  }
  if (entry.kind === 'traced') {
    const { activation, site } = call;
    if (entry.rule !== 'makes') tracer.iterating = { activation, site, height: tracer.stack.length };
    return;
  }
  if (entry.result === 'i') {
    const base = cells.base(object);
    if (base === 0) return;
    const cell = cells.place(base, object, 0);
    tracer.effect(EVENT.READ, call.activation, call.site, cell, object);
    if (!ArrayBuffer.isView(object) && !inside(object, (one) => cells.call(one, cell), 1)) {
      tracer.unseen(call.activation, call.site, 'too many items');
    }
    return;
  }
  const next = inherited(object, 'next');
  if (typeof next !== 'function') return;
  if (!iterators.has(object) && !told.has(object)) {
    tracer.unseen(call.activation, call.site, 'an iterator from before');
  }
  before(tracer, { ...call, callee: next, self: object, args: [], text: 'an iterator' });
}

/**
 * The functions that a promise gives to its executor settle it, and do nothing else: if
 * what is entered, a closure of `f`, is the executor itself, which the promise calls once.
 */
function settlers(tracer, mark, f, closure, args) {
  if (mark.settled) return;
  const executor = mark.args[0];
  const itself = typeof closure === 'function' ? closure === executor :
    typeof executor === 'function' && textOf(executor).includes(`_fx.enter(${f.script},${f.start},`);
  if (!itself) return;
  mark.settled = true;
  mark.fate = tracer.leads.promises.settlers(args[0], args[1]);
  for (let i = 0; i < args.length && i < 2; i += 1) harmless(args[i]);
}

module.exports = { MOST_KEYS, after, all, arrival, before, items, settlers, stepper };
