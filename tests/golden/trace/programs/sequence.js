function f(o) { let x = (o.a, o.b), y; y = (o.c, o.d); o.e = (o.a, o.b); const z = [(o.a, o.b)]; g((o.a, o.b), o.c); return (o.a, x) + (o.b, y) + z[0] + o.e }
function g(a, b) { log(a, b) }
log(f({ a: 1, b: 2, c: 3, d: 4 }));
