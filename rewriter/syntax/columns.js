/**
 * Turn an ESTree into columns of integers, one row per node, parents first.
 *
 * In: a tree of acorn. Out: buffers of equal length, plus the few names and strings
 * that differ from the text between a node's offsets. No strings for the others: a
 * lone surrogate would break the message.
 */
'use strict';

const { CHILDREN, OPERATORS, FLAGS, TYPES, FIELDS } = require('./grammar.js');

const HOLE = 0;
const typeNumber = new Map(TYPES.map((name, i) => [name, i]));
const fieldNumber = new Map(FIELDS.map((name, i) => [name, i]));
const operatorNumber = new Map(OPERATORS.map((name, i) => [name, i]));
const flagBit = new Map(FLAGS.map((name, i) => [name, 1 << i]));
const walks = new Map(
  Object.entries(CHILDREN).map(([type, children]) => [
    type,
    (children.match(/\w+/g) || []).map((name) => ({
      name,
      number: fieldNumber.get(name),
      list: children.split(' ').includes(`${name}[]`),
    })),
  ]),
);

class Columns {
  constructor(text) {
    this.text = text;
    this.size = 0;
    this.grow(Math.max(64, text.length >> 2));
    /** Row, then the cooked text, of names and strings written with escapes. */
    this.cooked = [];
  }

  grow(room) {
    const bigger = (Kind, old) => {
      const made = new Kind(room);
      if (old) made.set(old);
      return made;
    };
    for (const name of ['type', 'field', 'op']) this[name] = bigger(Uint8Array, this[name]);
    this.flags = bigger(Uint16Array, this.flags);
    for (const name of ['start', 'end', 'parent', 'last']) {
      this[name] = bigger(Int32Array, this[name]);
    }
    this.room = room;
  }

  /** Add one node and all below it. */
  add(node, parent, field) {
    if (this.size === this.room) this.grow(this.room * 2);
    const row = this.size++;
    this.parent[row] = parent;
    this.field[row] = field;
    if (node === null) {
      this.type[row] = HOLE;
      this.start[row] = this.end[row] = -1;
    } else {
      this.type[row] = typeNumber.get(node.type);
      this.start[row] = node.start;
      this.end[row] = node.end;
      this.op[row] = operatorNumber.get(operatorOf(node));
      this.flags[row] = flagsOf(node);
      this.addCooked(node, row);
      this.addChildren(node, row);
    }
    this.last[row] = this.size;
  }

  addChildren(node, row) {
    const fields = walks.get(node.type);
    if (node.type === 'TemplateLiteral') {
      const all = [...node.quasis.map((n) => [n, 'quasis']), ...node.expressions.map((n) => [n, 'expressions'])];
      all.sort((a, b) => a[0].start - b[0].start);
      for (const [child, name] of all) this.add(child, row, fieldNumber.get(name));
      return;
    }
    for (let i = 0; i < fields.length; i++) {
      const { name, number, list } = fields[i];
      const child = node[name];
      if (child === null || child === undefined) continue;
      if (!list) this.add(child, row, number);
      else for (let j = 0; j < child.length; j++) this.add(child[j], row, number);
    }
  }

  addCooked(node, row) {
    const written = (from, to) => this.text.slice(node.start + from, node.end - to);
    if (node.type === 'Identifier') {
      if (node.name !== written(0, 0)) this.keep(row, node.name);
    } else if (node.type === 'PrivateIdentifier') {
      if (node.name !== written(1, 0)) this.keep(row, node.name);
    } else if (node.type === 'Literal' && typeof node.value === 'string') {
      if (node.value !== written(1, 1)) this.keep(row, node.value);
    } else if (node.type === 'TemplateElement') {
      if (node.value.cooked !== written(0, 0)) this.keep(row, node.value.cooked);
    }
  }

  keep(row, value) {
    const isText = typeof value === 'string';
    this.cooked.push(row, isText ? Buffer.from(value, 'utf16le') : null);
  }

  /** The message: every column as bytes in this machine's order. */
  message() {
    const bytes = (column) => {
      const used = column.subarray(0, this.size);
      return new Uint8Array(used.buffer, used.byteOffset, used.byteLength);
    };
    const columns = {};
    for (const name of ['type', 'field', 'op', 'flags', 'start', 'end', 'parent', 'last']) {
      columns[name] = bytes(this[name]);
    }
    return { size: this.size, columns, cooked: this.cooked };
  }
}

function operatorOf(node) {
  if (node.type === 'Literal') {
    if (node.regex) return 'regex';
    if (node.bigint !== undefined) return 'bigint';
    return node.value === null ? 'null' : typeof node.value;
  }
  if (node.type === 'Program') return node.sourceType;
  return node.operator || node.kind || '';
}

function flagsOf(node) {
  let bits = 0;
  for (let i = 0; i < FLAGS.length; i++) {
    if (node[FLAGS[i]]) bits |= 1 << i;
  }
  if (node.directive !== undefined) bits |= flagBit.get('directive');
  // On statements and clauses acorn has a node here; only functions have the flag.
  if (node.type === 'ExpressionStatement' || node.type === 'ChainExpression') {
    bits &= ~flagBit.get('expression');
  }
  return bits;
}

/** Encode one tree. */
function encode(tree, text) {
  const columns = new Columns(text);
  columns.add(tree, -1, 0);
  return columns.message();
}

module.exports = { encode };
