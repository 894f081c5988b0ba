'use strict';

const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const http = require('node:http');
const path = require('node:path');
const readline = require('node:readline');
const { after, before, test } = require('node:test');
const { GifReader } = require('omggif');

const { decodePictures, drive } = require('../drive');
const { drawText, loadFont } = require('../lib/draw');
const { encodeFrame } = require('../lib/frame');
const gif = require('../lib/gif');

const LIMIT = { timeout: 60_000 };

let server;
let base;

before(async () => {
  loadFont();
  server = spawn(process.execPath, [path.join(__dirname, '..', 'server.js')], {
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(readline.createInterface(server.stdout), 'line');
  base = /^listening on (http:\/\/127\.0\.0\.1:\d+)$/.exec(line)[1];
}, LIMIT);

after(async () => {
  if (server.exitCode !== null) return;
  server.kill();
  await once(server, 'exit');
});

const post = (where, body) => fetch(base + where, { method: 'POST', body });
const health = async () => (await fetch(`${base}/health`)).json();

// A listener that has been given the header: {request, ended}, `ended` resolves to the bytes of the GIF.
async function listen() {
  const request = http.get(`${base}/image.gif`, { agent: false });
  const [response] = await once(request, 'response');
  const chunks = [];
  response.on('data', (chunk) => chunks.push(chunk));
  const ended = new Promise((resolve) => {
    response.on('end', () => resolve(Buffer.concat(chunks)));
    response.on('error', () => resolve(null));
  });
  await once(response, 'data');
  return { request, response, ended };
}

// The mean difference of a colour value between a decoded frame and the picture that was drawn.
function difference(rgb, picture) {
  let sum = 0;
  for (let pixel = 0; pixel < picture.width * picture.height; pixel++) {
    for (let c = 0; c < 3; c++) sum += Math.abs(rgb[3 * pixel + c] - picture.data[4 * pixel + c]);
  }
  return sum / rgb.length;
}

// For each frame, whether it brings its own colours.
function localPalettes(bytes) {
  const reader = new GifReader(bytes);
  return Array.from({ length: reader.numFrames() }, (_, i) => reader.frameInfo(i).has_local_palette);
}

test('a message is a frame that shows its text, in first form and in later form', LIMIT, async () => {
  const early = await listen();
  assert.equal(early.response.headers['content-type'], 'image/gif');
  const texts = ['one', 'two words', 'three: a message that does not fit on a single line'];
  assert.equal((await post('/image/text', texts[0])).status, 204);
  const late = await listen();
  for (const text of texts.slice(1)) assert.equal((await post('/image/text', text)).status, 204);
  assert.equal((await post('/image/close')).status, 204);

  const [bytes, lateBytes] = [await early.ended, await late.ended];
  const { width, height, frames } = decodePictures(bytes);
  assert.deepEqual([width, height, frames.length], [600, 380, 3]);
  texts.forEach((text, i) => {
    const others = texts.filter((other) => other !== text).map((other) => difference(frames[i], drawText(other)));
    const own = difference(frames[i], drawText(text));
    assert.ok(own < 6, `"${text}" is off by ${own}`);
    assert.ok(Math.min(...others) > 2 * own, `"${text}" looks like another: ${own}, ${others}`);
  });

  assert.deepEqual(decodePictures(lateBytes).frames, frames.slice(1));
  assert.deepEqual(localPalettes(bytes), [false, true, true]);
  assert.deepEqual(localPalettes(lateBytes), [false, true]);
});

test('every answer counts the frames', LIMIT, async () => {
  const { frames } = await health();
  const answer = await post('/image/text', 'counted');
  assert.equal(answer.headers.get('x-frame'), String(frames + 1));
  assert.deepEqual(await health(), { ok: true, listeners: 0, frames: frames + 1 });
});

test('the same text gives the same frame, byte by byte', () => {
  const [a, b] = [drawText('again'), drawText('again')];
  assert.deepEqual(a, b);
  assert.deepEqual(encodeFrame(a.data, a.width, a.height), encodeFrame(b.data, b.width, b.height));
});

test('any text can be drawn', () => {
  for (const text of ['x'.repeat(1000), 'a\nb\nc\nd\ne\nf\ng', '\u200b', '\u{1f600}', '\ud800', 'مرحبا', '\0']) {
    assert.equal(drawText(text).data.length, 600 * 380 * 4);
  }
});

test('a listener that goes away is forgotten', LIMIT, async () => {
  const [stays, goes] = [await listen(), await listen()];
  assert.equal((await health()).listeners, 2);
  goes.request.destroy();
  while ((await health()).listeners > 1) await new Promise((resolve) => setTimeout(resolve, 10));
  await post('/image/text', 'still here');
  await post('/image/close');
  assert.equal(decodePictures(await stays.ended).frames.length, 1);
});

test('a GIF that ends without a message is a GIF without frames', LIMIT, async () => {
  const listener = await listen();
  await post('/image/close');
  const bytes = await listener.ended;
  assert.equal(bytes.subarray(0, 6).toString(), gif.HEADER.toString());
  const { width, height, frames } = decodePictures(bytes);
  assert.deepEqual([width, height, frames], [600, 380, []]);
});

test('wrong input is answered, and changes nothing', LIMIT, async () => {
  const state = await health();
  for (const body of ['', ' \n ']) {
    const answer = await post('/image/text', body);
    assert.equal(answer.status, 400);
    assert.deepEqual(await answer.json(), { error: 'the message is empty' });
  }
  const large = await post('/image/text', 'x'.repeat(1024 * 1024 + 1));
  assert.equal(large.status, 413);
  assert.deepEqual(await large.json(), { error: 'request entity too large' });
  assert.equal((await fetch(`${base}/nowhere`)).status, 404);
  assert.deepEqual(await health(), state);
});

test('the driver finds every post of a concurrent run, and the late listener', LIMIT, async () => {
  const reference = await drive(base, { concurrency: 1, posts: 5 });
  assert.deepEqual(reference.errors, []);
  assert.deepEqual(reference.listeners[0].sequence, [1, 2, 3, 4, 5]);
  assert.deepEqual(reference.listeners[2].sequence, [3, 4, 5].slice(-reference.listeners[2].frames.length));

  const result = await drive(base, { concurrency: 3, posts: 5, listeners: 3, reference });
  assert.deepEqual(result.errors, []);
  assert.ok(result.ok);
  assert.deepEqual(
    result.listeners.map((listener) => listener.joined),
    [0, 0, 0, 2],
  );
  assert.deepEqual([...result.listeners[0].sequence].sort(), [1, 2, 3, 4, 5]);
});

test('the driver sees a frame that is wrong, another order, and a server that is not there', LIMIT, async () => {
  const options = { concurrency: 1, posts: 3, joinAfter: 1 };
  const reference = await drive(base, options);
  const [listener] = reference.listeners;

  const unknown = structuredClone(reference);
  unknown.listeners[0].frames[1] = listener.frames[1].replace(/^./, 'x');
  const swapped = structuredClone(reference);
  swapped.listeners[0].frames.reverse();
  const [withUnknown, withSwapped, nobody] = [
    await drive(base, { ...options, reference: unknown }),
    await drive(base, { ...options, reference: swapped }),
    await drive('http://127.0.0.1:1', { ...options, timeout: 2000 }),
  ];
  assert.match(withUnknown.errors.join('\n'), /frame 2 shows none of the posts/);
  assert.match(withSwapped.errors.join('\n'), /shows posts 3,2,1, but by the answers the order is 1,2,3/);
  assert.match(nobody.errors.join('\n'), /ECONNREFUSED/);
  assert.deepEqual([withUnknown.ok, withSwapped.ok, nobody.ok], [false, false, false]);
  await assert.rejects(drive('http://example.org', options), /not on this machine/);
});
