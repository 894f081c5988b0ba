'use strict';
// Hapi 21: extensions, pre-handlers, handlers of classes, streams both ways.
const { EventEmitter } = require('events');
const fs = require('fs');
const path = require('path');
const { Transform } = require('stream');
const { setTimeout: sleep } = require('timers/promises');
const APPS = path.join(__dirname, '../../apps/node_modules');
const Hapi = require(path.join(APPS, '@hapi/hapi'));

const bus = new EventEmitter();
const server = Hapi.server({ port: 0, host: '127.0.0.1' });
let visits = 0;
let ticks = 0;

class Store {
  constructor(file) {
    this.file = file;
  }

  getter() {
    const store = this;
    return function getFile() {
      return new Promise((resolve, reject) => {
        fs.readFile(store.file, 'utf8', (error, text) => {
          if (error) reject(error);
          else resolve(String(text.length));
        });
      });
    };
  }

  show() {
    return { file: path.basename(this.file), visits, ticks };
  }
}

class Upper extends Transform {
  _transform(chunk, encoding, done) {
    done(null, chunk.toString().toUpperCase());
  }
}

const store = new Store(__filename);

function promised(request) {
  return fs.promises.readFile(__filename, 'utf8').then(function sized(text) {
    return String(text.length + request.app.stamp);
  });
}

async function awaited() {
  const text = await fs.promises.readFile(__filename, 'utf8');
  await sleep(2);
  bus.emit('visit');
  return String(text.length);
}

function streamed(request, h) {
  const file = fs.createReadStream(__filename, { highWaterMark: 256 });
  return h.response(file.pipe(new Upper())).type('text/plain');
}

function takeBody(request) {
  return new Promise(function settle(resolve) {
    let length = 0;
    request.payload.on('data', function onData(chunk) {
      length += chunk.length;
    });
    request.payload.on('end', function onEnd() {
      resolve(String(length));
    });
  });
}

function timed() {
  return new Promise(function wait(resolve) {
    setTimeout(function later() {
      resolve('later');
    }, 2);
  });
}

server.ext('onRequest', function stamp(request, h) {
  request.app.stamp = 1;
  return h.continue;
});
server.route({ method: 'GET', path: '/callback', handler: store.getter() });
server.route({ method: 'GET', path: '/promise', handler: promised });
server.route({ method: 'GET', path: '/async', handler: awaited });
server.route([
  { method: 'GET', path: '/stream', handler: streamed },
  { method: 'GET', path: '/timer', handler: timed },
]);
server.route({
  method: 'POST',
  path: '/body',
  options: { payload: { output: 'stream', parse: false } },
  handler: takeBody,
});
server.route({ method: 'GET', path: '/method', handler: store.show.bind(store) });

bus.on('visit', function onVisit() {
  visits += 1;
});
setInterval(function tick() {
  ticks += 1;
}, 100);
server.start().then(function started() {
  console.log(`port ${server.info.port}`);
});
