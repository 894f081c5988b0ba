'use strict';
/**
 * The modules of a worker: slices of the app's files, and nothing else.
 *
 * In: slices {id, path, text, imports, builtins} by id. Out: their exports, made once
 * per group. `require` answers only what the plan listed.
 */
const { compileFunction } = require('vm');
const { dirname } = require('path');

const PARAMETERS = ['exports', 'require', 'module', '__filename', '__dirname'];

class Slices {
  /** `register(key, reach)` is told, by the slices, how to reach what is called. */
  constructor(table, register) {
    this.table = table;
    this.register = register;
    this.modules = new Map();
  }

  load(id) {
    const loaded = this.modules.get(id);
    if (loaded !== undefined) return loaded;
    const slice = this.table[id];
    const module = { exports: {}, id: slice.path, filename: slice.path, loaded: false };
    this.modules.set(id, module);
    try {
      // The parameters of Node's own wrapper: columns and `this` are the original's.
      const names = [...PARAMETERS, slice.parameter];
      const run = compileFunction(slice.text, names, { filename: slice.path });
      const require = (specifier) => this.require(slice, specifier);
      const { exports } = module;
      const parameters = [exports, require, module, slice.path, dirname(slice.path)];
      Reflect.apply(run, exports, [...parameters, this.register]);
      module.loaded = true;
    } catch (error) {
      this.modules.delete(id);
      throw error;
    }
    return module;
  }

  require(slice, specifier) {
    const id = Object.hasOwn(slice.imports, specifier) ? slice.imports[specifier] : null;
    if (id !== null) return this.load(id).exports;
    if (slice.builtins.includes(specifier)) return require(specifier);
    throw new Error(`the plan of ${slice.path} has no module ${specifier}`);
  }
}

module.exports = { Slices };
