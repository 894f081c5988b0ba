'use strict';
/**
 * Describe the shapes of values without their content, and without running any code of
 * the app.
 *
 * In: any value. Out: SHAPE records, each with a short text such as
 * `{html:string,errors:Array}` and a size in bytes that a copy would roughly take.
 */

const { EVENT } = require('./abi.js');
const { TEXT_BYTES } = require('./encoder.js');
const { getPrototypeOf, inherited, nameOf, own, ownKeys, plain: usual, types } = require('./natives.js');
const { redactKey } = require('./redact.js');

const MOST_KEYS = 20;
const MOST_TEXT = 300;
const YOUNG_RUNS = 20;
const MOST_SHAPES = 8; // of one value
const ALL_SHAPES = 5000; // of all functions

/** Is a function so young that its values are described? Of a twin, its own runs count. */
function young(f, runs = YOUNG_RUNS) {
  return (f.traced > 0 ? f.traced : f.kept) <= runs;
}

/** What the values of functions look like, each shape told once, and again when it grows. */
class Shapes {
  constructor(out) {
    this.out = out;
    this.count = 0;
  }

  tell(f, slot, value) {
    const [shape, bytes] = shapeOf(value);
    const shapes = f.shapes || (f.shapes = new Map());
    const known = shapes.get(slot) || shapes.set(slot, new Map()).get(slot);
    const before = known.get(shape);
    if (before === undefined ? known.size >= MOST_SHAPES : bytes <= before * 2) return;
    if (before === undefined) {
      if (this.count >= ALL_SHAPES) return;
      this.count += 1;
    }
    known.set(shape, bytes);
    const { out } = this;
    out.open(EVENT.SHAPE, 5, 40 + 2 * TEXT_BYTES);
    out.int(f.script);
    out.int(f.start);
    out.text(slot);
    out.text(shape);
    out.int(bytes);
  }
}

function shapeOf(value) {
  const kind = typeof value;
  if (kind === 'string') return ['string', value.length * 2];
  if (kind === 'function') return ['function', 0];
  if (kind !== 'object') return [kind, 8];
  if (value === null) return ['null', 8];
  if (types.isProxy(value)) return ['Proxy', 0];
  const named = className(value);
  if (types.isAnyArrayBuffer(value) || ArrayBuffer.isView(value)) {
    return [named, Number(sizeOf(value)) || 0];
  }
  if (Array.isArray(value)) return [`Array<${elementKind(value)}>`, 8 * value.length];
  if (types.isNativeError(value)) return ['Error', 256];
  const prototype = getPrototypeOf(value);
  if (prototype !== null && prototype !== usual) return [`instance:${named}`, 64];
  return plain(value);
}

const viewSize = Object.getOwnPropertyDescriptor(
  getPrototypeOf(Uint8Array.prototype), 'byteLength').get;

function sizeOf(value) {
  try {
    return types.isTypedArray(value) ? viewSize.call(value) : 0;
  } catch {
    return 0;
  }
}

function className(value) {
  const made = inherited(value, 'constructor');
  return typeof made === 'function' && !types.isProxy(made) ? redactKey(nameOf(made)) || '?' : '?';
}

function elementKind(array) {
  return array.length === 0 ? '' : brief(own(array, 0));
}

function plain(value) {
  const parts = [];
  let bytes = 16;
  let count = 0;
  for (const key of ownKeys(value)) {
    if (typeof key !== 'string') return ['object with symbols', bytes];
    count += 1;
    if (count > MOST_KEYS) break;
    const found = Reflect.getOwnPropertyDescriptor(value, key);
    const accessor = found === undefined || !('value' in found);
    parts.push(`${redactKey(key)}:${accessor ? 'accessor' : brief(found.value)}`);
    bytes += 16 + (accessor || typeof found.value !== 'string' ? 8 : found.value.length * 2);
  }
  if (count > MOST_KEYS) parts.push('...');
  return [`{${parts.join(',')}}`.slice(0, MOST_TEXT), bytes];
}

function brief(value) {
  if (typeof value !== 'object') return typeof value;
  if (value === null) return 'null';
  if (types.isProxy(value)) return 'Proxy';
  if (Array.isArray(value)) return 'Array';
  const prototype = getPrototypeOf(value);
  return prototype === null || prototype === usual ? 'object' : className(value);
}

module.exports = { Shapes, young };
