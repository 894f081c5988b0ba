'use strict';

const fs = require('node:fs');
const opentype = require('opentype.js');
const pureimage = require('pureimage');

const WIDTH = 600;
const HEIGHT = 380;

const FONT_FILE = '@fontsource/lato/files/lato-latin-700-normal.woff';
const FONT_SIZE = 44;
const LINE_HEIGHT = 58;
const MARGIN = 36;
const MAX_LINES = 5;
const MAX_CHARACTERS = 280; // more than that never fits, whatever the letters

let font = null;

// Call it once, before the first drawText().
function loadFont() {
  const file = fs.readFileSync(require.resolve(FONT_FILE));
  font = opentype.parse(file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength));
}

// The picture of a message: {width, height, data}, data being RGBA bytes. The same text gives the same pixels.
function drawText(text) {
  const image = pureimage.make(WIDTH, HEIGHT);
  paintBackground(image.data, hash(text));

  const lines = wrap(text.slice(0, MAX_CHARACTERS));
  const context = image.getContext('2d');
  let baseline = (HEIGHT - lines.length * LINE_HEIGHT) / 2 + FONT_SIZE;
  for (const line of lines) {
    const left = (WIDTH - font.getAdvanceWidth(line, FONT_SIZE)) / 2;
    const path = font.getPath(line, left, baseline, FONT_SIZE);
    if (path.commands.length > 0) {
      path.fill = '#ffffff';
      path.draw(context);
    }
    baseline += LINE_HEIGHT;
  }
  return { width: WIDTH, height: HEIGHT, data: image.data };
}

// Break a text into lines that fit the picture: between words where possible, inside a word that is too long.
// What does not fit in MAX_LINES is not shown.
function wrap(text) {
  const lines = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    const longer = line ? `${line} ${word}` : word;
    if (fits(longer)) {
      line = longer;
      continue;
    }
    if (line) lines.push(line);
    line = '';
    for (const character of word) {
      if (!fits(line + character)) {
        lines.push(line);
        line = '';
      }
      line += character;
    }
  }
  lines.push(line);
  return lines.slice(0, MAX_LINES);
}

function fits(line) {
  return font.getAdvanceWidth(line, FONT_SIZE) <= WIDTH - 2 * MARGIN;
}

// A wash of slowly changing colours under a fine film grain, other colours for another seed.
function paintBackground(pixels, seed) {
  const phase = (seed % 1024) / 1024;
  const red = { x: wave(WIDTH, 6, phase), y: wave(HEIGHT, 4, phase) };
  const green = { x: wave(WIDTH, 5, phase + 2), y: wave(HEIGHT, 6, phase + 1) };
  const blue = { x: wave(WIDTH, 4, phase + 4), y: wave(HEIGHT, 7, phase + 3) };

  let random = seed;
  let i = 0;
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
      const light = 92 + (random >>> 27);
      pixels[i++] = light + red.x[x] + red.y[y];
      pixels[i++] = light + green.x[x] + green.y[y];
      pixels[i++] = light + blue.x[x] + blue.y[y];
      pixels[i++] = 255;
    }
  }
}

function wave(length, angle, phase) {
  const values = new Int16Array(length);
  for (let i = 0; i < length; i++) values[i] = Math.round(46 * Math.sin((angle * i) / length + phase));
  return values;
}

function hash(text) {
  let h = 7;
  for (let i = 0; i < text.length; i++) h = (Math.imul(h, 31) + text.charCodeAt(i)) >>> 0;
  return h;
}

module.exports = { WIDTH, HEIGHT, loadFont, drawText };
