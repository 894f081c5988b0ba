const f = /*F*/function fact(n) { return n < 2 ? 1 : n * fact(n - 1) }; module.exports = { f, drive: (f) => f(5) }
