'use strict';
/**
 * Which two sockets of this process are the ends of one connection, and what was sent.
 *
 * In: the channels by which Node tells of sockets and HTTP messages, runs, and calls of
 * traced code. Out: LEAD records: who opened the connection that a run is given the other
 * end of, who asked what it is to answer, who answered. The kernel says which end belongs
 * to which, and both must still be open: ports are used again.
 */

const { LEAD } = require('./abi.js');
const { apply, builtin, inherited, isObject, own, symbolOf, textOf, types } = require('./natives.js');

const channels = builtin('diagnostics_channel');
const { executionAsyncId, executionAsyncResource } = builtin('async_hooks');
const MOST = 1000; // clients of which nobody knows the other end
const MOST_TRIES = 100; // to learn a port: one of no network never has any
const MAPPED = '::ffff:'; // an address of version 4, as a socket of version 6 has it

class Ends {
  constructor(tracer) {
    this.tracer = tracer;
    this.open = new Set(); // clients whose port is not known yet
    this.ports = new Map(); // port -> client that has it
    this.any = false; // a client was seen
    this.calls = null; // functions that make an HTTP request
    this.clients = new WeakMap(); // socket that was accepted -> its client
    this.asked = new WeakMap(); // request of a client -> who made it
    this.given = new WeakMap(); // message -> its exchange
    this.answers = new WeakMap(); // response of a server -> its exchange
    this.exchanges = new WeakMap(); // request of a client -> its exchange
    const hear = { // the app, too, may publish there whatever it likes
      'net.client.socket': (message) => this.created(own(message, 'socket')),
      'net.server.socket': (message) => this.accepted(own(message, 'socket')),
      'http.client.request.start': () => this.learn(),
      'http.server.request.start': (message) => this.arrived(message),
      'http.client.response.finish': (message) => this.answered(own(message, 'request'), own(message, 'response')),
    };
    this.heard = Object.keys(hear).map((name) => [name, (message) => {
      try {
        hear[name](message);
      } catch {} // what Node tells is the app's, whatever we miss of it
    }]);
    for (const [name, listener] of this.heard) channels.subscribe(name, listener);
  }

  stop() {
    for (const [name, listener] of this.heard) channels.unsubscribe(name, listener);
  }

  created(socket) {
    if (!isObject(socket) || types.isProxy(socket)) return;
    this.any = true;
    if (handles === undefined) handles = symbolOf(socket, 'kHandle');
    if (this.open.size >= MOST) this.open.clear();
    const [run, at] = [this.tracer.current(), this.tracer.time()];
    this.open.add({ socket: new WeakRef(socket), run, at, tries: 0, used: false });
  }

  /** A server has a new socket: is a client of ours its other end? */
  accepted(socket) {
    if (!isObject(socket) || this.clients.has(socket)) return;
    this.clients.set(socket, null);
    for (const client of this.open) this.place(client);
    if (this.ports.size === 0) return;
    const far = name(socket, 'getpeername');
    const client = far === null ? undefined : this.ports.get(far.port);
    if (client === undefined) return;
    const end = client.socket.deref();
    if (!same(far, name(end, 'getsockname')) || !same(name(socket, 'getsockname'), name(end, 'getpeername'))) return;
    this.ports.delete(far.port);
    this.clients.set(socket, client);
  }

  place(client) {
    const socket = client.socket.deref();
    const near = name(socket, 'getsockname');
    if (near === null || near.port === 0) {
      if (socket === undefined || (client.tries += 1) > MOST_TRIES) this.open.delete(client);
      return;
    }
    this.open.delete(client);
    if (this.ports.size >= MOST) this.ports.clear();
    this.ports.set(near.port, client);
  }

  /** Node's own functions, once the app has them. */
  learn() {
    if (this.calls !== null) return;
    const http = builtin('http');
    this.calls = new Set([own(http, 'get'), own(http, 'request')]);
  }

  /** A client has one request under way at a time: it is the one that a server gets now. */
  arrived(message) {
    const [request, response] = [own(message, 'request'), own(message, 'response')];
    const client = this.clients.get(own(message, 'socket'));
    if (!client || !isObject(request) || !isObject(response)) return;
    const asking = own(client.socket.deref(), '_httpMessage');
    const exchange = {
      response, asked: (isObject(asking) && this.asked.get(asking)) || (client.used ? null : client),
      turn: executionAsyncId(), handler: null, made: null, sent: null, over: false,
    };
    client.used = true; // whoever asks next may not be who opened it
    this.given.set(request, { exchange, answer: false });
    if (!isObject(asking)) return;
    this.exchanges.set(asking, exchange);
    this.answers.set(response, exchange);
  }

  answered(request, response) {
    const exchange = this.exchanges.get(request);
    if (exchange !== undefined) this.given.set(response, { exchange, answer: true });
  }

  /** A run with nothing traced above it is given an end, or a message. */
  entered(at, activation, args) {
    const first = args[0];
    if (!isObject(first)) return;
    let client = this.clients.get(first);
    if (client === undefined && (this.open.size !== 0 || this.ports.size !== 0) && begins(first)) {
      this.accepted(first); // Node gives it to the server's listeners before it tells of it
      client = this.clients.get(first);
    }
    if (client) this.tell(at, activation, client);
    const given = this.given.get(first);
    if (given === undefined) return;
    const { exchange } = given;
    if (given.answer) {
      if (own(exchange.response, '_headerSent') !== true) return; // somebody else has answered
      this.tell(at, activation, exchange.handler);
      this.tell(at, activation, exchange.made);
      this.tell(at, activation, exchange.sent);
      return;
    }
    this.tell(at, activation, exchange.asked);
    // What Node calls with a request, before anything else can happen to that.
    const asks = args[1] === exchange.response && exchange.turn === executionAsyncId();
    if (asks && exchange.handler === null) exchange.handler = { run: activation, at };
  }

  /** Who made the head; and, where that was `writeHead` alone, who sent it first. */
  answering({ activation, answer, callee, self }, at) {
    const { exchange, free, had } = answer;
    if (!hasHead(self)) return;
    if (exchange.made === null) {
      if (had) return; // somebody else's
      exchange.made = { run: activation, at };
      exchange.over = callee !== inherited(self, 'writeHead');
      return;
    }
    if (!had || !free || exchange.over) return;
    // What is corked is sent soon, by Node itself.
    const sends = own(self, '_headerSent') === true || (corked(self) > 0 && callee === inherited(self, 'write'));
    if (!sends) return;
    exchange.sent = { run: activation, at };
    exchange.over = true;
  }

  tell(at, activation, cause) {
    if (!cause || cause.run === 0 || cause.run === activation) return;
    this.tracer.leads.tell(at, activation, LEAD.sent, cause.run, cause.at);
  }

  /** Traced code is about to call a method: of a response whose head has not been sent? */
  before(mark) {
    if (!isObject(mark.self)) return;
    const exchange = this.answers.get(mark.self);
    if (exchange === undefined || exchange.over || own(mark.self, '_headerSent') !== false) return;
    mark.answer = { exchange, had: hasHead(mark.self), free: corked(mark.self) === 0 };
  }

  /** ... and has called it. */
  after(mark, value, at) {
    if (mark.answer !== undefined) this.answering(mark, at);
    if (this.calls !== null && isObject(value) && this.calls.has(mark.callee)) {
      this.asked.set(value, { run: mark.activation, at });
    }
  }
}

function hasHead(response) {
  return typeof own(response, '_header') === 'string';
}

let corks; // the name under which a message counts how often it was corked

function corked(response) {
  if (corks === undefined) corks = symbolOf(response, 'corked');
  return corks === undefined ? undefined : own(response, corks);
}

let handles; // the name under which a socket keeps what the kernel knows it by

/** Its `_handle` is an accessor, and such is nobody's to call. */
function handleOf(socket) {
  return isObject(socket) && handles !== undefined ? own(socket, handles) : undefined;
}

/** Is this a socket, where a server calls back? */
function begins(first) {
  return handleOf(first) !== undefined && typeof own(executionAsyncResource(), 'onconnection') === 'function';
}

/** What the kernel says of a socket's end; null when there is none. */
function name(socket, method) {
  const handle = handleOf(socket);
  const ask = isObject(handle) ? inherited(handle, method) : undefined;
  if (typeof ask !== 'function' || textOf(ask) !== `function ${method}() { [native code] }`) return null;
  const told = {};
  if (apply(ask, handle, [told]) !== 0 || typeof told.address !== 'string') return null;
  const { address, port } = told;
  return { address: address.startsWith(MAPPED) ? address.slice(MAPPED.length) : address, port };
}

function same(one, other) {
  return one !== null && other !== null && one.port === other.port && one.address === other.address;
}

module.exports = { Ends };
