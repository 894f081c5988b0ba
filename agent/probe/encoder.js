'use strict';
/**
 * Write event records as msgpack into one preallocated block.
 *
 * In: numbers, strings, bytes. Out: whole blocks handed to `send(bytes)`, each a run
 * of arrays that decodes by itself. Never a partial record: `open` makes room first.
 */

const { builtin } = require('./natives.js');
const { redactValues } = require('./redact.js');

const { Buffer } = builtin('buffer');
const SIZE = 64 * 1024;
const MOST_KNOWN = 2000; // texts whose clean form is remembered
const TEXT = 2000; // the longest text in UTF-16 units that a record may carry

class Encoder {
  constructor(send) {
    this.send = send;
    this.block = Buffer.allocUnsafeSlow(SIZE);
    this.at = 0;
    this.records = 0;
    this.known = new Map();
  }

  /** Begin a record of `fields` fields after the code, in at most `bytes` bytes. */
  open(code, fields, bytes) {
    if (this.at + bytes > SIZE) this.flush();
    this.block[this.at] = 0x90 + fields + 1;
    this.block[this.at + 1] = code;
    this.at += 2;
    this.records += 1;
  }

  flush() {
    if (this.at === 0) return;
    const length = this.at;
    this.at = 0;
    this.send(this.block.subarray(0, length));
  }

  int(value) {
    const { block, at } = this;
    if (value >= 0 && value < 128) {
      block[at] = value;
      this.at = at + 1;
    } else if (value >= 0 && value < 65536) {
      block[at] = 0xcd;
      block[at + 1] = value >>> 8;
      block[at + 2] = value;
      this.at = at + 3;
    } else if (value >= 0 && value < 4294967296) {
      block[at] = 0xce;
      this.at = at + 1;
      this.word(value);
    } else if (value >= 0) {
      block[at] = 0xcf;
      this.at = at + 1;
      this.word(Math.floor(value / 4294967296));
      this.word(value);
    } else {
      block[at] = 0xd2;
      this.at = at + 1;
      this.word(value);
    }
  }

  /** 32 bits, big-endian; the value is taken modulo 2^32. */
  word(value) {
    const { block, at } = this;
    block[at] = value >>> 24;
    block[at + 1] = value >>> 16;
    block[at + 2] = value >>> 8;
    block[at + 3] = value;
    this.at = at + 4;
  }

  /** At most TEXT units; what is not Unicode becomes U+FFFD. */
  text(value) {
    const text = value.length > TEXT ? value.slice(0, TEXT) : value;
    const length = this.block.write(text, this.at + 3, 'utf8');
    this.block[this.at] = 0xda;
    this.block[this.at + 1] = length >>> 8;
    this.block[this.at + 2] = length;
    this.at += 3 + length;
  }

  /** A text of the app's source or stack, without what looks secret. */
  safe(value) {
    let clean = this.known.get(value);
    if (clean === undefined) {
      clean = redactValues(value);
      if (this.known.size >= MOST_KNOWN) this.known.clear();
      this.known.set(value, clean);
    }
    this.text(clean);
  }

  array(length) {
    this.block[this.at] = 0xdc;
    this.block[this.at + 1] = length >>> 8;
    this.block[this.at + 2] = length;
    this.at += 3;
  }

  /** Make room in the middle of a record whose parts are sent on together. */
  room() {
    if (this.at + 4 * TEXT * 3 > SIZE) this.flush();
  }

  /** Bytes of a record that outgrows the block: sent as a block of their own. */
  long(head, tail) {
    this.flush();
    this.records += 1;
    this.send(Buffer.concat([head, tail]));
  }
}

/** The header of msgpack bytes. */
function bytesHeader(length) {
  const head = Buffer.alloc(5);
  head[0] = 0xc6;
  head.writeUInt32BE(length, 1);
  return head;
}

module.exports = { Encoder, Buffer, bytesHeader, TEXT_BYTES: 3 + 3 * TEXT };
