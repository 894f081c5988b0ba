let n = 0, m, list = []; const K = 2; var v = 1;
function f() { n += K; n++; --n; m ??= 5; m = m + 1; list.push(n); v = n; [n, v] = [v, n]; return n }
f(); f(); log(n, m, list, v);
function counter() { let c = 0; return { inc: () => ++c, get: () => c, add(x) { c += x; return c } } }
const c1 = counter(), c2 = counter(); c1.inc(); c1.inc(); c2.add(5); log(c1.get(), c2.get());
for (let i = 0; i < 2; i++) list.push(() => i); log(list.slice(-2).map((g) => g()).join());
function shadow(n) { { let n = 5; n++ } return n } log(shadow(3));
