'use strict';
/**
 * Read the agent's websocket frames: whole, unmasked, text or empty.
 *
 * In: bytes as they come. Out: the texts of complete messages.
 */

const { builtin } = require('./natives.js');
const { Buffer } = require('./encoder.js');

/** The request that opens the stream. */
function handshake(port, token) {
  const key = builtin('crypto').randomBytes(16).toString('base64');
  return (
    `GET /${token} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\n` +
    `Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`
  );
}

class Frames {
  constructor() {
    this.open = false;
    this.rest = Buffer.alloc(0);
  }

  receive(bytes) {
    this.rest = Buffer.concat([this.rest, bytes]);
    if (!this.open) {
      const end = this.rest.indexOf('\r\n\r\n');
      if (end < 0) return [];
      this.open = true;
      this.rest = this.rest.subarray(end + 4);
    }
    const texts = [];
    for (let frame = this.next(); frame !== null; frame = this.next()) {
      if (frame.kind === 1) texts.push(frame.payload.toString('utf8'));
    }
    return texts;
  }

  next() {
    const { rest } = this;
    if (rest.length < 2) return null;
    let size = rest[1] & 0x7f;
    let head = 2;
    if (size === 126) {
      if (rest.length < 4) return null;
      size = rest.readUInt16BE(2);
      head = 4;
    } else if (size === 127) {
      if (rest.length < 10) return null;
      size = rest.readUInt32BE(2) * 4294967296 + rest.readUInt32BE(6);
      head = 10;
    }
    if (rest.length < head + size) return null;
    this.rest = rest.subarray(head + size);
    return { kind: rest[0] & 0x0f, payload: rest.subarray(head, head + size) };
  }
}

module.exports = { Frames, handshake };
