// One of each form of function and class, with what may confuse where its text begins.
class A {
  static /* a */ async *
  m(a) { return a.b } static static () {} 'static'() {} static #p() { return this.x }
  static get [(() => 'k')()]() { return (q => q.r)({}) } constructor() { this.x = 1 }
  x = () => this.y; static { this.z = function () {} } async = 1; static async
  get
  () { return 1 }
}
class B extends (class { m() { return super.m } }) { constructor() { super(); this.x = 1 } }
const o = { m() { return this.x }, get g() { return 1 }, async *[`h`](a = () => a) {}, p: (a) => a.b };
function w(o) { with (o) { return () => a.b } }
async function f(a = function () { return a.b }) { await using x = null; return () => a }
export_ = async x => ({ y: x.y });
