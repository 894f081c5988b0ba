'use strict';

const { GIFEncoder, quantize, applyPalette } = require('gifenc');

const COLORS = 256;
const BEFORE_DATA = 8 + 10; // what gifenc writes before the data: graphic control extension, image descriptor

// From RGBA pixels to the parts of a GIF frame: the best 256 colours as a table of RGB bytes, and the picture in
// these colours as compressed data. How the parts become a first or a later frame is the business of ./gif.
function encodeFrame(pixels, width, height) {
  const palette = quantize(pixels, COLORS);
  const index = applyPalette(pixels, palette);

  const encoder = GIFEncoder({ auto: false });
  encoder.writeFrame(index, width, height);

  return { width, height, colors: colorTable(palette), data: encoder.bytes().slice(BEFORE_DATA) };
}

function colorTable(palette) {
  const table = new Uint8Array(3 * COLORS);
  palette.forEach((rgb, i) => table.set(rgb, 3 * i));
  return table;
}

module.exports = { encodeFrame };
