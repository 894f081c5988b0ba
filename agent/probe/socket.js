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
const { soon } = require('./soon.js');

const net = builtin('net');

const SMALL = 1024;
const LARGE = 64 * 1024;
const HEAD = 14;
const MOST_FREE = 16; // rooms that are kept to be used again: garbage would grow the app
const ACCEPTED = 'HTTP/1.1 101';

/**
 * Connect to the agent on loopback; `events` has beat(), closed(), and refused(), which
 * is called once when nobody who knows the token is there.
 */
function connect(port, token, events) {
  let open = false;
  let ending = false;
  let abandoned = false;
  const waiting = [];
  const free = [];
  let socket = null;
  const dial = () => {
    socket = net.connect({ port, host: '127.0.0.1' });
    socket.unref();
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('close', () => {
      if (abandoned) return;
      if (open) events.closed();
      else events.refused();
    });
    socket.on('data', (bytes) => {
      if (abandoned) return;
      if (!open && bytes.latin1Slice(0, ACCEPTED.length) !== ACCEPTED) {
        socket.destroy(); // somebody else listens there
        return;
      }
      events.beat();
      if (open) return;
      open = true;
      for (const block of waiting.splice(0)) socket.write(framed(0x82, block));
      if (ending) socket.end(framed(0x88, Buffer.from([0x03, 0xe8])));
    });
    socket.write(handshake(port, token));
  };
  const begin = () => {
    if (abandoned) return;
    try {
      dial();
    } catch {
      events.refused(); // such as an app's own `connect`
    }
  };
  soon(begin); // Node looks at the address with a regular expression
  return {
    /** The block is copied: the caller fills it again at once. */
    send(bytes) {
      if (!open) waiting.push(Buffer.from(bytes));
      else if (bytes.length > LARGE || bytes.length < SMALL) socket.write(framed(0x82, bytes));
      else {
        const room = free.pop() || Buffer.allocUnsafeSlow(LARGE + HEAD);
        socket.write(framed(0x82, bytes, room), () => {
          if (free.length < MOST_FREE) free.push(room);
        });
      }
    },
    open: () => open,
    text(string) {
      socket.write(framed(0x81, Buffer.from(string)));
    },
    /** What waits for the connection, in base64: it is not sent again. */
    early: () => (open || waiting.length === 0 ? '' : Buffer.concat(waiting.splice(0)).base64Slice()),
    behind: () => (open ? socket.writableLength : waiting.length * 65536),
    /** Give up; return the blocks that never left. */
    abandon() {
      abandoned = true;
      if (socket !== null) socket.destroy();
      return waiting.splice(0);
    },
    /** Say goodbye; where the agent asked for it, only after all that waits. */
    end(told) {
      const last = framed(0x88, Buffer.from([0x03, 0xe8]));
      if (open) socket.end(last);
      else if (told) ending = true;
      else if (socket === null) abandoned = true;
      else socket.destroy();
    },
  };
}

/** One message; in `room` where that is given, else in memory of its own. */
function framed(kind, bytes, room) {
  const size = bytes.length;
  const head = size < 126 ? 2 : size < 65536 ? 4 : 10;
  const frame = (room || Buffer.allocUnsafe(head + 4 + size)).subarray(0, head + 4 + size);
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
