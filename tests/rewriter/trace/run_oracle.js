/**
 * Run traced programs beside an oracle, and tell what changed that nobody reported.
 *
 * In: JSON on stdin: {probe, programs: [{name, text}]}. `probe`: the folder of the probe.
 * Out: one JSON line each: how much was compared, and what was missed. The oracle takes a
 * deep snapshot wherever an activation begins, ends, waits or goes on; whatever differs
 * from the snapshot before must be among the WRITE records of who ran in between, or one
 * of them must have said that something is unknown. The budget is open: it is not what is
 * tested here.
 */
'use strict';

const { createRequire } = require('node:module');
const util = require('node:util');
const { builtIn, changes, snapshot } = require('./snapshots.js');
const { KINDS, load } = require('./tracing.js');

const DEEPEST = 300; // hooked runs under way at once; what goes further goes on without end

const known = builtIn();
const globals = new Set(Reflect.ownKeys(globalThis));
let unhandled = () => {};
process.on('unhandledRejection', (error) => unhandled('unhandled', String(error)));
process.on('uncaughtException', (error) => unhandled('uncaught', String(error)));

class Oracle {
  constructor(probe) {
    Object.assign(this, probe);
    this.looking = false;
    this.peeks = [];
    this.under = []; // activations under way, the innermost last
    this.count = 0;
    this.at = 0; // records that were looked at
    this.cellOf = new Map(); // `base key` -> cell
    this.rooted = new Map(); // name -> cells of variables
    this.writes = new Map(); // activation -> cells
    this.unknown = new Map(); // activation -> reasons
    this.entered = new Set();
    this.named = new Set();
    this.last = new Map();
    this.now = { writes: new Set(), unknown: false, entered: 0 };
    this.told = { activations: 0, hooked: 0, segments: 0, places: 0, excused: 0, alone: 0, deep: 0, missed: [] };
    const { fx } = this;
    const asked = (call) => (...args) => (this.looking ? 0 : call(...args));
    this.face = { ...fx, enter: asked(fx.enter), around: asked(fx.around), made: asked(fx.made), call: asked(fx.call) };
  }

  /** What a program knows as `$h`: its accessors are no effects of the program, and look like what reports. */
  hooks() {
    const oracle = this;
    return {
      set p(peek) { /* $x_fx.enter( */
        oracle.peeks.push(peek);
      },
      get a() { /* $x_fx.enter( */
        return oracle.activation();
      },
    };
  }

  activation() {
    const oracle = this;
    const own = { number: 0, roots: [], old: null };
    return {
      set i(values) { /* $x_fx.enter( */
        oracle.step();
        own.number = oracle.now.entered;
        oracle.named.add(own.number);
        oracle.told.hooked += 1;
        own.roots = values;
        oracle.under.push(own);
        if (oracle.under.length > DEEPEST) oracle.told.deep = 1;
        oracle.look();
        own.old = oracle.last;
      },
      set o(_) { /* $x_fx.enter( */
        oracle.step();
        oracle.leave(own);
        own.roots = [];
      },
      set c(_) { /* $x_fx.enter( */
        oracle.step();
      },
      set s(_) { /* $x_fx.enter( */
        oracle.step();
        oracle.leave(own);
      },
      set r(_) { /* $x_fx.enter( */
        oracle.step();
        oracle.under.push(own);
      },
    };
  }

  leave(own) {
    const at = this.under.lastIndexOf(own);
    if (at >= 0) this.under.splice(at, 1);
  }

  /** Read what the tracer said since the last time. */
  read() {
    const { EVENT, out } = this;
    const now = (this.now = { writes: new Set(), unknown: false, entered: 0 });
    for (; this.at < out.list.length; this.at += 1) {
      const [code, ...fields] = out.list[this.at];
      if (code === EVENT.CELL) this.cell(fields);
      else if (code === EVENT.ENTER) {
        now.entered = fields[1];
        this.entered.add(fields[1]);
      } else if (code === EVENT.EXIT) now.entered = 0;
      else if (code === EVENT.WRITE) {
        now.writes.add(fields[2]);
        entry(this.writes, fields[0]).add(fields[2]);
      } else if (code === EVENT.OPAQUE) {
        now.unknown = true;
        entry(this.unknown, fields[0]).add(fields[2]);
      }
    }
  }

  cell([cell, kind, base, key]) {
    if (KINDS[kind] === 'property') this.cellOf.set(`${base} ${key}`, cell);
    else if (KINDS[kind] === 'capture' || KINDS[kind] === 'global') entry(this.rooted, key).add(cell);
  }

  look() {
    if (this.told.deep > 0) return;
    this.looking = true;
    this.variables = new Map();
    const roots = [];
    this.peeks.forEach((peek, at) => {
      const values = peek();
      for (const name of Object.keys(values)) this.variables.set(`${at} ${name}`, [values[name], nameOf(values, name)]);
      roots.push(...Object.values(values));
    });
    for (const name of Reflect.ownKeys(globalThis)) {
      if (globals.has(name)) continue;
      const own = Reflect.getOwnPropertyDescriptor(globalThis, name);
      this.variables.set(`global ${String(name)}`, [own.value, typeof name === 'symbol' ? `@@${name.description}` : name.replace(/^\d+$/, '[]')]);
      roots.push(own.value);
    }
    for (const own of this.under) roots.push(...own.roots);
    this.looking = false;
    this.last = snapshot(roots, known);
  }

  /** Everything that changed since the last step must have been told. */
  step() {
    this.read();
    const { last, variables, under } = this;
    const own = under.at(-1);
    this.look();
    if (own === undefined || variables === undefined || this.told.deep > 0) return;
    if (under.every(({ number }) => number === 0)) {
      this.told.alone += 1; // a function that is listed as left alone, and nobody around it
      return;
    }
    this.told.segments += 1;
    for (const [object, place] of changes(last, this.last, own.old)) {
      this.compare(own, this.cellsOf(object, place), () => `${describe(object)} ${String(place)}`);
    }
    for (const [id, [value, name]] of this.variables) {
      const was = variables.get(id);
      if (was === undefined ? !id.startsWith('global ') : Object.is(was[0], value)) continue;
      this.compare(own, [...(this.rooted.get(name) || [])], () => `variable ${String(name)}`);
    }
  }

  compare(own, cells, describe) {
    const { told, now } = this;
    told.places += 1;
    const mine = this.writes.get(own.number);
    if (cells.some((cell) => now.writes.has(cell) || (mine !== undefined && mine.has(cell)))) return;
    if (now.unknown || this.excuses(own)) told.excused += 1;
    else told.missed.push(`${own.number}: ${describe()} before ${this.tracer.site}`);
  }

  /** The run itself, or, where it could not be traced, who called it, said: unknown. */
  excuses(own) {
    for (let at = this.under.lastIndexOf(own); at >= 0; at -= 1) {
      const { number } = this.under[at];
      if (this.unknown.has(number)) return true;
      if (number !== 0) return false;
    }
    return false;
  }

  /** The cells that a change of this place is reported as. */
  cellsOf(object, place) {
    const { cells } = this;
    const name = cells.of(object);
    if (name === 0) return [];
    if (place === 'extensible') return [this.cellOf.get(`${name} *`)].filter(Boolean);
    return [this.cellOf.get(`${name} ${keyOf(object, place)}`)].filter(Boolean);
  }
}

/** An accessor or flag is a change of the property; elements, entries, bytes are contents. */
function keyOf(object, place) {
  if (typeof place === 'symbol') return `@@${place.description || ''}`;
  const key = place.replace(/^(?:set|flags) /, '').replace(/^Symbol\((.*)\)$/, '@@$1');
  if (/^(?:entry|key) \d+$|^time$|^\d+$/.test(key)) return '[]';
  return key === 'length' && Array.isArray(object) ? '[]' : key;
}

function nameOf(values, name) {
  return Array.isArray(values) ? values.names?.[name] ?? '' : name;
}

function entry(table, key) {
  let found = table.get(key);
  if (found === undefined) table.set(key, (found = new Set()));
  return found;
}

function describe(object) {
  return util.types.isProxy(object) ? 'Proxy' : `${Object.prototype.toString.call(object)} {${Reflect.ownKeys(object).map(String).join()}}`;
}

async function run(make, { name, text }) {
  const oracle = new Oracle(make());
  globalThis[Symbol.for('fluxion.probe')] = { fx: oracle.face };
  globals.add(Symbol.for('fluxion.probe'));
  const logged = [];
  const log = (...values) => logged.push(util.format(...values));
  unhandled = log;
  const program = { exports: {} };
  try {
    const wrapped = new Function('exports', 'require', 'module', '__filename', '__dirname', '$out', '$h', text);
    wrapped.call(program.exports, program.exports, createRequire(__filename), program, `/programs/${name}.js`,
      '/programs', { set line(values) { /* $x_fx.enter( */ log(...values); } }, oracle.hooks());
    await new Promise((resolve) => setTimeout(resolve, 3));
  } catch (error) {
    log('uncaught', String(error));
  }
  oracle.read();
  const { told, tracer, unknown, entered } = oracle;
  tracer.alive = false;
  const reasons = {};
  for (const texts of unknown.values()) for (const one of texts) reasons[one] = (reasons[one] || 0) + 1;
  for (const key of Reflect.ownKeys(globalThis)) if (!globals.has(key)) delete globalThis[key];
  const counted = { activations: entered.size, blind: [...oracle.named].filter((one) => unknown.has(one)).length, unknown: [...unknown.keys()].filter((one) => one > 0).length, writes: [...oracle.writes.values()].reduce((sum, set) => sum + set.size, 0) };
  return { name, ...told, ...counted, reasons, logged, faults: tracer.faults, fault: tracer.fault };
}

(async () => {
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  const { probe, programs } = JSON.parse(Buffer.concat(chunks));
  const make = load(probe);
  for (const program of programs) console.log(JSON.stringify(await run(make, program)));
  process.stdout.write('', () => process.exit(0)); // once everything is written
})();
