let u, o = {}; const q = () => {};
for (const t of [() => q(...u), () => q(...o.z), () => [...u], () => q(1, ...o.z, 2), () => new Map(...u), () => [...q()], () => q(...q()), () => ({ ...u, ...null })]) { try { log(t()) } catch (e) { log(e.message) } }
function f(...a) { return a.length + ':' + a }
function g(o) { return [f(...o.l), f(1, ...o.l, 2), [...o.l, ...'ab'], { ...o, x: 1 }.x, Math.max(...o.l), new Date(...[2020, 1]).getFullYear()].join(';') }
log(g({ l: [1, 2] }));
