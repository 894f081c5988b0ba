'use strict';
// Fastify 5: hooks, a plugin, replies by callback, by promise and by stream.
const { EventEmitter } = require('events');
const fs = require('fs');
const path = require('path');
const { Transform } = require('stream');
const { setTimeout: sleep } = require('timers/promises');
const APPS = path.join(__dirname, '../../apps/node_modules');
const fastify = require(path.join(APPS, 'fastify'));

const app = fastify();
const bus = new EventEmitter();
let visits = 0;
let ticks = 0;

class Store {
  constructor(file) {
    this.file = file;
  }

  getter(mark) {
    const store = this;
    return function getFile(request, reply) {
      fs.readFile(store.file, 'utf8', function gotFile(error, text) {
        reply.send(error ? mark : mark + text.length);
      });
    };
  }

  async show() {
    const { size } = await fs.promises.stat(this.file);
    return { size, visits, ticks };
  }
}

const store = new Store(__filename);

app.addHook('onRequest', function stamp(request, reply, done) {
  request.stamp = 1;
  done();
});
app.get('/callback', store.getter('file '));
app.register(async function plugin(scope) {
  scope.get('/promise', function promised(request) {
    return fs.promises.readFile(__filename, 'utf8').then(function sized(text) {
      return String(text.length + request.stamp);
    });
  });
  scope.get('/async', async function awaited() {
    const text = await fs.promises.readFile(__filename, 'utf8');
    await sleep(2);
    bus.emit('visit');
    return String(text.length);
  });
});
app.get('/stream', function streamed(request, reply) {
  const upper = new Transform({
    transform(chunk, encoding, done) {
      done(null, chunk.toString().toUpperCase());
    },
  });
  reply.send(fs.createReadStream(__filename, { highWaterMark: 256 }).pipe(upper));
});
app.addContentTypeParser('*', function parse(request, payload, done) {
  let length = 0;
  payload.on('data', function onData(chunk) {
    length += chunk.length;
  });
  payload.on('end', function onEnd() {
    done(null, length);
  });
});
app.post('/body', function takeBody(request, reply) {
  reply.send(String(request.body));
});
app.get('/timer', function timed(request, reply) {
  setTimeout(function later() {
    reply.send('later');
  }, 2);
});
app.get('/method', store.show.bind(store));

bus.on('visit', function onVisit() {
  visits += 1;
});
setInterval(function tick() {
  ticks += 1;
}, 100);
app.listen({ port: 0, host: '127.0.0.1' }, function listening(error, address) {
  console.log(`port ${new URL(address).port}`);
});
