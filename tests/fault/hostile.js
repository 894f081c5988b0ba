'use strict';
// Values that run code when they are looked at, all of them counted;
// `/touched` says what was touched.
const http = require('http');

const touched = {};
const count = (what) => { touched[what] = (touched[what] || 0) + 1; };
const traps = Object.fromEntries(Object.getOwnPropertyNames(Reflect)
  .map((name) => [name, (...all) => { count(`proxy ${name}`); return Reflect[name](...all); }]));
const looked = {
  get value() { count('getter'); return 1; },
  toString() { count('toString'); return 'x'; },
  valueOf() { count('valueOf'); return 1; },
  toJSON() { count('toJSON'); return 1; },
  [Symbol.toPrimitive]() { count('toPrimitive'); return 1; },
  get [Symbol.toStringTag]() { count('toStringTag'); return 'x'; },
  get then() { count('then'); return undefined; },
  *[Symbol.iterator]() { count('iterator'); yield 1; },
};
const proxy = new Proxy({ a: 1 }, traps);
const called = new Proxy(function real() { return 1; }, {
  ...traps, apply: (target, self, all) => Reflect.apply(target, self, all),
});
const { proxy: revoked, revoke } = Proxy.revocable({}, {});
revoke();
const cyclic = { name: 'cyclic' };
cyclic.self = cyclic;
const huge = 'x'.repeat(20e6);
const nothing = Object.create(null);
class Odd extends Map { get(key) { count('Map.get of a subclass'); return super.get(key); } }
const odd = new Odd([[1, looked]]);
const named = function () {};
Object.defineProperty(named, 'name', { get() { count('name'); return 'n'; } });
const held = { looked, proxy, revoked, cyclic, huge, nothing, odd, named, called };

function pass(one, two) { return two === undefined ? one : two; }
function take(values) {
  let kept = 0;
  kept += pass(values.looked) === looked;
  kept += pass(values.proxy, values.revoked) === revoked;
  kept += pass(values.cyclic.self) === cyclic;
  kept += pass(values.huge).length === 20e6;
  kept += pass(values.odd) === odd;
  kept += pass(values.nothing, values.named) === named;
  kept += called();
  return kept;
}
function handle(req, res) {
  if (req.url === '/touched') {
    res.end(JSON.stringify(touched));
    return;
  }
  setTimeout(function later(value) { res.end(`one ${take(value)}`); }, 1, held);
}
const server = http.createServer(handle);
server.listen(0, '127.0.0.1', () => console.log(`port ${server.address().port}`));
