'use strict';
/**
 * The probe's own WebSocket to the agent: a client of thirty lines over a plain socket.
 *
 * In: blocks. Out: one binary message for each, unmasked in effect (mask zero). Whatever
 * arrives after the handshake is a sign of life. It never keeps the process alive and
 * never throws into the app.
 */

const { builtin } = require('./natives.js');
const { Buffer } = require('./encoder.js');
const { handshake } = require('./frames.js');

const net = builtin('net');

/** Connect to the agent on loopback; `events` has beat() and closed(). */
function connect(port, token, events) {
  let open = false;
  let ending = false;
  const waiting = [];
  const socket = net.connect({ port, host: '127.0.0.1' });
  socket.unref();
  socket.setNoDelay(true);
  socket.on('error', () => {});
  socket.on('close', () => events.closed());
  socket.on('data', () => {
    events.beat();
    if (open) return;
    open = true;
    for (const frame of waiting.splice(0)) socket.write(frame);
    if (ending) socket.end();
  });
  socket.write(handshake(port, token));
  return {
    /** The block is copied: the caller fills it again at once. */
    send(bytes) {
      const frame = framed(0x82, bytes);
      if (open) socket.write(frame);
      else waiting.push(frame);
    },
    behind: () => (open ? socket.writableLength : waiting.length * 65536),
    /** Say goodbye; where the agent asked for it, only after all that waits. */
    end(told) {
      const last = framed(0x88, Buffer.from([0x03, 0xe8]));
      if (open) socket.end(last);
      else if (told) {
        waiting.push(last);
        ending = true;
      } else socket.destroy();
    },
  };
}

function framed(kind, bytes) {
  const size = bytes.length;
  const head = size < 126 ? 2 : size < 65536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(head + 4 + size);
  frame[0] = kind;
  if (head === 2) frame[1] = 0x80 | size;
  else if (head === 4) {
    frame[1] = 0x80 | 126;
    frame.writeUInt16BE(size, 2);
  } else {
    frame[1] = 0x80 | 127;
    frame.writeUInt32BE(0, 2);
    frame.writeUInt32BE(size, 6);
  }
  frame.writeUInt32BE(0, head); // mask zero: nothing to do for the payload
  frame.set(bytes, head + 4);
  return frame;
}

module.exports = { connect, framed };
