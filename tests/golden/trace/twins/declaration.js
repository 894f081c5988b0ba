let n = 0; const K = 3; /*F*/function f(a, b) { n += K; return [a.x, b, n, typeof f, arguments.length] } module.exports = { f, drive(f) { n = 0; return [f({ x: 1 }, 2, 3), f({ x: 2 })] } }
