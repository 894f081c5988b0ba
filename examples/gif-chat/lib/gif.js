'use strict';

// How a GIF is put together (https://www.w3.org/Graphics/GIF/spec-gif89a.txt). A stream of them is
//   HEADER, firstFrame(), laterFrame(), laterFrame(), ..., TRAILER
// The colours of the first frame are the global ones of the file, every later frame brings its own.

const HEADER = Buffer.from('GIF89a');
const TRAILER = Buffer.from(';');

const TABLE_OF_256 = 0x80 | 7;

function firstFrame(frame) {
  return Buffer.concat([
    screen(frame.width, frame.height, TABLE_OF_256),
    frame.colors,
    descriptor(frame.width, frame.height, 0),
    frame.data,
  ]);
}

function laterFrame(frame) {
  return Buffer.concat([descriptor(frame.width, frame.height, TABLE_OF_256), frame.colors, frame.data]);
}

// What stands for the first frame in a GIF that ends before it had one.
function noFrame(width, height) {
  return screen(width, height, 0);
}

// Logical screen descriptor; a colour table follows it when `table` says so.
function screen(width, height, table) {
  const bytes = Buffer.alloc(7);
  bytes.writeUInt16LE(width, 0);
  bytes.writeUInt16LE(height, 2);
  bytes[4] = 0x70 | table; // 8 bits a colour
  return bytes;
}

// Image descriptor, at (0, 0); a colour table follows it when `table` says so.
function descriptor(width, height, table) {
  const bytes = Buffer.alloc(10);
  bytes[0] = 0x2c;
  bytes.writeUInt16LE(width, 5);
  bytes.writeUInt16LE(height, 7);
  bytes[9] = table;
  return bytes;
}

module.exports = { HEADER, TRAILER, firstFrame, laterFrame, noFrame };
