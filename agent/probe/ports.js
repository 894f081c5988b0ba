'use strict';
/**
 * Which `postMessage` led to which callback of a port.
 *
 * In: the channels that traced code makes, every post on their ports, whoever posts, and
 * the runs that a port calls back. Out: the run that posted, or null.
 *
 * A port delivers in order. Of a port that we know from its birth every post is counted,
 * of what its other end is given only what is seen: what is called back for the k-th time,
 * or later, comes after the k-th post. So a message that we miss (`receiveMessageOnPort`,
 * a listener that is not traced) loses an order and invents none, and a port that is
 * transferred is another object that nobody knows.
 */

const {
  CALLS, apply, builtin, defineProperty, getOwnPropertyDescriptor, isObject, own, textOf,
} = require('./natives.js');
const { posting } = require('./masks.js');
const { queue } = require('./soon.js');
const { dress } = require('./stand_in.js');

const { MessageChannel, MessagePort } = builtin('worker_threads');
const { hasRef } = MessagePort.prototype;
const MOST = 1000; // posts of a port that wait for their callbacks

class Ports {
  constructor() {
    this.ends = null; // port -> what it sends, and what it is sent; null: posts are not seen
    this.busy = null; // the port whose callback runs
    this.idle = [() => {
      this.busy = null;
    }];
  }

  /** From now on every post is seen: before the app's first line. `texts`: who says the text of a function. */
  begin(tracer, texts) {
    this.ends = new WeakMap();
    const { prototype } = MessagePort;
    const found = getOwnPropertyDescriptor(prototype, 'postMessage');
    const seen = (port) => {
      const end = this.ends.get(port);
      if (end !== undefined) post(end.sends, tracer.current(), tracer.time());
    };
    const stand = dress(posting(found.value, seen, CALLS), found.value, false);
    texts.stands.set(textOf(stand), textOf(found.value));
    defineProperty(prototype, 'postMessage', { ...found, value: stand });
  }

  /** Traced code has called something that returned this. */
  made(callee, value) {
    if (callee !== MessageChannel || this.ends === null || !isObject(value)) return;
    const [one, other] = [own(value, 'port1'), own(value, 'port2')];
    if (!isObject(one) || !isObject(other)) return;
    const [there, back] = [line(), line()];
    this.ends.set(one, { sends: there, gets: back });
    this.ends.set(other, { sends: back, gets: there });
  }

  /** A run begins that a resource calls back: [run, when] of who posted what it is given. */
  received(resource) {
    const end = this.ends === null || !isObject(resource) ? undefined : this.ends.get(resource);
    if (end === undefined || !alive(resource)) return null;
    const { gets } = end;
    if (this.busy !== resource) { // else another listener is given the same message
      this.busy = resource;
      queue(this.idle);
      gets.received += 1;
    }
    while (gets.first < gets.received && gets.posts.length > 0) {
      gets.first += 1;
      gets.last = gets.posts.shift();
    }
    return gets.first === gets.received && gets.last[0] !== 0 ? gets.last : null;
  }
}

/** What one end sends the other: posts `first` + 1 and on, and the one before these. */
function line() {
  return { posts: [], first: 0, last: [0, 0], received: 0 };
}

function post(sends, activation, at) {
  sends.posts.push([activation, at]);
  if (sends.posts.length > MOST) {
    sends.first += 1;
    sends.last = sends.posts.shift();
  }
}

/** A port that is closed calls back once more, and one that is not referenced may be closed. */
function alive(port) {
  return typeof hasRef === 'function' && apply(hasRef, port, []) === true;
}

module.exports = { Ports };
