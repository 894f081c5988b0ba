'use strict';
// What an app could tell a stand-in of the watch by, kind by kind: prints
// {observation: [kinds for which it differs]} as JSON. docs/safety.md lists these.

const { EventEmitter } = require('events');
const path = require('path');
const { inspect, types } = require('util');

const { dress, watcher } = require(path.join(__dirname, '..', '..', 'agent', 'probe', 'stand_in.js'));

const KINDS = {
  function: () => function named(a) { return a; },
  arrow: () => (a) => a,
  async: () => async function later(a) { return a; },
  asyncArrow: () => async (a) => a,
  generator: () => function* several(a) { yield a; },
  asyncGenerator: () => async function* flow(a) { yield a; },
  withOwn: () => Object.assign(function owner(a) { return a; }, { own: 1 }),
};
const seen = (fn) => {
  const emitter = new EventEmitter();
  emitter.on('event', KINDS.arrow());
  emitter._events.event = fn;
  return emitter;
};
const LOOKS = {
  'types.isAsyncFunction': (fn) => types.isAsyncFunction(fn),
  'types.isGeneratorFunction': (fn) => types.isGeneratorFunction(fn),
  'types.isProxy': (fn) => types.isProxy(fn),
  'util.inspect': (fn) => inspect(fn),
  'Function.prototype.toString.call': (fn) => Reflect.apply(Function.prototype.toString, fn, []),
  'Object.getPrototypeOf': (fn, original) => Object.getPrototypeOf(fn) === Object.getPrototypeOf(original),
  'fn.toString': (fn, original) => fn.toString === original.toString,
  'fn.toString()': (fn) => fn.toString(),
  'fn.listener': (fn) => typeof fn.listener,
  'fn.constructor': (fn, original) => fn.constructor === original.constructor,
  'Object.prototype.toString.call': (fn) => Object.prototype.toString.call(fn),
  'emitter.listeners': (fn, original) => seen(fn).listeners('event')[0] === original,
  'emitter.rawListeners': (fn, original) => seen(fn).rawListeners('event')[0] === original,
  '===': (fn, original) => fn === original,
};

const differences = {};
for (const [kind, make] of Object.entries(KINDS)) {
  const original = make();
  const stand = dress(watcher(original, { open: () => 0, close: () => {} }), original, true);
  for (const [name, look] of Object.entries(LOOKS)) {
    if (look(original, original) !== look(stand, original)) (differences[name] ||= []).push(kind);
  }
}
process.stdout.write(JSON.stringify(differences));
