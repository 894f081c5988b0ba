'use strict';
// A small server that knows what it looked like before anybody came: `/state` compares
// every reference that a probe could swap with the function that was there at the start.
const http = require('http');
const { EventEmitter } = require('events');
const { channel } = require('diagnostics_channel');

const routes = new Map();
const bus = new EventEmitter();
const chain = [];
const api = {};
let served = 0;

function one(req, res) {
  bus.emit('served', 1);
  setTimeout(function later() {
    served += 1;
    res.end(`one ${served}`);
  }, 1);
}
function two(req, res) {
  Promise.resolve(2).then(function then(value) {
    api.answer(res, value);
  });
}
function answer(res, value) {
  res.end(`two ${value}`);
}
function counted(by) {
  api.count += by;
}
function first(req, res, next) {
  next(req, res);
}
function spin(req, res) {
  const ends = process.hrtime.bigint() + 2000000n;
  let sum = 0;
  while (process.hrtime.bigint() < ends) sum += 1;
  res.end(`spin ${sum > 0}`);
}
function state(req, res) {
  if (globalThis.gc) globalThis.gc(); // with --expose-gc: what is alive, not what was
  const symbol = Symbol.for('fluxion.probe');
  const swapped = [];
  for (const [name, now] of slots) if (originals.get(now()) !== name) swapped.push(name);
  res.end(JSON.stringify({
    served,
    global: globalThis[symbol] !== undefined,
    swapped,
    listeners: listeners(),
    symbols: Object.getOwnPropertySymbols(globalThis).length,
    channels: channel('http.server.request.start').hasSubscribers,
    timers: process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length,
    sockets: process._getActiveHandles().filter((h) => h.remotePort !== undefined
      && h.localPort !== server.address().port).length,
    rss: process.memoryUsage().rss,
    heap: process.memoryUsage().heapUsed,
  }));
}
function entry(req, res) {
  const route = routes.get(req.url.split('?')[0]);
  if (route === undefined) res.end('none');
  else chain[0](req, res, route);
}
function listeners() {
  return [process, server, bus].map((one) => one.eventNames()
    .map((name) => `${String(name)} ${one.listenerCount(name)}`).sort().join());
}

routes.set('/one', one);
routes.set('/two', two);
routes.set('/spin', spin);
routes.set('/state', state);
chain.push(first);
Object.assign(api, { answer, count: 0 });
bus.on('served', counted);
const server = http.createServer(entry);
const slots = [
  ['one', () => routes.get('/one')], ['two', () => routes.get('/two')],
  ['spin', () => routes.get('/spin')], ['state', () => routes.get('/state')],
  ['first', () => chain[0]], ['answer', () => api.answer],
  ['counted', () => bus.rawListeners('served')[0]],
  ['entry', () => server.rawListeners('request')[0]],
  ['push', () => Array.prototype.push],
  ['emit', () => EventEmitter.prototype.emit],
  ['timeout', () => globalThis.setTimeout],
  ['then', () => Promise.prototype.then],
];
// By identity, in a place where nobody can put another function.
const originals = new WeakMap(slots.map(([name, now]) => [now(), name]));
server.listen(0, '127.0.0.1', () => console.log(`port ${server.address().port}`));
