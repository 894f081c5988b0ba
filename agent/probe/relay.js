'use strict';
/**
 * The thread that talks to the agent for an app that we started.
 *
 * In: messages of the main thread, frames of the agent. Out: blocks as binary messages,
 * everything else as JSON text; answers to the main thread even while it waits.
 */

const { builtin } = require('./natives.js');
const { Buffer } = require('./encoder.js');
const { framed } = require('./socket.js');
const { handshake, Frames } = require('./frames.js');
const { ANSWERS, CLOSED, WRITTEN } = require('./link.js');

const SILENCE_MS = 6000;

/** Run in our own thread: connect, and pass everything on until the agent goes. */
function relay(config, { shared, answers }) {
  const { parentPort } = builtin('worker_threads');
  const net = builtin('net');
  const { createHash } = builtin('crypto');
  const socket = net.connect({ port: config.port, host: '127.0.0.1' });
  const frames = new Frames();
  let heard = Date.now();
  const waiting = new Map();

  const answer = (number, value) => {
    answers.postMessage({ number, value });
    Atomics.add(shared, ANSWERS, 1);
    Atomics.notify(shared, ANSWERS);
  };
  const gone = () => {
    if (Atomics.exchange(shared, CLOSED, 1) === 1) return;
    for (const number of waiting.keys()) answer(number, undefined);
    Atomics.add(shared, ANSWERS, 1);
    Atomics.notify(shared, ANSWERS);
    parentPort.postMessage({ gone: true });
    socket.destroy();
  };
  const early = []; // nothing may be sent before the agent's answer to the handshake
  const when = (action) => {
    if (frames.open) action();
    else early.push(action);
  };
  const text = (message) => {
    const frame = framed(0x81, Buffer.from(JSON.stringify(message)));
    when(() => socket.write(frame));
  };

  socket.setNoDelay(true);
  socket.on('error', gone);
  socket.on('close', gone);
  socket.on('data', (bytes) => {
    heard = Date.now();
    const texts = frames.receive(bytes);
    if (frames.open) for (const action of early.splice(0)) action();
    for (const told of texts) {
      const message = JSON.parse(told);
      if (message.source !== undefined) {
        waiting.delete(message.source);
        answer(message.source, message.text);
      } else parentPort.postMessage(message);
    }
  });
  socket.write(handshake(config.port, config.token));
  setInterval(() => {
    if (Date.now() - heard > SILENCE_MS) gone();
  }, 1000);

  parentPort.on('message', (message) => {
    if (message.block !== undefined) {
      const size = message.block.length;
      const frame = framed(0x82, message.block);
      when(() => socket.write(frame, () => Atomics.add(shared, WRITTEN, size)));
    } else if (message.flush) {
      // The agent closes once it has read everything; until then the process waits.
      waiting.set(message.number, true);
      if (Atomics.load(shared, CLOSED) === 1) answer(message.number, undefined);
      else when(() => socket.end(framed(0x88, Buffer.from([0x03, 0xe8]))));
    } else if (message.source !== undefined) {
      waiting.set(message.number, true);
      text({ ...message, source: { ...message.source, ...hashed(createHash, message.source.text) } });
    } else if (message.loaded !== undefined) {
      const { text: content, ...about } = message.loaded;
      text({ loaded: { ...about, ...hashed(createHash, content) } });
    } else text(message);
  });
}

function hashed(createHash, text) {
  return { sha256: createHash('sha256').update(text, 'utf8').digest('hex'), length: text.length };
}

module.exports = { relay };
