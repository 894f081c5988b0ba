/* 😀 */ function k1(a) { return 'k1' } out(k1);
out(function () { 'k2' }); out(function /* ( */ named (b) { 'k3' });
out(async function () { 'k4' }); out(function* () { 'k5' });
out(() => 'k6'); out(async (x) => 'k7'); out(x => 'k8'); out(async x => 'k9');
/* 😀😀 */ const o = { m() { 'k10' }, async n() { 'k11' }, *g() { 'k12' }, async *h() { 'k13' },
 ['c' + 1]() { 'k14' }, get p() { 'k15' }, set p(v) { 'k16' }, f: function () { 'k17' }, 's t'() { 'k18' }, 5() { 'k19' } };
for (const key of Object.keys(o)) if (key !== 'p') out(o[key]);
const d = Object.getOwnPropertyDescriptor(o, 'p'); out(d.get); out(d.set);
class A { constructor() { 'k20' } m() { 'k21' } static s() { 'k22' } static async *t() { 'k23' } get g() { 'k24' } static get h() { 'k25' }
  #p() { 'k26' } q() { 'k27'; return this.#p } f = () => 'k28'; static ['z']() { 'k29' } }
out(A); out(A.prototype.m); out(A.s); out(A.t); out(Object.getOwnPropertyDescriptor(A.prototype, 'g').get);
out(Object.getOwnPropertyDescriptor(A, 'h').get); out(new A().q()); out(new A().f); out(A.z);
out(class { x = 'k30' }); out(class B extends A { y = 'k31' }); out(class extends A { constructor() { super('k32') } });
const outer = () => out(() => 'k34'); outer('k33'); const [q = out(function () { 'k35' })] = [];
out((function () { return function () { 'k36' } })()); out(`${(o.z = () => 'k37')}` && o.z);
