const s = Symbol('s');
function f(o) { o[s] = 1; o[1.5] = 2; o[-1] = 3; o[null] = 4; o[undefined] = 5; delete o.x; delete o['y']; 'z' in o; s in o;
  o.n = o.m = o.l = 6; o.a.b.c = 7; o.a.b.c++; o.a['b'].c **= 2; o.a.b.d ||= {}; o.a.b.d.e = 8; void o.q; !o.q; typeof o.q; -o.q; return o }
log(f({ x: 1, y: 2, a: { b: {} } }));
function g() { 'use strict'; const o = Object.freeze({ p: 1 }); try { o.p = 2 } catch (e) { log(e.message) } try { delete o.p } catch (e) { log(e.message) } return o.p }
log(g());
function h(o) { return o.a.b[o.k](o.a.b.c)[0].x }
log(h({ k: 'f', a: { b: { c: 3, f(x) { return [{ x: x + this.c }] } } } }));
