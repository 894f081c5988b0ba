function f(o) {
  let out = '';
  for (const k in o) out += k;
  for (var i = 0; i < 2; i++) out += i;
  for (const [k, v] of Object.entries(o)) out += k + v;
  for (let { a = 1, b } of [{ b: 2 }]) out += a + b;
  for (o.t of [7, 8]) out += o.t;
  for (o.u in { z: 1 }) out += o.u;
  for (const x of new Map([[1, 2]])) out += x;
  for (const x of (function* () { yield 1; yield 2 })()) out += x;
  outer: for (const x of [1, 2]) { for (const y of [1, 2]) { if (y === 2) continue outer; if (x === 2) break outer; out += y } }
  let j = 0; while (j < 2) out += j++; do out += j--; while (j);
  const fs = []; for (let q = 0; q < 3; q++) fs.push(() => q); out += fs.map((g) => g());
  return out
}
log(f({ a: 1, b: 2 }));
