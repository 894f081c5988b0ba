const o = { a: { b: 1 }, s: 'x', arr: [] }; let u, nul = null, five = 5;
const tries = [() => u(), () => o.x(), () => o.a.b(), () => o.a.b.c(), () => o['x'](), () => o[five](), () => o.arr[0](),
  () => o.f().g(), () => u.x, () => nul.x = 1, () => u.x(), () => new u(), () => new o.x(), () => new o.a.b(1),
  () => (u || nul)(), () => (five + 1)(), () => (() => 1)()(), () => ''.x(), () => this.zz(), () => 'str'(), () => [1](),
  () => (!u)(), () => (typeof u)(), () => { const { a } = u }, () => { const { a } = o.zz }, () => { const [a] = u },
  () => { for (const x of u); }, () => { for (const x of o.zz); }, () => { const { } = nul }, () => { ({ a: u } = nul) },
  () => { const { a: { b } } = o.a.zz }, () => o.x?.y(), () => o.a?.b(), () => o?.zz(), () => u`x`, () => new (five)(),
  () => o.a.b.c.d, () => o[five].c, () => (o.x)(), () => JSON.parse('{'), () => 'a' in five, () => u instanceof five,
  () => new (class A { constructor() { this.zz() } })(), () => o.a.b`x`, () => new o.a, () => (a => a.b.c)(o),
  () => require('fs').nothing(), () => o.a[o.s](), () => o.a[o.s + 1](1), () => o.f?.().g(), () => o.s.y.z()];
for (const t of tries) { try { log('no', t()) } catch (e) { log(e.name + ': ' + e.message) } }
