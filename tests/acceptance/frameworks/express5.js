'use strict';
// Express 5: handlers that return promises, parameters, a body by for await.
const { EventEmitter } = require('events');
const fs = require('fs');
const path = require('path');
const { Transform, pipeline } = require('stream');
const { setTimeout: sleep } = require('timers/promises');
const APPS = path.join(__dirname, '../../apps/node_modules');
const express = require(path.join(APPS, 'express5'));

const app = express();
const bus = new EventEmitter();
const seen = new Map();
let ticks = 0;

class Notes {
  constructor(file) {
    this.file = file;
  }

  loader() {
    const notes = this;
    function load(req, res, next) {
      fs.readFile(notes.file, 'utf8', function loaded(error, text) {
        if (error) return next(error);
        req.notes = text;
        next();
      });
    }
    return load;
  }

  async show(req, res) {
    const { size } = await fs.promises.stat(this.file);
    res.json({ size, ticks });
  }
}

class Upper extends Transform {
  _transform(chunk, encoding, done) {
    done(null, chunk.toString().toUpperCase());
  }

  _flush(done) {
    done(null, '\n');
  }
}

const notes = new Notes(__filename);

app.param('word', function checkWord(req, res, next, word) {
  req.word = word;
  next();
});
app.get('/callback/:word', notes.loader(), function answer(req, res) {
  res.send(req.word + req.notes.length);
});
app.get('/promise', function promised(req, res) {
  return fs.promises.readFile(__filename, 'utf8').then(function sized(text) {
    bus.emit('seen', req.path);
    res.send(String(text.length));
  }).finally(function settled() {
    seen.delete('promise');
  });
});
app.get('/async', async function awaited(req, res) {
  const text = await fs.promises.readFile(__filename, 'utf8');
  await sleep(2);
  res.send(String(text.length));
});
app.get('/stream', function streamed(req, res) {
  const file = fs.createReadStream(__filename, { highWaterMark: 256 });
  pipeline(file, new Upper(), res, function piped(error) {
    if (error) seen.set('stream', error.message);
  });
});
app.post('/body', async function takeBody(req, res) {
  let length = 0;
  for await (const chunk of req) {
    length += chunk.length;
  }
  res.send(String(length));
});
app.get('/timer', function timed(req, res) {
  setTimeout(function later() {
    process.nextTick(function soon() {
      res.send('later');
    });
  }, 2);
});
app.get('/method', notes.show.bind(notes));

bus.on('seen', function onSeen(where) {
  seen.set(where, (seen.get(where) || 0) + 1);
});
setInterval(function tick() {
  ticks += 1;
}, 100);
const server = app.listen(0, '127.0.0.1', function listening() {
  console.log(`port ${server.address().port}`);
});
