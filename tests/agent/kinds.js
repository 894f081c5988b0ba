'use strict';
const http = require('http');
const { EventEmitter } = require('events');
const bus = new EventEmitter();
const log = [];
let count = 0;
function helper(n) { count += 1; return n + count; }
const arrow = (n) => helper(n);
class Base { greet(n) { return 'base' + n; } }
class Child extends Base {
  #secret = 7;
  greet(n) { return super.greet(n) + this.#secret; }
  get size() { return this.#secret + count * 0; }
}
const child = new Child();
const set = new Set([function first(n) { return 'a' + n; }, function second(n) { return 'b' + n; }]);
const list = [function item(n) { 'use strict'; return [n, this === list, arguments.length]; }];
const map = new Map([['k', function entry(n, m = n) { return n + m; }]]);
const bound = { f: function target(a, b) { return [this.x, a, b]; }.bind({ x: 1 }, 2) };
function Maker(n) { if (!new.target) return 'called'; this.n = n; }
Maker.prototype.twice = function twice() { return this.n * 2; };
const makers = { Maker };
function listener(n) { log.push(n); }
listener.note = 5;
bus.on('x', listener);
const later = { job: async function job(n) { await null; return n * 2; } };
const steps = { walk: function* walk(n) { yield n; yield n + 1; } };
const frozen = Object.freeze({ ice: function ice() { return 'ice'; } });
const guards = ['admin', 'user'].map((who) => function guard() { return who; });
const direct = { eval: function evals(n) { return eval('n + helper(0) * 0'); } };
const thrower = { fail: function fail() { throw new RangeError('no'); } };
let when = null;
const timer = setInterval(function tick() { when = 'ticked'; }, 20);
const caught = () => { try { thrower.fail(); } catch (e) { return e.name + e.message; } };
async function all(n) {
  const made = new makers.Maker(n);
  bus.emit('x', n);
  return {
    arrow: registry.arrow(n) - count, child: child.greet(n), size: child.size,
    set: [...set].map((f) => f(n)), list: list[0](n), map: map.get('k')(n),
    bound: bound.f(n), made: [made.twice(), made instanceof makers.Maker, makers.Maker(n)],
    log: log.pop(), job: await later.job(n), steps: [...steps.walk(n)], ice: frozen.ice(),
    guards: guards.map((f) => f()), direct: direct.eval(n), fail: caught(),
    names: [list[0].name, list[0].length, map.get('k').length, bound.f.name,
      listener.note, bus.listeners('x')[0] === listener, typeof makers.Maker.prototype.twice],
    text: list[0].toString().slice(0, 13), Base: new Base().greet(1), when,
    ticking: timer.hasRef(),
  };
}
const registry = { arrow };
const server = http.createServer((req, res) => {
  const n = Number(req.url.slice(1));
  if (n === 99) { bus.off('x', listener); res.end(String(bus.listenerCount('x'))); return; }
  all(n).then((out) => res.end(JSON.stringify(out)), (e) => res.end(String(e.stack)));
});
server.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port));
