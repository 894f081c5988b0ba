function f(o) { for (let i = 0, n = o.l.length, { a } = o; i < n; i++, o.c++) { if (o.l[i]) o.s += a } for (;;) { break } for (o.q = 0; o.q < 2; o.q++); return o }
log(f({ l: [1, 0, 1], a: 2, s: 0, c: 0 }));
