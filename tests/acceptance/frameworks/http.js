'use strict';
// Plain http: callbacks, promises, async/await, streams, an emitter, timers.
const { EventEmitter } = require('events');
const fs = require('fs');
const http = require('http');
const { Transform } = require('stream');
const { setTimeout: sleep } = require('timers/promises');

const bus = new EventEmitter();
const routes = new Map();
let visits = 0;
let ticks = 0;

class Pages {
  constructor(file) {
    this.file = file;
  }

  reader(mark) {
    const page = this;
    return function readPage(req, res) {
      fs.readFile(page.file, 'utf8', function whenRead(error, text) {
        res.end(error ? mark : mark + text.length);
      });
    };
  }
}

class Upper extends Transform {
  _transform(chunk, encoding, done) {
    done(null, chunk.toString().toUpperCase());
  }
}

const api = {
  boundTo(req, res) {
    res.end(this.word);
  },
};

routes.set('/callback', new Pages(__filename).reader('pages '));
routes.set('/promise', function promised(req, res) {
  fs.promises.readFile(__filename, 'utf8')
    .then(function countLines(text) {
      return text.split('\n').filter(function isFull(line) {
        return line !== '';
      }).length;
    })
    .then((lines) => {
      res.end(String(lines));
    });
});
routes.set('/async', async function awaited(req, res) {
  const text = await fs.promises.readFile(__filename, 'utf8');
  await sleep(2);
  bus.emit('visit', req.url);
  res.end(String(text.length));
});
routes.set('/stream', function streamed(req, res) {
  fs.createReadStream(__filename, { highWaterMark: 256 }).pipe(new Upper()).pipe(res);
});
routes.set('/body', function takeBody(req, res) {
  const chunks = [];
  req.on('data', function onData(chunk) {
    chunks.push(chunk);
  });
  req.on('end', function onEnd() {
    res.end(String(Buffer.concat(chunks).length));
  });
});
routes.set('/timer', function timed(req, res) {
  setTimeout(function later() {
    res.end('later');
  }, 2);
});
routes.set('/bound', api.boundTo.bind({ word: 'bound' }));

bus.on('visit', function onVisit() {
  visits += 1;
});
setInterval(function tick() {
  ticks += 1;
}, 100);

function route(req, res) {
  const found = routes.get(req.url);
  if (found) found(req, res);
  else res.end(`${visits} ${ticks}`);
}

const server = http.createServer(route);
server.listen(0, '127.0.0.1', function listening() {
  console.log(`port ${server.address().port}`);
});
