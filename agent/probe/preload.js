'use strict';
/**
 * The probe in an app that we start: loaded before it, it rewrites each of its files as
 * they are loaded, and tells everything it saw even if the app ends at once.
 *
 * In: the agent's port and token, the app's own folder, and this very file's path, which
 * a thread runs a second time to talk to the agent while the main thread waits. Out: the
 * same global as `install` makes; the app's output and exit code are its own.
 */

const { PROBE_SYMBOL, VERSION } = require('./abi.js');
const { CALLS, apply, builtin, defineProperty, getOwnPropertyDescriptor, mine, own } = require('./natives.js');
const { describe } = require('./describing.js');
const { compiling, saying } = require('./masks.js');
const { listed } = require('./globs.js');
const { Link } = require('./link.js');
const { Probe } = require('./probe.js');
const { Profiler } = require('./profiler.js');
const { relay } = require('./relay.js');
const { dress } = require('./stand_in.js');
const { Texts } = require('./texts.js');

const MOST_TEXT = 300 * 1024;
const SOURCE_MS = 2000;
const FLUSH_MS = 2000;
const ROOM_MB = 64; // of a worker thread, its own and ours

/** Run by `node --require`; a second time in our own thread, and in the app's threads. */
function preload(config) {
  const { isMainThread, threadId, workerData } = builtin('worker_threads');
  if (!isMainThread) {
    const ours = typeof workerData === 'object' && workerData !== null && own(workerData, 'fluxion');
    if (ours) {
      if (own(ours, 'token') === config.token) relay(config, ours);
      return;
    }
    if (!config.threads || tight()) return;
  }
  hide(config.file);
  const link = new Link(config);
  const probe = new Probe({ ...config, close: false, transport: link });
  probe.words.read();
  const profiler = new Profiler();
  const face = Object.freeze({ ...probe.face(), ...profiler.face() });
  defineProperty(globalThis, Symbol.for(PROBE_SYMBOL), {
    value: face, configurable: true, enumerable: false, writable: false,
  });
  link.serve(face, () => probe.leave('the agent went away'));
  link.tell({ hello: { version: VERSION, ...describe(), ...probe.words.told, thread: threadId } });
  if (config.profile > 0 && isMainThread) profiler.start(config.profile);
  const texts = (probe.tracer.texts = new Texts());
  const load = (content, filename, module) => {
    const after = rewritten(link, config, content, filename, module, texts);
    if (after !== content) texts.add(content, after);
    return after;
  };
  hookText(globalThis, texts);
  probe.tracer.leads.ports.begin(probe.tracer, texts);
  hookCommonJs(load);
  if (config.module) hookModules(link, config.entry, load);
  process.once('exit', () => {
    const profile = profiler.running ? profiler.stop() : null;
    if (profile !== null) link.tell({ profile });
    probe.leave('the app ended');
    link.wait({ flush: true }, FLUSH_MS);
  });
}

/** Was this thread given so little memory that there is none for us? */
function tight() {
  const { maxOldGenerationSizeMb } = builtin('worker_threads').resourceLimits;
  return maxOldGenerationSizeMb < ROOM_MB;
}

/** Children that the app forks inherit these options, and are not ours. */
function hide(file) {
  const words = mine(process.execArgv);
  const at = words.indexOf(file);
  if (at > 0 && /^(-r|--require)$/.test(words[at - 1])) apply(Array.prototype.splice, process.execArgv, [at - 1, 2]);
}

/** In a realm, functions say their own text; as long as they are there, so after us too. */
function hookText(realm, texts) {
  const { prototype } = own(realm, 'Function');
  const found = getOwnPropertyDescriptor(prototype, 'toString');
  const said = saying(found.value, (text) => texts.before(text), CALLS);
  defineProperty(prototype, 'toString', { ...found, value: said });
}

function hookCommonJs(load) {
  const { prototype } = builtin('module');
  const original = prototype._compile;
  const hooked = compiling(original, (content, filename, format) =>
    (format === 'module' ? content : load(content, filename, false)), CALLS);
  const found = getOwnPropertyDescriptor(prototype, '_compile');
  defineProperty(prototype, '_compile', { ...found, value: dress(hooked, original, false) });
}

/** ES modules, where Node lets us (22.15 and later); else they stay, and are listed. */
function hookModules(link, entry, load) {
  const { registerHooks } = builtin('module');
  const { fileURLToPath } = builtin('url');
  if (typeof registerHooks !== 'function') {
    link.tell({ left: entry });
    return;
  }
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      if (loaded.format === 'module-typescript') link.tell({ left: fileURLToPath(url) });
      if (loaded.format !== 'module' || !url.startsWith('file:')) return loaded;
      const { source } = loaded;
      const text = typeof source === 'string' ? source : new (builtin('util').TextDecoder)().decode(source);
      const after = load(text, fileURLToPath(url), true);
      return after === text ? loaded : { ...loaded, source: after };
    },
  });
}

/** The agent's text for a file of the app, within two seconds; else the file's own. */
function rewritten(link, config, content, filename, module, texts) {
  try {
    if (typeof content !== 'string' || typeof filename !== 'string') return content;
    const about = { path: filename, text: content, module };
    if (!isWanted(filename, config) || content.length > MOST_TEXT || !link.open()) {
      link.tell({ loaded: about });
      return content;
    }
    if (!texts.room(content)) {
      link.tell({ missed: filename }); // its own text could not be said
      return content;
    }
    const answer = link.wait({ source: about }, SOURCE_MS);
    if (answer === undefined) link.tell({ missed: filename });
    return typeof answer === 'string' ? answer : content;
  } catch {
    return content; // the app's file is always better than none
  }
}

/** The app's own code, and files of packages that were asked for. */
function isWanted(path, { files, package: folder }) {
  return isApp(path, folder) || listed(files, path);
}

/** The app's own code: below its package, and in no package that it uses. */
function isApp(path, folder) {
  const rest = path.startsWith(`${folder}/`) ? path.slice(folder.length) : path;
  return !rest.includes('/node_modules/');
}

module.exports = { hookText, preload };
