function f(o) { with (o) { p = 5; return q() + p } }
const o = { p: 1, q() { return this.p } };
log(f(o), o.p);
function g(o) { with (o) { return (function () { return p })() } }
log(g({ p: 3 }));
