const a = () => {}; let b = function () {}; var c = class {}; let d; d = () => {};
const o = { e: () => {}, f() {}, get g() { return 1 }, ['h' + 1]: function () {}, [Symbol.iterator]() {} };
function outer(p = () => {}, { q = function () {} } = {}) {
  const a2 = () => {}; let e; e ||= () => {}; let f = (function () {}); o.z = function () {};
  const [g = () => {}] = []; class K { static m = () => {}; n = function () {} }
  let shared; const use = () => shared; shared = () => {};
  return [p.name, q.name, a2.name, e.name, f.name, o.z.name, g.name, K.m.name, new K().n.name, shared.name, use.name,
    (() => {}).name, (function () {}).name, (0, class {}).name, [() => {}][0].name].join()
}
log(a.name, b.name, c.name, d.name, o.e.name, o.f.name, o.h1.name, o[Symbol.iterator].name, outer());
log(outer.length, ((a, b) => {}).length, o.f.length, (function (a, b = 1, c) {}).length);
