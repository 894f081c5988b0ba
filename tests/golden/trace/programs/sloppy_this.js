function f() { return typeof this } log(f.call(5), f.call('x'), f());
function g() { 'use strict'; return typeof this } log(g.call(5), g());
const o = { a() { return [1].map(() => this === o)[0] }, b: () => this === module.exports }; log(o.a(), o.b());
