'use strict';
/**
 * Who requires the modules whose state may live in a worker.
 *
 * In: the fluxions of the manifest. A module that nobody planned gets hold of such a
 * module on main: then its state stays on main, or, when it is gone, the require throws.
 */
const Module = require('module');
const { apply } = require('./primordials.js');
const stack = require('./stack.js');

/** Watch `require`; `claim(group)` is called when an unplanned module asks. */
function watchImporters(fluxions, claim) {
  const planned = new Map();
  for (const { group, importers } of fluxions)
    for (const [path, importer] of importers) {
      if (!planned.has(path)) planned.set(path, { groups: new Set(), importers: new Set([path]) });
      planned.get(path).groups.add(group);
      planned.get(path).importers.add(importer);
    }
  if (planned.size === 0) return;
  const { _load } = Module;
  const load = function (request, parent, isMain) {
    const limit = stack.raise(1);
    try {
      check(planned, request, parent, claim);
      return apply(_load, this, arguments);
    } finally {
      stack.lower(limit, 1);
    }
  };
  Object.defineProperty(load, 'name', { value: _load.name });
  Object.defineProperty(load, 'length', { value: _load.length });
  Module._load = load;
}

function check(planned, request, parent, claim) {
  if (!parent || typeof parent.filename !== 'string' || Module.isBuiltin(request)) return;
  let path;
  try {
    path = Module._resolveFilename(request, parent);
  } catch {
    return;
  }
  const entry = planned.get(path);
  if (entry === undefined || entry.importers.has(parent.filename)) return;
  for (const group of entry.groups) claim(group);
}

module.exports = { watchImporters };
