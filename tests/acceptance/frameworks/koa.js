'use strict';
// Koa 2 and its router: an onion of async functions around all kinds of routes.
const { EventEmitter } = require('events');
const fs = require('fs');
const path = require('path');
const { Transform } = require('stream');
const { setTimeout: sleep } = require('timers/promises');
const APPS = path.join(__dirname, '../../apps/node_modules');
const Koa = require(path.join(APPS, 'koa'));
const { Router } = require(path.join(APPS, '@koa/router'));

const app = new Koa();
const bus = new EventEmitter();
const router = new Router();
let visits = 0;
let ticks = 0;

class Files {
  constructor(file) {
    this.file = file;
  }

  reader() {
    const { file } = this;
    return function readFile(ctx) {
      return new Promise(function settle(resolve, reject) {
        fs.readFile(file, 'utf8', function whenRead(error, text) {
          if (error) return reject(error);
          ctx.body = String(text.length);
          resolve();
        });
      });
    };
  }

  show(ctx) {
    ctx.body = { file: path.basename(this.file), visits, ticks };
  }
}

class Upper extends Transform {
  _transform(chunk, encoding, done) {
    done(null, chunk.toString().toUpperCase());
  }
}

const files = new Files(__filename);

app.use(async function timing(ctx, next) {
  const start = Date.now();
  await next();
  ctx.set('x-took', String(Date.now() - start));
});
router.get('/callback', files.reader());
router.get('/promise', function promised(ctx) {
  return fs.promises.readFile(__filename, 'utf8').then(function sized(text) {
    ctx.body = String(text.length);
  });
});
router.get('/async', async function awaited(ctx) {
  const text = await fs.promises.readFile(__filename, 'utf8');
  await sleep(2);
  bus.emit('visit');
  ctx.body = String(text.length);
});
router.get('/stream', function streamed(ctx) {
  ctx.type = 'text/plain';
  ctx.body = fs.createReadStream(__filename, { highWaterMark: 256 }).pipe(new Upper());
});
router.post('/body', async function takeBody(ctx) {
  let length = 0;
  for await (const chunk of ctx.req) {
    length += chunk.length;
  }
  ctx.body = String(length);
});
router.get('/timer', function timed(ctx) {
  return new Promise((resolve) => {
    setTimeout(() => {
      ctx.body = 'later';
      resolve();
    }, 2);
  });
});
router.get('/method', files.show.bind(files));
app.use(router.routes());

bus.on('visit', function onVisit() {
  visits += 1;
});
setInterval(function tick() {
  ticks += 1;
}, 100);
const server = app.listen(0, '127.0.0.1', function listening() {
  console.log(`port ${server.address().port}`);
});
