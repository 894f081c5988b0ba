'use strict';
/**
 * What a destructuring pattern took out of an object.
 *
 * In: the object, and the pattern as JSON: `{"p": 1}` or `[1]` for properties and
 * items, nested; 1 is a target, 0 an item that is passed over, the key `...` the rest.
 * Out: READ records, and names for the parts that are objects. Looks at data only: what a
 * getter gave is unknown.
 */

const { EVENT } = require('./abi.js');
const { MOST_KEYS, all, items } = require('./effects.js');
const { entries } = require('./returned.js');
const { inherited, isObject, own, types } = require('./natives.js');

const MOST_PATTERNS = 5000;
const MOST_ITEMS = 1000;

/** Does a pattern look into what an iterator hands out? */
function deep(pattern) {
  return !Array.isArray(pattern) || pattern.some((part) => typeof part === 'object');
}

class Taking {
  constructor(tracer, touches) {
    this.tracer = tracer;
    this.touches = touches;
    this.patterns = new Map();
  }

  took(activation, site, object, text) {
    this.tracer.site = site;
    this.take({ activation, site, args: [], text: 'a pattern' }, object, this.pattern(text));
  }

  pattern(text) {
    let pattern = this.patterns.get(text);
    if (pattern === undefined) {
      pattern = JSON.parse(text);
      if (this.patterns.size < MOST_PATTERNS) this.patterns.set(text, pattern);
    }
    return pattern;
  }

  /** A loop will take this out of each item of `object`, as far as it goes. */
  each(call, object, text) {
    const { tracer } = this;
    const pattern = this.pattern(text);
    const take = (one) => this.take(call, one, pattern);
    if (types.isProxy(object)) return;
    if (Array.isArray(object) && object.length <= MOST_ITEMS) {
      for (let at = 0; at < object.length; at += 1) take(own(object, at));
    } else if (types.isSet(object) || types.isMap(object)) {
      entries(object, MOST_ITEMS).forEach(types.isSet(object) ? ([key]) => take(key) : ([key, value]) => {
        if (!Array.isArray(pattern)) return;
        if (typeof pattern[0] === 'object') this.take(call, key, pattern[0]);
        if (typeof pattern[1] === 'object') this.take(call, value, pattern[1]);
      });
    } else if (deep(pattern)) tracer.unseen(call.activation, call.site, 'a pattern of a loop');
  }

  take(call, object, pattern) {
    if (!isObject(object)) return;
    const { tracer } = this;
    if (types.isProxy(object)) tracer.unseen(call.activation, call.site, 'Proxy');
    else if (Array.isArray(pattern)) this.list(call, object, pattern);
    else for (const key of Object.keys(pattern)) this.part(call, object, key, pattern[key]);
  }

  list(call, object, pattern) {
    const { tracer } = this;
    items(tracer, call, object, Symbol.iterator);
    const nested = pattern.some((part) => typeof part === 'object');
    if (!nested) return;
    if (!Array.isArray(object)) tracer.unseen(call.activation, call.site, 'a pattern in a pattern');
    else pattern.forEach((part, at) => typeof part === 'object' && this.take(call, own(object, at), part));
  }

  part(call, object, key, pattern) {
    const { tracer } = this;
    const { cells } = tracer;
    const base = cells.base(object);
    if (key === '...') {
      tracer.accessors.all(call.activation, call.site, object, MOST_KEYS);
      if (base !== 0) all(tracer, call, EVENT.READ, object, base);
      return;
    }
    const value = inherited(object, key);
    if (base !== 0) this.touches.touch(EVENT.READ, call.activation, call.site, object, key, value);
    else tracer.accessors.used(EVENT.READ, call.activation, call.site, object, key);
    if (typeof pattern !== 'object') return;
    if (value === undefined) tracer.unseen(call.activation, call.site, 'a pattern in a pattern');
    else this.take(call, value, pattern);
  }
}

module.exports = { Taking };
