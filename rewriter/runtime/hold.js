'use strict';
/**
 * Sockets held still while a host is suspended.
 *
 * In the original nothing else runs between the cut and the remainder. So nothing may
 * be read from the sockets that the remainder uses: no end, no reset, no further
 * request, no timeout overtakes it. What happened meanwhile happens right afterwards.
 */
const { apply, mapDelete, mapGet, mapSet, push, setAdd, setForEach } = require('./primordials.js');

const held = new Map();
let timeoutKey = null;

/** Return the socket behind a request, a response or a socket itself; else null. */
function socketOf(value) {
  if (value === null || typeof value !== 'object') return null;
  const places = [value, value.socket, value.req && value.req.socket];
  for (let i = 0; i < places.length; i++) {
    const some = places[i];
    if (some && typeof some === 'object' && some._handle && typeof some._handle.readStop === 'function')
      return some;
  }
  return null;
}

/** Hold the sockets of these values; returns those that `release` must be given. */
function hold(values) {
  const sockets = new Set();
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    const socket = socketOf(value);
    if (socket !== null) setAdd(sockets, socket);
  }
  setForEach(sockets, (socket) => {
    const entry = mapGet(held, socket);
    if (entry !== undefined) entry.count++;
    else mapSet(held, socket, begin(socket));
  });
  return sockets;
}

function release(sockets) {
  setForEach(sockets, (socket) => {
    const entry = mapGet(held, socket);
    if (entry === undefined || --entry.count > 0) return;
    mapDelete(held, socket);
    end(socket, entry);
  });
}

function begin(socket) {
  const handle = socket._handle;
  const entry = { count: 1, handle, reading: handle.reading !== false, timer: null, requests: null };
  handle.readStop();
  // Whoever wants to read meanwhile (a body, the next request) reads afterwards.
  shadow(handle, 'readStart', () => {
    entry.reading = true;
    return 0;
  });
  shadow(handle, 'readStop', () => {
    entry.reading = false;
    return 0;
  });
  entry.timer = holdTimer(socket);
  entry.requests = holdRequests(socket);
  return entry;
}

function end(socket, { handle, reading, timer, requests }) {
  delete handle.readStart;
  delete handle.readStop;
  if (timer !== null) timer();
  if (reading && socket._handle === handle && !socket.destroyed) handle.readStart();
  if (requests !== null) requests();
}

/** Requests that have arrived already, in the same packet, are handled afterwards. */
function holdRequests(socket) {
  const { parser } = socket;
  if (!parser || typeof parser.onIncoming !== 'function') return null;
  const original = parser.onIncoming;
  const waiting = [];
  const wait = (...args) =>
    args[0].upgrade ? apply(original, parser, args) : push(waiting, args) * 0;
  parser.onIncoming = wait;
  return () => {
    if (parser.onIncoming === wait) parser.onIncoming = original;
    // The first of them may be suspended as well: then the others wait for it.
    for (let i = 0; i < waiting.length; i++)
      apply(socket.parser === parser ? parser.onIncoming : original, parser, waiting[i]);
  };
}

function shadow(object, name, value) {
  Object.defineProperty(object, name, {
    value, configurable: true, writable: true, enumerable: false,
  });
}

/** Keep the socket's idle timer from firing; one that fired meanwhile fires later. */
function holdTimer(socket) {
  if (timeoutKey === null || !(timeoutKey in socket))
    timeoutKey = keyOf(socket) || timeoutKey;
  const timer = timeoutKey === null ? null : socket[timeoutKey];
  if (!timer || typeof timer._onTimeout !== 'function') return null;
  const original = timer._onTimeout;
  let fired = false;
  timer._onTimeout = () => {
    fired = true;
  };
  return () => {
    timer._onTimeout = original;
    // The remainder wrote to the socket: then the timer runs again by itself.
    if (!fired || socket[timeoutKey] !== timer || !timer._destroyed) return;
    apply(original, timer, timer._timerArgs || []);
  };
}

function keyOf(socket) {
  return Object.getOwnPropertySymbols(socket).find(({ description }) => description === 'timeout');
}

module.exports = { hold, release, socketOf };
