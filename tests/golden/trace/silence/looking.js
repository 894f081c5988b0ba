// Everything here tells of itself when it is looked at by code.
const log = []; const trap = (name) => new Proxy({}, { get: () => () => log.push(name), has: () => log.push(name),
  ownKeys: () => { log.push(name); return [] }, getOwnPropertyDescriptor: () => { log.push(name) },
  getPrototypeOf: () => { log.push(name); return null }, isExtensible: () => log.push(name) });
const p = trap('proxy'), o = { get g() { log.push('getter'); return 1 }, toString() { log.push('toString') },
  [Symbol.iterator]: undefined, valueOf() { log.push('valueOf') }, get length() { log.push('length') } };
function g(...a) { return a } function f() {
  g(p, o); g.call(p, o); [p, o].slice(); new Map([[o, p]]).get(o); [p].push(o); new Set([p]).has(o);
  const { q } = { q: p }; const [r] = [o]; Array.isArray(p); Object.is(p, o); l.push(p, o); l.at(-1); k.q = p; k.q; k.r = o;
  try { throw o } catch (e) { g(e) } return [q, r] }
f(); f.call(p); f.call(o); $out.line = [log.join()]
