'use strict';
/**
 * Stack texts as the original app would have them.
 *
 * In: V8's raw frames. Out: frames without the runtime's own, with the positions of
 * the original files, and, below the frame of a host that was suspended, the callers
 * that stood there when it was cut. Works on main and in workers.
 */
const {
  errorToString, join, mapDelete, mapGet, mapSet, match, push, replace, setAdd, setHas,
  shift, slice, split, startsWith, weakSetAdd,
} = require('./primordials.js');
const { captureStackTrace } = Error;
const { defineProperty } = Object;

/** A host's copy runs below these: generator, `next`, the runtime, the host itself. */
const EXTRA = 3;
/** Begins the name of a suspended host's frame; the rest is the frame's number. */
const MARK = '\u2063';
const CONTINUED = 'fluxionContinue';
/** Errors are formatted late: so many finished hosts are remembered. */
const KEPT = 256;

const POSITION = /:\d+:\d+(\)?)$/;
const [FROM, LINE, COLUMN, FIXED] = [0, 1, 2, 3];

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
  for (const file of files) setAdd(runtime, file);
  for (const [path, lines] of positions) mapSet(overlays, path, lines);
  original = Error.prepareStackTrace;
  Error.prepareStackTrace = prepare;
}

function prepare(error, trace) {
  if (error === wanted) {
    found = trace;
    return '';
  }
  const cleaned = clean(error, trace);
  if (typeof original === 'function') return original(error, cleaned);
  const head = errorToString(error);
  return cleaned.length === 0 ? head : `${head}\n    at ${join(cleaned, '\n    at ')}`;
}

function clean(error, trace) {
  const out = [];
  for (let i = 0; i < trace.length; i++) {
    const file = trace[i].getFileName();
    if (file !== null && setHas(runtime, file)) {
      if (isBottom(trace[i])) {
        weakSetAdd(complete, error);
        break;
      }
      continue;
    }
    const host = hostAt(trace, i);
    if (host === null) {
      push(out, text(trace[i]));
      continue;
    }
    i = host.last;
    push(out, withPosition(host.named, trace, host.at));
    if (host.callers !== null) {
      for (let j = 1; j < host.callers.length; j++) push(out, host.callers[j]);
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
  const suspended = typeof name === 'string' && startsWith(name, MARK);
  let next = at + 1;
  if (next < trace.length && isGeneratorStep(trace[next])) next++;
  else if (!suspended) return null;
  const driver = trace[next];
  if (driver !== undefined && !setHas(runtime, driver.getFileName())) return null;
  const sync = driver !== undefined && driver.getFunctionName() !== CONTINUED;
  if (sync && next + 1 < trace.length)
    return { at, last: next + 1, named: text(trace[next + 1]), callers: null };
  const frame = suspended ? mapGet(frames, name) : undefined;
  if (frame === undefined || sync)
    return { at, last: trace.length, named: text(trace[at]), callers: null };
  const callers = callersOf(frame.holder);
  return { at, last: next, named: callers[0] || text(trace[at]), callers };
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
  return slice(out, 0, limit > 0 ? limit : 0);
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
  return replace(named, POSITION, `:${positionOf(path, line, column)}$1`);
}

/** Rows of an edited line: from this column on, this line and column; or fixed. */
function positionOf(path, line, column) {
  const lines = mapGet(overlays, path);
  const rows = lines && lines[line];
  if (!rows) return `${line}:${column}`;
  let row = rows[0];
  for (let i = 1; i < rows.length && rows[i][0] < column; i++) row = rows[i];
  const shift = row[FIXED] ? 0 : column - 1 - row[FROM];
  return `${row[LINE]}:${row[COLUMN] + 1 + shift}`;
}

/**
 * Note the callers that stand below a host at its cut. The frames are taken now: V8
 * formats no stack while it formats another; their text is made only if needed.
 */
function mark(frame, body, below) {
  frame.holder = { trace: framesBelow(below), callers: null };
  if (frame.name === '' && frame.generator !== null) {
    frame.name = MARK + frame.number;
    mapSet(frames, frame.name, frame);
    defineProperty(body, 'name', { value: frame.name, configurable: true });
  }
}

/** A host is done; its errors may still be formatted later, so keep a while. */
function release(frame) {
  if (frame.name === '') return;
  push(released, frame.name);
  if (released.length > KEPT) mapDelete(frames, shift(released));
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
function extend(stack, holder, skipped) {
  const lines = split(stack, '\n    at ');
  const callers = callersOf(holder);
  const limit = Error.stackTraceLimit - raised;
  if (skipped > 0 && lines.length > 1 && callers.length > 0) {
    // The host itself ran in the worker: its place from there, its name from here.
    const place = match(lines[lines.length - 1], POSITION);
    if (place !== null) lines[lines.length - 1] = replace(callers[0], POSITION, place[0]);
  }
  for (let i = skipped; i < callers.length && lines.length <= limit; i++) push(lines, callers[i]);
  return join(lines, '\n    at ');
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

/** Does somebody else already decide what a stack looks like? */
function isForeign() {
  const { prepareStackTrace } = Error;
  return prepareStackTrace !== undefined && prepareStackTrace.name !== 'ErrorPrepareStackTrace';
}

module.exports = {
  install, isForeign, mark, release, callersOf, extend, raise, lower, complete, limit: () =>
    typeof Error.stackTraceLimit === 'number' ? Error.stackTraceLimit - raised : 10,
};
