let n = 0; const f = /*F*/function (a = ++n, { b = ++n } = {}) { return [a, b, n] }; module.exports = { f, drive(f) { n = 0; return [f(), f(9), f(9, { b: 8 })] } }
