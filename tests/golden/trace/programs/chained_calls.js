class Q { constructor() { this.s = [] } a(x) { this.s.push(x); return this } b(...x) { this.s.push(...x); return this } end() { return this.s.join('') } }
function f() { return new Q().a(1).b(2, 3).a(new Q().a(4).end()).end() } log(f());
const r = require; function g() { return r('path').join('a', 'b') + require('path').basename('/x/y') } log(g());
