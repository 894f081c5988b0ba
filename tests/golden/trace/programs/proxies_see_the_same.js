const seen = [];
const p = new Proxy({ a: 1, f() { return 1 } }, new Proxy({}, { get(t, trap) { return (...args) => { seen.push(trap + (typeof args[1] === 'string' ? ':' + args[1] : '')); return Reflect[trap](...args) } } }));
function f() { p.a; p.a = 2; p.a++; p.f(); 'a' in p; delete p.a; for (const k in p); const { f } = p; ({ ...p }); p?.a; p.b ??= 1; return seen.join() }
log(f());
const fp = new Proxy(function () { return 5 }, { get(t, k) { log('get', String(k)); return t[k] }, apply(t, s, a) { return 'applied' + a.length } });
log((() => fp(1, 2))());
