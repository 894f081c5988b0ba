const o = { a: 1, b: { c: 2 }, d: [3, 4, 5], get e() { return 6 } };
let m, cap; const use = () => cap;
function f({ a, b: { c }, d: [x, , ...y], z = 9, ['e']: e }, [p, q = 2] = [1]) {
  const { a: a2, ...rest } = o; const [h, ...t] = o.d; let k, l; ({ a: k, b: { c: l } } = o); [m, cap] = [k, l];
  [o.p, o['q']] = [7, 8]; ({ x: o.r = 5 } = {}); const swap = ([k, l] = [l, k]);
  var { length } = 'four'; const { [`a`]: comp } = o; const {} = o;
  return [a, c, x, y, z, e, p, q, a2, Object.keys(rest), h, t, k, l, m, use(), o.p, o.q, o.r, swap, length, comp].join()
}
log(f(o));
log((([a, b]) => a + b)('xy'), (({ a }) => a)(o), ((...[a, b]) => b)(1, 2));
