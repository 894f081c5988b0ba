'use strict';
/**
 * Stack texts as the original app would have them.
 *
 * In: V8's raw frames. Out: frames without the runtime's own, with the positions of
 * the original files, and, below the frame of a host that was suspended, the callers
 * that stood there when it was cut. Works on main and in workers.
 */
const { captureStackTrace } = Error;
const { defineProperty } = Object;

/** A host's copy runs below these: generator, `next`, the runtime, the host itself. */
const EXTRA = 3;
/** Begins the name of a suspended host's frame; the rest is the frame's number. */
const MARK = '\u2063';
const CONTINUED = 'fluxionContinue';

const runtime = new Set();
const overlays = new Map();
const frames = new Map();
/** Errors whose text ends where the worker's own part of the stack ended. */
const complete = new WeakSet();
let original = Error.prepareStackTrace;
let raised = 0;
let deepest = 0;
let wanted = null;
let found = null;

/** Take the runtime's file names and, by path, the positions of edited lines. */
function install(files, positions) {
  for (const file of files) runtime.add(file);
  for (const [path, lines] of positions) overlays.set(path, lines);
  original = Error.prepareStackTrace;
  Error.prepareStackTrace = prepare;
}

function prepare(error, trace) {
  if (error === wanted) {
    found = trace;
    return '';
  }
  const cleaned = clean(error, trace);
  return typeof original === 'function'
    ? original(error, cleaned)
    : [error, ...cleaned].join('\n    at ');
}

function clean(error, trace) {
  const out = [];
  for (let i = 0; i < trace.length; i++) {
    const file = trace[i].getFileName();
    if (file !== null && runtime.has(file)) {
      if (isBottom(trace[i])) {
        complete.add(error);
        break;
      }
      continue;
    }
    const host = hostAt(trace, i);
    if (host === null) {
      out.push(text(trace[i]));
      continue;
    }
    i = host.last;
    out.push(withPosition(host.named, trace, host.at));
    if (host.callers !== null) {
      out.push(...host.callers);
      break;
    }
  }
  return cut(out, trace.length);
}

/** Worker and release turns: what stands below belongs to the runtime alone. */
function isBottom(frame) {
  return frame.getFunctionName() === 'fluxionBottom';
}

/** Recognise the copy of a host, and find its callers. */
function hostAt(trace, at) {
  const name = trace[at].getFunctionName();
  const suspended = typeof name === 'string' && name.startsWith(MARK);
  let next = at + 1;
  if (next < trace.length && isGeneratorStep(trace[next])) next++;
  else if (!suspended) return null;
  const driver = trace[next];
  if (driver !== undefined && !runtime.has(driver.getFileName())) return null;
  const sync = driver !== undefined && driver.getFunctionName() !== CONTINUED;
  if (sync && next + 1 < trace.length)
    return { at, last: next + 1, named: text(trace[next + 1]), callers: null };
  const frame = suspended ? frames.get(name) : undefined;
  if (frame === undefined || sync)
    return { at, last: trace.length, named: text(trace[at]), callers: null };
  const [named, ...callers] = callersOf(frame.holder);
  return { at, last: next, named: named || text(trace[at]), callers };
}

function isGeneratorStep(frame) {
  if (frame.getFileName()) return false;
  return frame.getFunctionName() === 'next' || frame.getFunctionName() === 'throw';
}

function cut(out, length) {
  const { stackTraceLimit } = Error;
  if (typeof stackTraceLimit !== 'number') return out;
  const limit = stackTraceLimit - raised;
  if (out.length <= limit || length > limit + deepest) return out;
  return out.slice(0, Math.max(limit, 0));
}

function text(frame) {
  return withPosition(String(frame), [frame], 0);
}

/** Return a frame's text with the position of another frame, in the original file. */
function withPosition(named, trace, at) {
  const frame = trace[at];
  const path = frame.getFileName();
  const line = frame.getLineNumber();
  const column = frame.getColumnNumber();
  if (line === null || column === null) return named;
  const [toLine, toColumn] = positionOf(path, line, column);
  return named.replace(/:\d+:\d+(\)?)$/, `:${toLine}:${toColumn}$1`);
}

/** Rows of an edited line: from this column on, this line and column; or fixed. */
function positionOf(path, line, column) {
  const lines = overlays.get(path);
  const rows = lines && lines[line];
  if (!rows) return [line, column];
  let row = rows[0];
  for (const other of rows) {
    if (other[0] > column - 1) break;
    row = other;
  }
  const [from, toLine, toColumn, fixed] = row;
  return [toLine, toColumn + 1 + (fixed ? 0 : column - 1 - from)];
}

/**
 * Note the callers that stand below a host at its cut. The frames are taken now: V8
 * formats no stack while it formats another; their text is made only if needed.
 */
function mark(frame, body, below) {
  frame.holder = { trace: framesBelow(below), callers: null };
  if (frame.name === '') {
    frame.name = MARK + frame.number;
    frames.set(frame.name, frame);
    defineProperty(body, 'name', { value: frame.name, configurable: true });
  }
}

/** A host is done; its errors may still be formatted later, so keep a while. */
function release(frame) {
  if (frame.name === '') return;
  released.push(frame.name);
  if (released.length > 64) frames.delete(released.shift());
}
const released = [];

function framesBelow(below) {
  const holder = {};
  captureStackTrace(holder, below);
  const before = Error.prepareStackTrace;
  wanted = holder;
  found = [];
  if (before !== prepare) Error.prepareStackTrace = prepare;
  void holder.stack;
  if (before !== prepare) Error.prepareStackTrace = before;
  wanted = null;
  return found;
}

/** The frames noted by `mark`, the host itself first, at its cut. */
function callersOf(holder) {
  if (holder.callers === null) holder.callers = clean(holder, holder.trace);
  return holder.callers;
}

/** Complete the stack of an error that a worker made with the callers on main. */
function extend(stack, holder) {
  const lines = stack.split('\n    at ');
  const limit = Error.stackTraceLimit - raised;
  const rest = callersOf(holder).slice(0, Math.max(limit - (lines.length - 1), 0));
  return [...lines, ...rest].join('\n    at ');
}

/** Make room for the frames that a host's copy adds; returns what `lower` needs. */
function raise(by = EXTRA) {
  const { stackTraceLimit } = Error;
  if (typeof stackTraceLimit !== 'number') return NaN;
  raised += by;
  if (raised > deepest) deepest = raised;
  return (Error.stackTraceLimit = stackTraceLimit + by);
}

function lower(limit, by = EXTRA) {
  if (limit !== limit) return;
  raised -= by;
  if (Error.stackTraceLimit === limit) Error.stackTraceLimit = limit - by;
}

module.exports = {
  install, mark, release, callersOf, extend, raise, lower, complete, limit: () =>
    typeof Error.stackTraceLimit === 'number' ? Error.stackTraceLimit - raised : 10,
};
