'use strict';
/**
 * What an activation reads and writes: properties, variables, items, and values that come
 * from elsewhere.
 *
 * In: objects and keys as traced code uses them. Out: READ and WRITE records of the tracer
 * for what others can reach, and names for what is met there.
 */

const { CELL_KIND, EVENT } = require('./abi.js');
const { MOST_KEYS, all, arrival, items } = require('./effects.js');
const { isObject, nameOf, types } = require('./natives.js');
const { Taking } = require('./taking.js');

class Touches {
  constructor(tracer) {
    this.tracer = tracer;
    this.cells = tracer.cells;
    this.accessors = tracer.accessors;
    this.taking = new Taking(tracer, this);
  }

  touch(code, activation, site, object, key, value) {
    this.tracer.site = site;
    const { cells } = this;
    if (key === 'buffer' && cells.opens(object)) this.tracer.unseen(activation, site, 'memory of others');
    if (!isObject(object)) {
      if (object !== undefined && object !== null) this.accessors.primitive(code, activation, site, object, key);
      return;
    }
    const proxy = types.isProxy(object);
    if (proxy) {
      this.tracer.unseen(activation, site, 'Proxy');
    } else if (key !== '*') {
      if (typeof key !== 'number' || !ArrayBuffer.isView(object)) this.accessors.along(code, activation, site, object, key);
    } else if (code === EVENT.READ) this.accessors.all(activation, site, object, MOST_KEYS);
    let base = cells.of(object);
    if (base === 0 || typeof key === 'number') {
      base = cells.base(object) || this.shared(activation, code, object, value);
      if (base === 0) return;
    }
    if (!proxy && key === '*') {
      all(this.tracer, { activation, site, text: 'too many keys' }, code, object, base);
      return;
    }
    if (isObject(key)) this.tracer.unseen(activation, site, 'a key that is an object');
    const cell = cells.place(base, object, key);
    cells.call(value, cell);
    this.tracer.effect(code, activation, site, cell, object, cells.item(key));
  }

  /** A function is there for others: one that nobody has named has its own name. */
  shared(activation, code, object, value) {
    if (typeof object !== 'function' || (code === EVENT.READ && typeof value !== 'object')) return 0;
    this.came(activation, this.tracer.site, nameOf(object) || 'function', object);
    return this.cells.of(object);
  }

  /** An object came in by a way on which it could not be named. */
  came(activation, site, how, value) {
    this.tracer.site = site;
    if (!isObject(value) || this.cells.of(value) !== 0) return;
    const f = this.tracer.owner(activation);
    if (f === null) this.tracer.opaque(activation, site, 'a value, long after');
    else arrival(this.cells, f, how, value);
  }

  items(activation, site, object, waits, pattern) {
    this.tracer.site = site;
    const how = waits === 1 ? Symbol.asyncIterator : Symbol.iterator;
    const call = { activation, site, args: [], text: 'an iterator' };
    if (waits === 1) this.tracer.leads.promises.loop(activation, object);
    items(this.tracer, call, object, how);
    if (pattern !== undefined) this.taking.each(call, object, pattern);
  }

  capture(code, activation, site, name, declared, value) {
    this.tracer.site = site;
    const { cells } = this;
    const f = this.tracer.owner(activation);
    if (f === null) {
      this.tracer.opaque(activation, site, 'a captured variable, long after');
      return;
    }
    const kind = declared < 0 ? CELL_KIND.global : CELL_KIND.capture;
    const cell = cells.root(kind, name, declared < 0 ? 0 : f.script, declared < 0 ? 0 : declared);
    cells.call(value, cell);
    this.tracer.effect(code, activation, site, cell);
  }
}

module.exports = { Touches };
