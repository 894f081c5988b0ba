function f(x) { a: { if (x) break a; return 'no' } switch (x) { case 1: case 2: { let y = x; return 'c' + y } default: return 'd' } }
log(f(0), f(1), f(2), f(3));
function g(o) { switch (o.k) { case o.a: o.r = 1; break; case o.b: o.r = 2 } return o.r }
log(g({ k: 1, a: 0, b: 1 }));
