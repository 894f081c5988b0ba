'use strict';
// Express 4: middleware, a router, callbacks, promises, async/await, streams.
const { EventEmitter } = require('events');
const fs = require('fs');
const path = require('path');
const { Transform } = require('stream');
const { setTimeout: sleep } = require('timers/promises');
const APPS = path.join(__dirname, '../../apps/node_modules');
const express = require(path.join(APPS, 'express'));

const app = express();
const bus = new EventEmitter();
const router = express.Router();
let visits = 0;
let ticks = 0;

class Pages {
  constructor(file) {
    this.file = file;
  }

  reader(mark) {
    return (req, res) => {
      fs.readFile(this.file, 'utf8', (error, text) => {
        res.send(error ? mark : mark + text.length);
      });
    };
  }

  show(req, res) {
    res.json({ file: path.basename(this.file), visits, ticks });
  }
}

const pages = new Pages(__filename);

function stamp(limit) {
  return function stampRequest(req, res, next) {
    req.stamp = limit;
    next();
  };
}

app.use(stamp(3));
app.get('/callback', pages.reader('pages '));
router.get('/promise', (req, res, next) => {
  fs.promises.readFile(__filename, 'utf8')
    .then((text) => text.length)
    .then(function answer(length) {
      res.send(String(length + req.stamp));
    })
    .catch(next);
});
router.get('/async', async (req, res) => {
  const text = await fs.promises.readFile(__filename, 'utf8');
  await sleep(2);
  bus.emit('visit');
  res.send(String(text.length));
});
app.use('/api', router);
app.get('/stream', function streamed(req, res) {
  const upper = new Transform({
    transform(chunk, encoding, done) {
      done(null, chunk.toString().toUpperCase());
    },
  });
  fs.createReadStream(__filename, { highWaterMark: 256 }).pipe(upper).pipe(res);
});
app.post('/body', function takeBody(req, res) {
  let length = 0;
  req.on('data', (chunk) => {
    length += chunk.length;
  });
  req.on('end', () => {
    res.send(String(length));
  });
});
app.get('/timer', function first(req, res, next) {
  setTimeout(next, 2);
}, function second(req, res) {
  setImmediate(function soon() {
    res.send('soon');
  });
});
app.get('/bound', pages.show.bind(pages));
app.get('/fail', function fails() {
  throw new Error('expected');
});
app.use(function recover(error, req, res, next) {
  res.status(500).send(error.message);
});

bus.on('visit', () => {
  visits += 1;
});
setInterval(() => {
  ticks += 1;
}, 100);
const server = app.listen(0, '127.0.0.1', () => {
  console.log(`port ${server.address().port}`);
});
