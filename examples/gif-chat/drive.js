#!/usr/bin/env node
'use strict';

// Drives a running gif-chat and checks what everybody saw: opens listeners, posts numbered messages, lets one more
// listener join between two frames, closes all GIFs and decodes each of them, frame by frame, with another library
// than the one that encoded them.

const crypto = require('node:crypto');
const fs = require('node:fs');
const http = require('node:http');
const { parseArgs } = require('node:util');
const { GifReader } = require('omggif');

const USAGE = `usage: node drive.js BASE_URL [options]
  --listeners N     listeners that are there from the start (default 2)
  --posts N         messages to post (default 6)
  --concurrency N   messages under way at the same time (default 3)
  --join-after N    one more listener joins when N posts are answered; 0: nobody joins late (default 2)
  --prefix TEXT     what follows the number in a message (default hello)
  --reference FILE  the result of an earlier run with --concurrency 1 and the same messages: tells by its pixels
                    which message a frame shows
  --timeout MS      limit for every single wait (default 60000)
  --out FILE        write the result there, not to stdout
exit status: 0 all checks hold, 1 they do not (see "errors" in the result), 2 wrong usage`;

const DEFAULTS = {
  listeners: 2,
  posts: 6,
  concurrency: 3,
  joinAfter: 2,
  prefix: 'hello',
  reference: null, // the parsed result of an earlier run, not its file name
  timeout: 60_000,
};

// The result: {posts: [{n, text, status, headers, body}],
//              listeners: [{joined, bytes, width, height, frames: [sha256 of the RGB pixels], sequence: [n] | null}],
//              health, ok, errors: [text]}
// `joined` counts the posts that were answered before the listener joined, `sequence` says which posts its frames
// show. What goes wrong stands in `errors`; only a URL that is not on this machine makes it reject.
async function drive(base, options = {}) {
  const settings = { ...DEFAULTS, ...options };
  const result = { posts: [], listeners: [], health: null, ok: false, errors: [] };
  const client = new Client(base, settings.timeout);
  try {
    await converse(client, settings, result);
  } catch (err) {
    result.errors.push(err.message);
  } finally {
    client.destroy();
  }
  result.ok = result.errors.length === 0;
  return result;
}

async function converse(client, settings, result) {
  const before = JSON.parse((await client.request('GET', '/health')).body);

  const listeners = [];
  for (let i = 0; i < settings.listeners; i++) listeners.push(await client.listen(0));

  const late = await postAll(client, settings, result);
  if (late) listeners.push(late);
  result.health = JSON.parse((await client.request('GET', '/health')).body);

  const closed = await client.request('POST', '/image/close');
  if (closed.status !== 204) result.errors.push(`POST /image/close answered ${closed.status}`);
  for (const listener of listeners) await listener.ended;

  listeners.forEach((listener, i) => {
    const report = { joined: listener.joined, bytes: listener.bytes().length, width: 0, height: 0, frames: [] };
    try {
      Object.assign(report, decode(listener.bytes()));
    } catch (err) {
      result.errors.push(`listener ${i}: not a GIF that can be decoded: ${err.message ?? err}`);
    }
    result.listeners.push({ ...report, sequence: null });
  });
  check(result, settings, before.frames);
}

// Posts all messages, at most `concurrency` at a time. The last one waits for the late listener, so that this one
// always misses some frames and gets some. Resolves to the late listener, if any.
async function postAll(client, settings, result) {
  const joins = settings.joinAfter > 0 && settings.joinAfter < settings.posts;
  const late = deferred();
  let next = 1;
  let answered = 0;

  async function work() {
    while (next <= settings.posts) {
      const n = next++;
      if (joins && n === settings.posts) await late.promise;
      const text = `post ${n}: ${settings.prefix}`;
      const answer = await client.request('POST', '/image/text', text);
      result.posts.push({
        n,
        text,
        status: answer.status,
        headers: pick(answer.headers, ['content-type', 'x-frame']),
        body: answer.body,
      });
      answered += 1;
      if (joins && answered === settings.joinAfter) client.listen(settings.joinAfter).then(late.resolve, late.reject);
    }
  }

  const workers = Array.from({ length: Math.min(settings.concurrency, settings.posts) }, work);
  try {
    await Promise.all(workers);
  } catch (err) {
    late.reject(err); // lets go of the worker that waits for it
    await Promise.allSettled(workers);
    throw err;
  } finally {
    result.posts.sort((a, b) => a.n - b.n);
  }
  return joins ? late.promise : null;
}

// Every check that must hold for a faithful server.
function check(result, settings, framesBefore) {
  const { posts, listeners, errors } = result;
  for (const post of posts) {
    if (post.status !== 204) errors.push(`post ${post.n}: answered ${post.status} ${post.body}`);
  }
  if (errors.length > 0) return;

  // In which order the server says it made the frames.
  const order = [...posts].sort((a, b) => a.headers['x-frame'] - b.headers['x-frame']);
  order.forEach((post, i) => {
    const expected = String(framesBefore + i + 1);
    if (post.headers['x-frame'] !== expected) {
      errors.push(`post ${post.n}: x-frame is ${post.headers['x-frame']}, expected ${expected}`);
    }
  });
  if (result.health.frames !== framesBefore + posts.length) errors.push(`/health counts ${result.health.frames} frames`);

  const shows = settings.reference ? postOfFrame(settings.reference, posts, errors) : null;
  if (errors.length > 0) return;

  const numbers = order.map((post) => post.n);
  const full = listeners[0]?.frames ?? [];

  listeners.forEach((listener, i) => {
    const { frames, joined } = listener;
    const who = `listener ${i}`;
    if (joined === 0 && frames.length !== posts.length) {
      errors.push(`${who}: ${frames.length} frames for ${posts.length} posts`);
    }
    if (joined > 0 && (frames.length === 0 || frames.length > posts.length - joined)) {
      errors.push(`${who}: ${frames.length} frames, joined after ${joined} of ${posts.length} posts`);
    }
    if (new Set(frames).size !== frames.length) errors.push(`${who}: two frames show the same picture`);
    if (!isSuffix(frames, full)) errors.push(`${who}: other frames than listener 0, or another order`);

    if (!shows) {
      if (settings.concurrency === 1) listener.sequence = numbers.slice(numbers.length - frames.length);
      return;
    }
    listener.sequence = frames.map((frame) => shows.get(frame) ?? null);
    listener.sequence.forEach((n, k) => {
      if (n === null) errors.push(`${who}: frame ${k + 1} shows none of the posts`);
    });
    if (!isSuffix(listener.sequence, numbers)) {
      errors.push(`${who}: shows posts ${listener.sequence}, but by the answers the order is ${numbers}`);
    }
    const missing = posts.filter((post) => joined === 0 && !listener.sequence.includes(post.n));
    if (missing.length > 0) errors.push(`${who}: does not show posts ${missing.map((post) => post.n)}`);
  });
}

// Which post a picture belongs to, by the sequential run.
function postOfFrame(reference, posts, errors) {
  const shows = new Map();
  const [listener] = reference.listeners ?? [];
  if (!reference.ok || !listener?.sequence) {
    errors.push('the reference is not the result of a good run with --concurrency 1');
    return shows;
  }
  const texts = new Map(reference.posts.map((post) => [post.n, post.text]));
  for (const post of posts) {
    if (texts.get(post.n) !== post.text) errors.push(`the reference has no post ${post.n} that says "${post.text}"`);
  }
  listener.frames.forEach((frame, i) => shows.set(frame, listener.sequence[i]));
  return shows;
}

function isSuffix(part, whole) {
  const skipped = whole.length - part.length;
  return skipped >= 0 && part.every((item, i) => item === whole[skipped + i]);
}

// Each frame as the viewer sees it: drawn over what was there before.
function decode(bytes) {
  const { width, height, frames } = decodePictures(bytes);
  return { width, height, frames: frames.map((rgb) => crypto.createHash('sha256').update(rgb).digest('hex')) };
}

// {width, height, frames: [RGB bytes]}
function decodePictures(bytes) {
  const gif = new GifReader(bytes);
  const { width, height } = gif;
  const canvas = new Uint8Array(width * height * 4);
  const frames = [];
  for (let i = 0; i < gif.numFrames(); i++) {
    if (gif.frameInfo(i).disposal > 1) throw new Error(`frame ${i + 1} is to be taken away again`);
    gif.decodeAndBlitFrameRGBA(i, canvas);
    const rgb = Buffer.alloc(width * height * 3);
    for (let from = 0, to = 0; from < canvas.length; from += 4) {
      rgb[to++] = canvas[from];
      rgb[to++] = canvas[from + 1];
      rgb[to++] = canvas[from + 2];
    }
    frames.push(rgb);
  }
  return { width, height, frames };
}

// HTTP to one server on this machine, every wait bounded.
class Client {
  constructor(base, timeout) {
    this.base = new URL(base);
    this.timeout = timeout;
    this.open = new Set();
    if (!['127.0.0.1', '[::1]', 'localhost'].includes(this.base.hostname)) {
      throw new TypeError(`${base} is not on this machine`);
    }
  }

  // Resolves when the response begins; `collect` gets it.
  start(method, path, body, collect) {
    const what = `${method} ${path}`;
    return new Promise((resolve, reject) => {
      const request = http.request(new URL(path, this.base), { method, agent: false });
      const timer = setTimeout(() => request.destroy(new Error(`no answer in ${this.timeout} ms`)), this.timeout);
      const fail = (err) => {
        clearTimeout(timer);
        reject(new Error(`${what}: ${err.message}`));
      };
      this.open.add(request);
      request.on('close', () => this.open.delete(request));
      request.on('error', fail);
      request.on('response', (response) => {
        response.on('error', fail);
        collect(response, (value) => {
          clearTimeout(timer);
          resolve(value);
        });
      });
      request.end(body);
    });
  }

  request(method, path, body) {
    return this.start(method, path, body, (response, done) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        done({ status: response.statusCode, headers: response.headers, body: text });
      });
    });
  }

  // Resolves when the server has sent the header of the GIF, so it knows this listener. `ended` resolves when the GIF
  // is complete, and has to be awaited only after the server was asked to end it.
  listen(joined) {
    const chunks = [];
    return this.start('GET', '/image.gif', undefined, (response, done) => {
      if (response.statusCode !== 200 || response.headers['content-type'] !== 'image/gif') {
        response.destroy(new Error(`${response.statusCode} ${response.headers['content-type']}`));
        return;
      }
      const complete = new Promise((resolve, reject) => {
        response.on('end', resolve);
        response.on('error', reject);
      });
      complete.catch(() => {}); // seen by whoever awaits `ended`
      const listener = {
        joined,
        bytes: () => Buffer.concat(chunks),
        get ended() {
          return bounded(complete, this.timeout, 'the end of a GIF');
        },
        timeout: this.timeout,
      };
      response.on('data', (chunk) => {
        chunks.push(chunk);
        done(listener);
      });
    });
  }

  destroy() {
    for (const request of this.open) request.destroy();
  }
}

function deferred() {
  const later = {};
  later.promise = new Promise((resolve, reject) => Object.assign(later, { resolve, reject }));
  later.promise.catch(() => {}); // seen by whoever awaits it
  return later;
}

function bounded(promise, ms, what) {
  let timer;
  const limit = new Promise((resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: not within ${ms} ms`)), ms);
  });
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}

function pick(headers, names) {
  return Object.fromEntries(names.filter((name) => name in headers).map((name) => [name, headers[name]]));
}

function parseArguments(argv) {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      listeners: { type: 'string' },
      posts: { type: 'string' },
      concurrency: { type: 'string' },
      'join-after': { type: 'string' },
      prefix: { type: 'string' },
      reference: { type: 'string' },
      timeout: { type: 'string' },
      out: { type: 'string' },
    },
  });
  if (positionals.length !== 1) throw new TypeError('exactly one BASE_URL is needed');
  const whole = (name, least) => {
    if (values[name] === undefined) return undefined;
    const number = Number(values[name]);
    if (!Number.isInteger(number) || number < least) throw new TypeError(`--${name} takes a number from ${least} on`);
    return number;
  };
  const given = {
    listeners: whole('listeners', 1),
    posts: whole('posts', 1),
    concurrency: whole('concurrency', 1),
    joinAfter: whole('join-after', 0),
    timeout: whole('timeout', 1),
    prefix: values.prefix,
    reference: values.reference && JSON.parse(fs.readFileSync(values.reference, 'utf8')),
  };
  const options = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  new Client(positionals[0], 0); // an early word on a URL that is none of ours
  return { base: positionals[0], out: values.out, options };
}

async function main(argv) {
  let parsed;
  try {
    parsed = parseArguments(argv);
  } catch (err) {
    console.error(`drive: ${err.message}\n${USAGE}`);
    return 2;
  }
  const result = await drive(parsed.base, parsed.options);
  const json = `${JSON.stringify(result, null, 2)}\n`;
  if (parsed.out) fs.writeFileSync(parsed.out, json);
  else process.stdout.write(json);
  for (const error of result.errors) console.error(`drive: ${error}`);
  return result.ok ? 0 : 1;
}

module.exports = { drive, decodePictures };

if (require.main === module) {
  main(process.argv.slice(2)).then((status) => {
    process.exitCode = status;
  });
}
