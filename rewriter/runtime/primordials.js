'use strict';
/**
 * Built-in functions as they were before the app's first line.
 *
 * What runs on main even when nothing moves uses these and plain loops, so that an app
 * that replaces built-ins breaks nothing of ours. (All else runs only while main's
 * built-ins are pristine: see intrinsics.js.)
 */
const { apply, getPrototypeOf } = Reflect;
const uncurry = Function.prototype.bind.bind(Function.prototype.call);
const generators = getPrototypeOf(function* () {}).prototype;

module.exports = {
  apply,
  errorToString: uncurry(Error.prototype.toString),
  functionToString: uncurry(Function.prototype.toString),
  generatorNext: generators.next,
  generatorThrow: generators.throw,
  join: uncurry(Array.prototype.join),
  mapDelete: uncurry(Map.prototype.delete),
  mapForEach: uncurry(Map.prototype.forEach),
  mapGet: uncurry(Map.prototype.get),
  mapSet: uncurry(Map.prototype.set),
  match: uncurry(String.prototype.match),
  push: uncurry(Array.prototype.push),
  replace: uncurry(String.prototype.replace),
  setAdd: uncurry(Set.prototype.add),
  setForEach: uncurry(Set.prototype.forEach),
  setHas: uncurry(Set.prototype.has),
  shift: uncurry(Array.prototype.shift),
  slice: uncurry(Array.prototype.slice),
  split: uncurry(String.prototype.split),
  startsWith: uncurry(String.prototype.startsWith),
  weakSetAdd: uncurry(WeakSet.prototype.add),
};
