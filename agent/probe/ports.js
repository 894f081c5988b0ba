'use strict';
/**
 * Which `postMessage` led to which callback of a port.
 *
 * In: the channels and workers that traced code makes, every post on their ports, whoever
 * posts, and the runs that a port calls back. Out: the run that posted, or null; MAIL
 * records of what goes to a thread, or comes from one.
 *
 * A port delivers in order. Of a port that we know from its birth every post is counted,
 * of what its other end is given only what is seen: what is called back for the k-th time,
 * or later, comes after the k-th post. So a message that we miss (`receiveMessageOnPort`,
 * a listener that is not traced) loses an order and invents none, and a port that is
 * transferred is another object that nobody knows.
 */

const {
  CALLS, apply, builtin, defineProperty, getOwnPropertyDescriptor, isObject, own, symbolOf, textOf,
} = require('./natives.js');
const { posting } = require('./masks.js');
const { queue } = require('./soon.js');

const { EVENT, WAY } = require('./abi.js');
const { MessageChannel, MessagePort, Worker, isMainThread, parentPort, threadId } = builtin('worker_threads');
const { hasRef } = MessagePort.prototype;
const { get: numberOf } = getOwnPropertyDescriptor(Worker.prototype, 'threadId') || {};
const MOST = 1000; // posts of a port that wait for their callbacks

class Ports {
  constructor(out) {
    this.out = out;
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
      if (end === undefined) return;
      if (end.thread === 0) post(end.sends, tracer.current(), tracer.time());
      else {
        end.posted += 1;
        this.mail(tracer.time(), tracer.current(), end.thread, end.way, end.posted);
      }
    };
    const stand = posting(found.value, seen, CALLS);
    texts.stands.set(textOf(stand), textOf(found.value));
    defineProperty(prototype, 'postMessage', { ...found, value: stand });
    if (isMainThread || !isObject(parentPort)) return;
    this.mail(tracer.time(), 0, threadId, WAY.self, 0);
    this.ends.set(parentPort, far(threadId, WAY.back, WAY.got));
  }

  mail(at, activation, thread, way, count) {
    if (activation === 0 && way !== WAY.self) return;
    const { out } = this;
    out.open(EVENT.MAIL, 5, 48);
    out.int(at);
    out.int(activation);
    out.int(thread);
    out.int(way);
    out.int(count);
  }

  /** Traced code has called something that returned this. */
  made(callee, value, activation, at) {
    if (this.ends === null || !isObject(value)) return;
    if (callee === Worker) this.worker(value, activation, at);
    if (callee !== MessageChannel) return;
    const [one, other] = [own(value, 'port1'), own(value, 'port2')];
    if (!isObject(one) || !isObject(other)) return;
    const [there, back] = [line(), line()];
    this.ends.set(one, { thread: 0, received: 0, sends: there, gets: back });
    this.ends.set(other, { thread: 0, received: 0, sends: back, gets: there });
  }

  /** A worker has begun; nothing was posted to it yet. */
  worker(value, activation, at) {
    const key = symbolOf(value, 'kPublicPort');
    const port = key === undefined ? undefined : own(value, key);
    const thread = numberOf === undefined ? 0 : apply(numberOf, value, []);
    if (!isObject(port) || typeof thread !== 'number' || thread < 1) return;
    this.mail(at, activation, thread, WAY.made, 0);
    this.ends.set(port, far(thread, WAY.to, WAY.answer));
  }

  /** A run begins that a resource calls back: [run, when] of who posted what it is given. */
  received(resource, at, activation) {
    const end = this.ends === null || !isObject(resource) ? undefined : this.ends.get(resource);
    if (end === undefined || !alive(resource)) return null;
    const { gets } = end;
    if (this.busy !== resource) { // else another listener is given the same message
      this.busy = resource;
      queue(this.idle);
      end.received += 1;
    }
    if (end.thread !== 0) {
      this.mail(at, activation, end.thread, end.taken, end.received);
      return null;
    }
    while (gets.first < end.received && gets.posts.length > 0) {
      gets.first += 1;
      gets.last = gets.posts.shift();
    }
    return gets.first === end.received && gets.last[0] !== 0 ? gets.last : null;
  }
}

/** What one end sends the other: posts `first` + 1 and on, and the one before these. */
function line() {
  return { posts: [], first: 0, last: [0, 0] };
}

/** An end whose other one is in another isolate. */
function far(thread, way, taken) {
  return { thread, way, taken, posted: 0, received: 0 };
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
