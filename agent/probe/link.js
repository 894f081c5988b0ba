'use strict';
/**
 * The main thread's end of the way to the agent: a thread of ours owns the socket, so
 * that the main thread can wait for an answer while it loads a file, and while it ends.
 *
 * In: blocks, messages, questions. Out: answers, within a limit of time. Never keeps the
 * process alive.
 */

const { apply, builtin } = require('./natives.js');
const { redactMessage } = require('./redact.js');

const { MessageChannel, Worker, receiveMessageOnPort } = builtin('worker_threads');

const ANSWERS = 0;
const CLOSED = 1;
const WRITTEN = 2;

class Link {
  constructor(config) {
    this.shared = new Int32Array(new SharedArrayBuffer(16));
    const { port1, port2 } = new MessageChannel();
    this.answers = port1;
    this.number = 0;
    this.posted = 0;
    this.worker = new Worker(config.file, {
      workerData: { fluxion: { token: config.token, shared: this.shared, answers: port2 } },
      transferList: [port2],
      execArgv: [],
      stdin: false,
    });
    this.worker.on('error', () => Atomics.store(this.shared, CLOSED, 1));
    this.worker.unref();
    port1.unref();
  }

  open() {
    return Atomics.load(this.shared, CLOSED) === 0;
  }

  /** Answer the agent's questions, and hear that it has gone. */
  serve(face, closed) {
    this.worker.on('message', ({ ask, command, args, gone }) => {
      if (gone === true) {
        closed();
        return;
      }
      let answer;
      try {
        answer = { answer: ask, value: apply(face[command], face, args) };
      } catch (error) {
        answer = { answer: ask, error: redactMessage(String(error && error.message)).slice(0, 300) };
      }
      this.tell(answer);
    });
    this.worker.unref();
  }

  send(bytes) {
    const copy = new Uint8Array(bytes);
    this.posted += copy.length;
    this.worker.postMessage({ block: copy }, [copy.buffer]);
  }

  /** Bytes that the thread has not written yet. */
  behind() {
    return (this.posted - Atomics.load(this.shared, WRITTEN)) | 0;
  }

  tell(message) {
    this.worker.postMessage(message);
  }

  /** Ask and wait; undefined when there is no answer in time. */
  wait(message, limit) {
    const number = (this.number += 1);
    const ends = Date.now() + limit;
    let seen = Atomics.load(this.shared, ANSWERS);
    this.worker.postMessage({ ...message, number });
    for (;;) {
      for (let told = receiveMessageOnPort(this.answers); told; told = receiveMessageOnPort(this.answers)) {
        if (told.message.number === number) return told.message.value;
      }
      const left = ends - Date.now();
      if (left <= 0 || !this.open()) return undefined;
      Atomics.wait(this.shared, ANSWERS, seen, left);
      seen = Atomics.load(this.shared, ANSWERS);
    }
  }

  end() {}
}

module.exports = { ANSWERS, CLOSED, Link, WRITTEN };
