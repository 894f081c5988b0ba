'use strict';

const { WIDTH, HEIGHT, drawText } = require('./lib/draw');
const { encodeFrame } = require('./lib/frame');
const gif = require('./lib/gif');

const first = []; // responses that wait for their first frame
const second = []; // responses that had it, and wait for the next
let frames = 0;

// GET /image.gif: a GIF that never ends. It starts with the next message.
function openImage(req, res) {
  res.set({ 'Content-Type': 'image/gif', 'Cache-Control': 'no-store' });
  res.write(gif.HEADER);
  first.push(res);
  res.on('close', () => {
    remove(first, res);
    remove(second, res);
  });
}

// POST /image/text: the body is the next message, a frame for everybody who listens.
function writeTextToImages(req, res) {
  const text = req.body.toString('utf8').trim();
  if (text === '') {
    res.status(400).json({ error: 'the message is empty' });
    return;
  }

  const picture = drawText(text);
  const frame = encodeFrame(picture.data, picture.width, picture.height);

  const later = gif.laterFrame(frame);
  for (const listener of second) listener.write(later);
  const initial = gif.firstFrame(frame);
  for (const listener of first) listener.write(initial);
  second.push(...first.splice(0));
  frames += 1;

  res.set('X-Frame', String(frames)).status(204).end();
}

// POST /image/close: end all GIFs.
function closeImages(req, res) {
  for (const listener of second.splice(0)) listener.end(gif.TRAILER);
  for (const listener of first.splice(0)) {
    listener.write(gif.noFrame(WIDTH, HEIGHT));
    listener.end(gif.TRAILER);
  }
  res.status(204).end();
}

function health(req, res) {
  res.json({ ok: true, listeners: first.length + second.length, frames });
}

function notFound(req, res) {
  res.status(404).json({ error: 'not found' });
}

// Express knows an error handler by its four parameters.
function onError(err, req, res, next) {
  if (res.headersSent) return next(err);
  const status = err.status ?? 500;
  if (status >= 500) console.error(err);
  res.status(status).json({ error: status >= 500 ? 'internal error' : err.message });
}

function remove(list, item) {
  const at = list.indexOf(item);
  if (at !== -1) list.splice(at, 1);
}

module.exports = { openImage, writeTextToImages, closeImages, health, notFound, onError };
