'use strict';
/**
 * Make Node load the build's overlays instead of the original files.
 *
 * `node -r build/loader.cjs app.js`. In: manifest.json beside this file. A source that
 * is not the one that was compiled ends the process with status 1 and says which. With
 * FLUXION=off, or where stacks are source-mapped, the originals run.
 */
const { createHash } = require('crypto');
const { readFileSync, readdirSync } = require('fs');
const Module = require('module');
const { availableParallelism } = require('os');
const { join, resolve } = require('path');
const { isMainThread } = require('worker_threads');

require('./runtime/order.cjs');

const KEY = Symbol.for('fluxion.runtime');

function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Read a file of the app and check that it is the one that was compiled. */
function checked({ path, sha256: wanted }) {
  let bytes;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    return fail(`${path} cannot be read (${error.code})`);
  }
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  if (marked) bytes = bytes.subarray(3);
  if (sha256(bytes) !== wanted) return fail(`${path} has changed since it was compiled`);
  return bytes.toString('utf8');
}

function fail(what) {
  process.stderr.write(
    `fluxion: ${what}; compile again, or set FLUXION=off to run the original\n`,
  );
  process.exit(1);
}

/** Stacks that somebody maps to other sources: ours would not be theirs. */
function hasOtherStacks() {
  if (require('./runtime/stack.js').isForeign()) return true;
  const flags = [...process.execArgv, process.env.NODE_OPTIONS || ''].join(' ');
  return /--enable[-_]source[-_]maps/.test(flags) || process.sourceMapsEnabled === true;
}

/** Replace a text that is compiled, when it is exactly the checked file's. */
function hook(overlays, stack) {
  const { _compile } = Module.prototype;
  const { apply, mapGet } = require('./runtime/primordials.js');
  const compile = function (content, filename) {
    const overlay = mapGet(overlays, filename);
    const limit = stack.raise(1);
    try {
      if (overlay !== undefined && content === overlay.original) arguments[0] = overlay.text;
      return apply(_compile, this, arguments);
    } finally {
      stack.lower(limit, 1);
    }
  };
  Object.defineProperty(compile, 'name', { value: _compile.name });
  Object.defineProperty(compile, 'length', { value: _compile.length });
  Module.prototype._compile = compile;
}

function positionsOf(files) {
  return files.map(({ path, positions }) => [path, positions]);
}

function poolSize({ workers }) {
  const asked = Number(process.env.FLUXION_WORKERS);
  if (Number.isInteger(asked) && asked > 0) return asked;
  return workers || Math.max(1, availableParallelism() - 1);
}

function read(path) {
  return readFileSync(resolve(__dirname, path), 'utf8');
}

function start() {
  const manifest = JSON.parse(read('manifest.json'));
  const overlays = new Map();
  for (const file of manifest.files) {
    const original = checked(file);
    overlays.set(file.path, { original, text: read(file.overlay) });
  }
  for (const slice of manifest.slices) checked(slice);
  const runtimeFiles = readdirSync(join(__dirname, 'runtime'));
  const stack = require('./runtime/stack.js');
  stack.install(
    [__filename, ...runtimeFiles.map((name) => join(__dirname, 'runtime', name))],
    positionsOf(manifest.files),
  );
  const { finish } = require('./runtime/leaving.js');
  const { watchImporters } = require('./runtime/importers.js');
  const { Runtime, overlayInterface } = require('./runtime/main.js');
  const slices = Object.fromEntries(
    manifest.slices.map((slice) => [slice.id, { ...slice, text: read(slice.overlay) }]),
  );
  const runtime = new Runtime({
    fluxions: manifest.fluxions,
    data: { fluxions: manifest.fluxions, slices, positions: positionsOf(manifest.slices) },
    size: poolSize(manifest),
    deadlineMs: Number(process.env.FLUXION_DEADLINE) || 0,
    readyMs: Number(process.env.FLUXION_READY) || 0,
    limits: {},
    reportPath: process.env.FLUXION_REPORT,
  });
  Object.defineProperty(globalThis, KEY, { value: overlayInterface(runtime) });
  process.on('exit', () => {
    finish(runtime.pool);
    runtime.report.write();
  });
  hook(overlays, stack);
  watchImporters(manifest.fluxions, (group) => runtime.dead(group));
  if (manifest.fluxions.length > 0) warmUp(runtime.pool);
}

/** After the app's own initialisation: what it patched is patched by then. */
function warmUp(pool) {
  setImmediate(() => pool.start()).unref();
}

if (isMainThread && process.env.FLUXION !== 'off' && !hasOtherStacks()) start();
