'use strict';
/**
 * Keep the next HTTP requests as they arrive, redacted before they leave the process.
 *
 * In: `http.server.request.start` and each request's own `push`, through which Node puts
 * body bytes; nothing is consumed. Out: one REQUEST record for each, when it is complete.
 */

const { EVENT } = require('./abi.js');
const { CALLS, builtin, defineProperty, deleteProperty, getPrototypeOf, inherited,
  isObject, own } = require('./natives.js');
const { Buffer, Encoder, bytesHeader } = require('./encoder.js');
const { pushed } = require('./masks.js');
const { redactHeader, redactPath, holdsSecret } = require('./redact.js');

const channels = builtin('diagnostics_channel');
const CHANNEL = 'http.server.request.start';
const MOST_BODY = 1024 * 1024;
const MOST_WAITING = 100;

class Requests {
  constructor(out, time) {
    Object.assign(this, { out, time });
    this.left = 0;
    this.number = 0;
    this.connections = new WeakMap();
    this.connection = 0;
    this.waiting = new Set();
    this.started = (message) => {
      try {
        this.begin(message.request, message.socket);
      } catch {} // the request is the app's, whatever we miss of it
    };
  }

  /** Keep the next `count` requests. */
  keep(count) {
    if (this.left === 0 && count > 0) channels.subscribe(CHANNEL, this.started);
    this.left = count;
    if (count === 0) this.stop();
  }

  stop() {
    this.left = 0;
    channels.unsubscribe(CHANNEL, this.started);
    for (const { request } of this.waiting) deleteProperty(request, 'push');
    this.waiting.clear();
  }

  begin(request, socket) {
    if (this.left <= 0 || this.waiting.size >= MOST_WAITING) return;
    this.left -= 1;
    if (this.left === 0) channels.unsubscribe(CHANNEL, this.started);
    const kept = { request, at: this.time(), connection: this.numberOf(socket), chunks: [], size: 0 };
    this.waiting.add(kept);
    const push = inherited(getPrototypeOf(request), 'push');
    const value = pushed(push, (chunk) => this.seen(kept, chunk), CALLS);
    defineProperty(request, 'push', { value, writable: true, configurable: true, enumerable: false });
  }

  numberOf(socket) {
    if (!isObject(socket)) return 0;
    let number = this.connections.get(socket);
    if (number === undefined) {
      number = this.connection += 1;
      this.connections.set(socket, number);
    }
    return number;
  }

  seen(kept, chunk) {
    if (!this.waiting.has(kept)) return;
    if (chunk === null) {
      this.waiting.delete(kept);
      deleteProperty(kept.request, 'push');
      this.tell(kept);
      return;
    }
    kept.size += chunk.length;
    if (kept.size <= MOST_BODY) kept.chunks.push(Buffer.from(chunk));
  }

  tell(kept) {
    const { request } = kept;
    const [path, pathRedacted] = redactPath(String(own(request, 'url')));
    let redacted = pathRedacted || kept.size > MOST_BODY;
    const raw = own(request, 'rawHeaders') || [];
    const headers = [];
    for (let i = 0; i + 1 < raw.length; i += 2) {
      const [value, changed] = redactHeader(String(raw[i]), String(raw[i + 1]));
      redacted = redacted || changed;
      headers.push([String(raw[i]), value]);
    }
    let body = kept.size > MOST_BODY ? Buffer.alloc(0) : Buffer.concat(kept.chunks);
    if (encoded(headers) || holdsSecret(body)) {
      body = Buffer.alloc(0);
      redacted = true;
    }
    this.encode(kept, String(own(request, 'method')), path, headers, body, redacted);
  }

  encode(kept, method, path, headers, body, redacted) {
    const parts = [];
    const record = new Encoder((bytes) => parts.push(Buffer.from(bytes)));
    record.open(EVENT.REQUEST, 8, 64);
    record.int(kept.at);
    record.int((this.number += 1));
    record.int(kept.connection);
    record.text(method);
    record.text(path);
    record.array(headers.length);
    for (const [name, value] of headers) {
      record.room();
      record.array(2);
      record.text(name);
      record.text(value);
    }
    record.flush();
    this.out.long(Buffer.concat([...parts, bytesHeader(body.length)]),
      Buffer.concat([body, Buffer.from([redacted ? 1 : 0])]));
  }
}

/** A body that is compressed cannot be looked into. */
function encoded(headers) {
  return headers.some(([name, value]) => /^content-encoding$/i.test(name) && !/^\s*identity\s*$/i.test(value));
}

module.exports = { Requests };
