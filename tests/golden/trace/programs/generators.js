function* g(a) { const x = yield a; const y = yield* h(x); try { yield y } finally { log('end') } return 9 }
function* h(x) { const r = yield x + 1; return r + 1 }
const o = { *m() { yield this.z }, z: 5 };
const it = g(1);
log(it.next(), it.next(10), it.next(20), it.return(7), it.next(), [...o.m()]);
function* t() { try { yield 1 } catch (e) { yield e } }
const ti = t(); ti.next(); log(ti.throw(3), ti.next());
function* inf() { let i = 0; while (true) yield i++ }
for (const x of inf()) { if (x > 2) break; log(x) }
const [p, q] = inf(); log(p, q, Object.prototype.toString.call(g));
function* early() { yield; return } log([...early()]);
