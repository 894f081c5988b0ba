/**
 * Parse JavaScript and apply edits, for Python at the other end of a pipe.
 *
 * In: length-prefixed msgpack requests on stdin. Out: one answer each on stdout, in
 * order. It ends when stdin ends. It decides nothing about programs.
 */
'use strict';

const acorn = require('acorn');
const { default: MagicString } = require('magic-string');
const { encode: encodeMessage, decode: decodeMessage } = require('@msgpack/msgpack');
const remapping = require('@jridgewell/remapping');
const { encode } = require('./columns.js');
const grammar = require('./grammar.js');
const { origins } = require('./origins.js');

const OPTIONS = {
  script: { sourceType: 'script' },
  // What Node wraps in a function: `return` and `new.target` at the top, no `await`.
  commonjs: { sourceType: 'commonjs' },
  module: { sourceType: 'module', allowAwaitOutsideFunction: true },
};

const operations = {
  hello: () => ({
    types: grammar.TYPES,
    fields: grammar.FIELDS,
    operators: grammar.OPERATORS,
    flags: grammar.FLAGS,
    children: grammar.CHILDREN,
    versions: { acorn: acorn.version, node: process.versions.node },
  }),

  parse({ text, kind }) {
    const source = textOf(text);
    let tree;
    try {
      tree = acorn.parse(source, {
        ecmaVersion: 'latest',
        allowHashBang: true,
        ...OPTIONS[kind],
      });
    } catch (error) {
      if (error instanceof RangeError) return { refused: 'nested too deeply', at: 0 };
      if (!(error instanceof SyntaxError)) throw error;
      return { refused: error.message, at: error.pos };
    }
    return encode(tree, source);
  },

  edit({ text, edits, name, inputMap }) {
    const source = textOf(text);
    const result = new MagicString(source);
    // Replacements first: what is inserted at their borders stays outside of them.
    for (const [start, end, replacement] of edits) {
      if (start === end) continue;
      if (replacement.length) result.update(start, end, textOf(replacement));
      else result.remove(start, end);
    }
    for (const [start, end, replacement] of edits) {
      if (start === end) result.appendLeft(start, textOf(replacement));
    }
    let map = result.generateMap({ source: name, hires: 'boundary', includeContent: true });
    if (inputMap) {
      map = (remapping.default || remapping)(map.toString(), (file) =>
        file === name ? inputMap : null,
      );
    }
    return { code: Buffer.from(result.toString(), 'utf16le'), map: map.toString() };
  },

  origins,
};

/** Text travels as bytes: msgpack strings cannot hold lone surrogates. */
function textOf(bytes) {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf16le');
}

function answer(request) {
  try {
    return { ok: operations[request.operation](request) };
  } catch (error) {
    return { failed: String((error && error.stack) || error) };
  }
}

function send(message) {
  const body = encodeMessage(message, { ignoreUndefined: true });
  const head = Buffer.alloc(4);
  head.writeUInt32BE(body.byteLength);
  process.stdout.write(head);
  process.stdout.write(body);
}

let chunks = [];
let held = 0;

/** Take every whole message out of what has arrived. */
function receive(chunk) {
  chunks.push(chunk);
  held += chunk.length;
  while (held >= 4) {
    if (chunks[0].length < 4) chunks = [Buffer.concat(chunks)];
    const size = chunks[0].readUInt32BE(0) + 4;
    if (held < size) return;
    const all = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
    chunks = all.length > size ? [all.subarray(size)] : [];
    held -= size;
    send(answer(decodeMessage(all.subarray(4, size))));
  }
}

process.stdin.on('data', receive);
